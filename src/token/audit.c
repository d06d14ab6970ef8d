/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parent's half of the audit: executes the auditor, waits for its answer, and believes nothing. */
#include "token/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>

#include "audit-message.h"
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

static int make_pin(const TfSecret *pin)
{
	return pin != NULL ? tf_child_pipe(pin) : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* It has the socket, the PIN, and no other descriptor: neither the ledger's lock nor the source. */
static gboolean start(Auditor *auditor, const TfAuditRequest *request, GError **error)
{
	TF_AUTO_FD int theirs = -1;
	TF_AUTO_FD int pin = -1;
	int status = tf_child_sockets(TF_AUDIT_MESSAGE_LIMIT, &auditor->socket, &theirs);

	if (status != 0)
		return raise_failed(error, g_strerror(status));
	pin = make_pin(request->pin);
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
	g_autoptr(json_t) order = tf_audit_order_to_json(request);
	g_autoptr(json_t) result = NULL;

	g_assert((request->statement == NULL) != (request->ciphertext == NULL));
	if (!start(&auditor, request, error))
		return NULL;
	if (!tf_audit_send(auditor.socket, order)) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("it cannot be started"));
		return NULL;
	}
	if (!tf_wait_for(auditor.socket, POLLIN, deadline)) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("the token did not answer in time"));
		return NULL;
	}
	result = tf_audit_receive(auditor.socket);
	if (result == NULL) {
		tf_child_kill(&auditor.child);
		raise_failed(error, _("it ended without an answer"));
		return NULL;
	}

	return tf_audit_result_from_json(result, request, ret_answer, error);
}
