/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a supervisor and its children say to each other: flat typed messages over SOCK_SEQPACKET, each a kind
 * and a GVariant of that kind's own type, with as many descriptors as the kind has. One table says who may
 * say what in which state of the talk; both ends keep that state, so a signature that comes before its
 * challenge is no message at all. Files and secrets go by descriptor, never in a message.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "batch/role.h"

/* Types of the bodies are in the table of message.c; what the strings mean is said there. */
typedef enum TfMessageKind {
	TF_MESSAGE_SETUP,  /* to every child, first: where it may read and write, and what it works with */
	TF_MESSAGE_READY,  /* its answer: which confinement holds */
	TF_MESSAGE_FAILED, /* any child's answer to a request that failed: code and arguments of base/error */
	/* opener */
	TF_MESSAGE_OPEN,   /* fds: the file, the password (a pipe) */
	TF_MESSAGE_OPENED, /* fds: the private key, PKCS#8 DER in a pipe */
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
} TfMessageKind;

/* Of a body. Two of it do not fit into a socket's buffer: whoever says many answers waits for the reader. */
#define TF_MESSAGE_LIMIT (256u << 10)
#define TF_MESSAGE_FDS	 4

typedef struct TfMessage {
	TfMessageKind kind;
	GVariant *body;		 /* of the kind's type, in normal form */
	int fds[TF_MESSAGE_FDS]; /* -1: none; owned by the message: steal by tf_file_steal() */
} TfMessage;
void tf_message_free(TfMessage *message);

/* "AUDITED" */
const gchar *tf_message_name(TfMessageKind kind);

/* One end of the talk with one child. */
typedef struct TfTalk TfTalk;

/* Takes 'socket' over. */
TfTalk *tf_talk_new(int socket, TfRole role, gboolean is_supervisor) G_GNUC_WARN_UNUSED_RESULT;
void tf_talk_free(TfTalk *talk);
int tf_talk_fd(const TfTalk *talk); /* for poll(2); borrowed */

/*
 * 'body' is consumed if floating; 'fds' (n of them, as many as the kind has; may be NULL) stay the caller's.
 * To say what the table does not permit now is our bug (g_assert). FALSE with TF_ERROR_WORKER_FAILED when the
 * peer is gone, when its buffer is full for longer than a second, or when the body is larger than
 * TF_MESSAGE_LIMIT: then nothing was said, and FAILED may be said instead.
 */
gboolean tf_talk_say(TfTalk *talk, TfMessageKind kind, GVariant *body, const int *fds, GError **error);

/* The next message; blocks until 'deadline' (monotonic microseconds; 0: does not block; -1: for ever).
 * TF_ERROR_WORKER_FAILED with the reason: it has ended, it does not answer, or it said what it may not say
 * now (kind, state, type, size, number of descriptors, not normal). Descriptors of a refused message are
 * closed, and nothing is heard after it: the peer is to be killed. */
TfMessage *tf_talk_hear(TfTalk *talk, gint64 deadline, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last tf_talk_hear() found that the peer has ended, in order or not, and nothing worse. */
gboolean tf_talk_has_ended(const TfTalk *talk);

/* FAILED of 'problem' (any error, of TF_ERROR or not), and back: the error that a FAILED carries, raised only
 * when its code exists, is none that only a supervisor can run into, and has that many bounded UTF-8
 * arguments; else TF_ERROR_WORKER_FAILED. tf_message_raise() returns FALSE. */
gboolean tf_talk_fail(TfTalk *talk, const GError *problem, GError **error);
gboolean tf_message_raise(const TfMessage *message, GError **error);

/* A pipe that holds 'secret' (at most PIPE_BUF bytes), its write end closed: the read end, close-on-exec, or
 * -1 with TF_ERROR_SYSTEM. tf_secret_read() is the way back. */
int tf_pipe_secret(const TfSecret *secret, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfMessage, tf_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTalk, tf_talk_free)
