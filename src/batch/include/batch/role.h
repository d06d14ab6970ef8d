/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The children of a batch's supervisor: this very program, executed again, each for one kind of work. What is
 * said with each is in the table of role.c, and so is what the strings mean.
 */
#pragma once

#include "process/process.h"
#include "process/role-main.h"

typedef enum TfBatchMessage {
	/* opener */
	TF_MESSAGE_OPEN = TF_MESSAGE_OWN, /* fds: the file, the password (a pipe) */
	TF_MESSAGE_OPENED,		  /* fds: the private key, PKCS#8 DER in a pipe */
	/* worker */
	TF_MESSAGE_LOOK, /* which tokens the module shows */
	TF_MESSAGE_TOKENS,
	TF_MESSAGE_FORMAT, /* fds: SO PIN, user PIN; C_InitToken and C_InitPIN */
	TF_MESSAGE_FORMATTED,
	TF_MESSAGE_IMPORT, /* fds: the private key, the user PIN */
	TF_MESSAGE_IMPORTED,
	TF_MESSAGE_REMOVE, /* fds: the user PIN; undo an import */
	TF_MESSAGE_REMOVED,
	TF_MESSAGE_CLOSE, /* finalise the module: the auditor is next */
	TF_MESSAGE_CLOSED,
	/* auditor */
	TF_MESSAGE_AUDIT,   /* fds: the PINs of all orders, one pipe */
	TF_MESSAGE_AUDITED, /* once per order of the group */
	TF_MESSAGE_AUDIT_ENDED,
	/* formatter */
	TF_MESSAGE_LOOK_CARD,
	TF_MESSAGE_CARD,
	TF_MESSAGE_ERASE_CARD, /* fds: the SO PIN that it has */
	TF_MESSAGE_CARD_ERASED,
	TF_MESSAGE_FORMAT_CARD, /* fds: SO PIN, SO PUK, PIN, PUK */
	TF_MESSAGE_CARD_FORMATTED,
	/* letter-writer */
	TF_MESSAGE_WRITE_LETTER, /* fds: the user PIN (a pipe), the file to write */
	TF_MESSAGE_LETTER_WRITTEN,
	TF_N_MESSAGES
} TfBatchMessage;

extern const TfRole tf_opener_role;    /* opens a .p12; the only one that parses PKCS#12 */
extern const TfRole tf_worker_role;    /* writes tokens through a PKCS#11 module */
extern const TfRole tf_auditor_role;   /* proves them; never holds a key (law 2) */
extern const TfRole tf_formatter_role; /* formats a smart card below PKCS#11 */
extern const TfRole tf_letter_role;    /* draws the PIN letters; never holds a key */

extern const TfRoleHandler tf_opener_handler;
extern const TfRoleHandler tf_worker_handler;
extern const TfRoleHandler tf_auditor_handler;
extern const TfRoleHandler tf_formatter_handler;
extern const TfRoleHandler tf_letter_handler;

/* An opener as a batch has them, that is ready and was asked for nothing: what holds it here. NULL with
 * TF_ERROR_WORKER_FAILED, TF_ERROR_SYSTEM. */
TfProcess *tf_opener_try(const gchar *const *program, GError **error) G_GNUC_WARN_UNUSED_RESULT;
