/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gi18n.h>

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "message-private.h"

/* A row belongs to one role, or to each. */
#define EVERY_ROLE TF_N_ROLES

typedef struct Row {
	const gchar *name;
	TfRole role;
	TfMessageKind answers; /* the request that it answers; itself when it is one */
	gboolean stays;	       /* further answers to the same request follow */
	const gchar *type;
	gsize n_fds;
} Row;

#define REQUEST(role, kind, type, n)                                                                         \
	{                                                                                                    \
#kind, TF_ROLE_##role, TF_MESSAGE_##kind, FALSE, type, n                                     \
	}
#define ANSWER(role, kind, request, type, n)                                                                 \
	{                                                                                                    \
#kind, TF_ROLE_##role, TF_MESSAGE_##request, FALSE, type, n                                  \
	}
#define ONE_OF(role, kind, request, type, n)                                                                 \
	{                                                                                                    \
#kind, TF_ROLE_##role, TF_MESSAGE_##request, TRUE, type, n                                   \
	}

/*
 * SETUP: paths to read, paths to write (for Landlock), the role's own dictionary.
 * READY: names of what confines it. FAILED: name of the code, arguments.
 * OPEN: the path for errors (bytes), whether there is a password.
 * OPENED: SHA-256 of the file, certificate and chain (DER), friendly name, holds one secret, is weak,
 * carried, dropped. TOKENS, each: label, manufacturer, model, serial, URI, slot, is initialised, is
 * write-protected, has a protected authentication path, number of objects seen without login. FORMAT: slot,
 * label. FORMATTED: label, manufacturer, model, serial, URI, slot. IMPORT: slot, CKA_ID, certificate, chain,
 * label, is resumed, is unfinished, owns fragments. IMPORTED: attributes that were dropped. REMOVE: slot,
 * CKA_ID, certificate. AUDIT: the group as a text (token/audit.h). AUDITED: index, the text of its result.
 * LOOK_CARD: the reader. CARD: name of its state, serial as a module will show it, "" when unknown.
 * ERASE_CARD: the reader, the state that CARD said. FORMAT_CARD: the same, the label. WRITE_LETTER: see
 * batch/letter.h.
 */
static const Row rows[TF_N_MESSAGES] = {
	[TF_MESSAGE_SETUP] = { "SETUP", EVERY_ROLE, TF_MESSAGE_SETUP, FALSE, "(asasa{sv})", 0 },
	[TF_MESSAGE_READY] = { "READY", EVERY_ROLE, TF_MESSAGE_SETUP, FALSE, "as", 0 },
	[TF_MESSAGE_FAILED] = { "FAILED", EVERY_ROLE, TF_N_MESSAGES, FALSE, "(sas)", 0 },

	[TF_MESSAGE_OPEN] = REQUEST(OPENER, OPEN, "(ayb)", 2),
	[TF_MESSAGE_OPENED] = ANSWER(OPENER, OPENED, OPEN, "(ayayaaymsbbasas)", 1),

	[TF_MESSAGE_LOOK] = REQUEST(WORKER, LOOK, "()", 0),
	[TF_MESSAGE_TOKENS] = ANSWER(WORKER, TOKENS, LOOK, "a(ssssstbbbu)", 0),
	[TF_MESSAGE_FORMAT] = REQUEST(WORKER, FORMAT, "(ts)", 2),
	[TF_MESSAGE_FORMATTED] = ANSWER(WORKER, FORMATTED, FORMAT, "(ssssst)", 0),
	[TF_MESSAGE_IMPORT] = REQUEST(WORKER, IMPORT, "(tayayaaysbbb)", 2),
	[TF_MESSAGE_IMPORTED] = ANSWER(WORKER, IMPORTED, IMPORT, "as", 0),
	[TF_MESSAGE_REMOVE] = REQUEST(WORKER, REMOVE, "(tayay)", 1),
	[TF_MESSAGE_REMOVED] = ANSWER(WORKER, REMOVED, REMOVE, "()", 0),
	[TF_MESSAGE_CLOSE] = REQUEST(WORKER, CLOSE, "()", 0),
	[TF_MESSAGE_CLOSED] = ANSWER(WORKER, CLOSED, CLOSE, "()", 0),

	[TF_MESSAGE_AUDIT] = REQUEST(AUDITOR, AUDIT, "s", 1),
	[TF_MESSAGE_AUDITED] = ONE_OF(AUDITOR, AUDITED, AUDIT, "(us)", 0),
	[TF_MESSAGE_AUDIT_ENDED] = ANSWER(AUDITOR, AUDIT_ENDED, AUDIT, "()", 0),

	[TF_MESSAGE_LOOK_CARD] = REQUEST(FORMATTER, LOOK_CARD, "s", 0),
	[TF_MESSAGE_CARD] = ANSWER(FORMATTER, CARD, LOOK_CARD, "(ss)", 0),
	[TF_MESSAGE_ERASE_CARD] = REQUEST(FORMATTER, ERASE_CARD, "(ss)", 1),
	[TF_MESSAGE_CARD_ERASED] = ANSWER(FORMATTER, CARD_ERASED, ERASE_CARD, "()", 0),
	[TF_MESSAGE_FORMAT_CARD] = REQUEST(FORMATTER, FORMAT_CARD, "(sss)", 4),
	[TF_MESSAGE_CARD_FORMATTED] = ANSWER(FORMATTER, CARD_FORMATTED, FORMAT_CARD, "()", 0),

	[TF_MESSAGE_WRITE_LETTER] = REQUEST(LETTER_WRITER, WRITE_LETTER, "a{sv}", 2),
	[TF_MESSAGE_LETTER_WRITTEN] = ANSWER(LETTER_WRITER, LETTER_WRITTEN, WRITE_LETTER, "()", 0),
};

/* What a child cannot run into: one that says so wants to stop more than its own token. */
static const TfErrorCode errors_of_supervisor[] = { TF_ERROR_NO_TERMINAL, TF_ERROR_INTERRUPTED,
	TF_ERROR_EVIDENCE_REFUTED, TF_ERROR_EVIDENCE_CLAIMED, TF_ERROR_PROOF_INVALID, TF_ERROR_LEDGER_FAILED,
	TF_ERROR_LEDGER_BUSY, TF_ERROR_LEDGER_NEWER, TF_ERROR_LEDGER_STEP, TF_ERROR_LEDGER_NO_RUN,
	TF_ERROR_MANIFEST_INVALID, TF_ERROR_MANIFEST_CHANGED, TF_ERROR_BATCH_INCOMPLETE,
	TF_ERROR_BATCH_UNASSIGNED, TF_ERROR_LETTER_PIN_REFUSED, TF_ERROR_CARD_SO_PIN_REFUSED,
	TF_ERROR_PASSPHRASE_WRONG };

const gchar *tf_message_name(TfMessageKind kind)
{
	return rows[kind].name;
}

/* SETUP is the first request of all, and READY its answer. */
static guint busy_with(TfMessageKind request)
{
	return request == TF_MESSAGE_SETUP ? TF_TALK_SETTING : TF_TALK_BUSY + (guint)request;
}

static guint state_before_request(TfMessageKind request)
{
	return request == TF_MESSAGE_SETUP ? TF_TALK_NEW : TF_TALK_IDLE;
}

/* FAILED answers whatever was asked; a child that cannot be set up is of no use. */
static gboolean failed_may_be_said(guint state, guint *ret_after)
{
	if (state != TF_TALK_SETTING && state < TF_TALK_BUSY)
		return FALSE;
	*ret_after = state == TF_TALK_SETTING ? TF_TALK_OVER : TF_TALK_IDLE;

	return TRUE;
}

gboolean tf_message_rule(
	TfMessageKind kind, TfRole role, gboolean is_to_child, guint state, TfMessageRule *ret_rule)
{
	const Row *row = &rows[kind];
	gboolean is_request = row->answers == kind;
	TfMessageRule rule = { row->type, row->n_fds, 0 };
	guint before = 0;

	if (is_request != is_to_child || (row->role != EVERY_ROLE && row->role != role))
		return FALSE;
	if (kind == TF_MESSAGE_FAILED) {
		if (!failed_may_be_said(state, &rule.after))
			return FALSE;
		*ret_rule = rule;
		return TRUE;
	}
	before = is_request ? state_before_request(kind) : busy_with(row->answers);
	if (state != before)
		return FALSE;
	rule.after = is_request || row->stays ? busy_with(row->answers) : TF_TALK_IDLE;
	*ret_rule = rule;

	return TRUE;
}

void tf_message_free(TfMessage *message)
{
	if (message == NULL)
		return;

	for (gsize i = 0; i < TF_MESSAGE_FDS; i++)
		tf_file_close(&message->fds[i]);
	g_clear_pointer(&message->body, g_variant_unref);
	g_free(message);
}

static gboolean is_of_supervisor(TfErrorCode code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(errors_of_supervisor); i++) {
		if (errors_of_supervisor[i] == code)
			return TRUE;
	}

	return FALSE;
}

gboolean tf_message_raise(const TfMessage *message, GError **error)
{
	g_autofree const gchar **arguments = NULL;
	const gchar *name = NULL;
	TfErrorCode code = TF_N_ERRORS;
	gsize n = 0;

	g_assert(message->kind == TF_MESSAGE_FAILED);
	g_variant_get(message->body, "(&s^a&s)", &name, &arguments);
	n = g_strv_length((GStrv)arguments);
	if (!tf_error_code_from_name(name, &code) || is_of_supervisor(code) ||
		!tf_error_relay(code, arguments, n, error))
		tf_raise(error, TF_ERROR_WORKER_FAILED, _("its answer is not understood"), NULL);

	return FALSE;
}

int tf_pipe_secret(const TfSecret *secret, GError **error)
{
	int fd = tf_child_pipe(secret);

	if (fd < 0)
		tf_raise(error, TF_ERROR_SYSTEM, "pipe", g_strerror(errno), NULL);

	return fd;
}
