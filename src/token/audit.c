/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parent's half of the audit: executes the auditor, waits for its answer, and believes nothing. */
#include "token/audit.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>

#include "audit-group.h"
#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"

#define LEAVE_SECONDS 2

typedef struct Auditor {
	TfChild child;
	int socket; /* our end */
} Auditor;

static gboolean raise_failed(GError **error, const gchar *reason)
{
	return tf_raise(error, TF_ERROR_AUDITOR_FAILED, reason, NULL);
}

/* It has its say, then a moment to leave; then it is killed. Its exit status proves nothing: a module may
 * crash in an exit handler after a good answer. */
static void auditor_clear(Auditor *auditor)
{
	tf_file_close(&auditor->socket);
	tf_child_reap(&auditor->child, g_get_monotonic_time() + LEAVE_SECONDS * TF_WAIT_SECOND);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Auditor, auditor_clear)

static int make_pin(const TfAuditRequest *request)
{
	g_autoptr(TfSecret) pins = tf_audit_group_pins(&request, 1);

	if (pins == NULL) {
		errno = ENOMEM;
		return -1;
	}

	return tf_child_pipe(pins);
}

/* It has the socket, the PIN, and no other descriptor: neither the ledger's lock nor the source. */
static gboolean start(Auditor *auditor, const TfAuditRequest *request, GError **error)
{
	TF_AUTO_FD int theirs = -1;
	TF_AUTO_FD int pin = -1;
	int status = tf_child_sockets(TF_AUDIT_MESSAGE_LIMIT, &auditor->socket, &theirs);

	if (status != 0)
		return raise_failed(error, g_strerror(status));
	pin = make_pin(request);
	if (pin < 0)
		return raise_failed(error, g_strerror(errno));
	if (tf_child_start(request->auditor, NULL, (const int[]){ theirs, pin }, 2, &auditor->child) != 0)
		return raise_failed(error, _("it cannot be started"));

	return TRUE;
}

TfEvidence *tf_audit(const TfAuditRequest *request, GBytes **ret_answer, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)request->deadline_seconds * TF_WAIT_SECOND;
	g_auto(Auditor) auditor = { { 0, -1 }, -1 };
	g_autofree gchar *group = tf_audit_group_to_text(&request, 1);
	g_autofree gchar *text = NULL;
	g_autoptr(TfAuditResult) result = NULL;

	if (!start(&auditor, request, error))
		return NULL;
	if (!tf_audit_send(auditor.socket, group)) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("it cannot be started"));
		return NULL;
	}
	if (!tf_wait_for(auditor.socket, POLLIN, deadline)) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("the token did not answer in time"));
		return NULL;
	}
	text = tf_audit_receive(auditor.socket);
	if (text == NULL) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("it ended without an answer"));
		return NULL;
	}

	result = tf_audit_group_result(text, request);
	if (result->error != NULL)
		g_propagate_error(error, g_steal_pointer(&result->error));
	else if (ret_answer != NULL)
		*ret_answer = g_steal_pointer(&result->answer);

	return g_steal_pointer(&result->evidence);
}
