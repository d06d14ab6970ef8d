/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gi18n.h>

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "message-private.h"

/*
 * SETUP: paths to read, paths to write (for Landlock), the role's own dictionary. READY: names of what
 * confines it. FAILED: name of the code, arguments; it answers any request.
 */
static const TfMessageRow common[] = {
	{ TF_MESSAGE_SETUP, "SETUP", TF_MESSAGE_SETUP, FALSE, "(asasa{sv})", 0 },
	{ TF_MESSAGE_READY, "READY", TF_MESSAGE_SETUP, FALSE, "as", 0 },
	{ TF_MESSAGE_FAILED, "FAILED", TF_MESSAGE_OWN, FALSE, "(sas)", 0 },
};

/* What a child cannot run into: one that says so wants to stop more than its own token. */
static const TfErrorCode errors_of_supervisor[] = { TF_ERROR_NO_TERMINAL, TF_ERROR_INTERRUPTED,
	TF_ERROR_EVIDENCE_REFUTED, TF_ERROR_EVIDENCE_CLAIMED, TF_ERROR_PROOF_INVALID, TF_ERROR_LEDGER_FAILED,
	TF_ERROR_LEDGER_BUSY, TF_ERROR_LEDGER_NEWER, TF_ERROR_LEDGER_STEP, TF_ERROR_LEDGER_NO_RUN,
	TF_ERROR_MANIFEST_INVALID, TF_ERROR_MANIFEST_CHANGED, TF_ERROR_BATCH_INCOMPLETE,
	TF_ERROR_BATCH_UNASSIGNED, TF_ERROR_LETTER_PIN_REFUSED, TF_ERROR_CARD_SO_PIN_REFUSED,
	TF_ERROR_PASSPHRASE_WRONG, TF_ERROR_LOOKER_BROKEN };

static const TfMessageRow *find_in(const TfMessageRow *rows, gsize n, guint kind)
{
	for (gsize i = 0; i < n; i++) {
		if (rows[i].kind == kind)
			return &rows[i];
	}

	return NULL;
}

static const TfMessageRow *find(const TfRole *role, guint kind)
{
	return kind < TF_MESSAGE_OWN ? find_in(common, G_N_ELEMENTS(common), kind)
				     : find_in(role->rows, role->n_rows, kind);
}

const gchar *tf_message_name(const TfRole *role, guint kind)
{
	const TfMessageRow *row = find(role, kind);

	return row != NULL ? row->name : NULL;
}

/* SETUP is the first request of all, and READY its answer. */
static guint busy_with(guint request)
{
	return request == TF_MESSAGE_SETUP ? TF_TALK_SETTING : TF_TALK_BUSY + request;
}

static guint state_before_request(guint request)
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
	guint kind, const TfRole *role, gboolean is_to_child, guint state, TfMessageRule *ret_rule)
{
	const TfMessageRow *row = find(role, kind);
	gboolean is_request = row != NULL && row->answers == kind;
	TfMessageRule rule = { 0 };
	guint before = 0;

	if (row == NULL || is_request != is_to_child)
		return FALSE;
	rule.type = row->type;
	rule.n_fds = row->n_fds;
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
