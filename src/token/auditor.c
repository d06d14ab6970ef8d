/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The auditor's main(): a group of one. */
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "audit-group.h"
#include "key/openssl.h"

#define PINS_LIMIT 4096u

static void answer(guint index, const gchar *text, gpointer user_data)
{
	gboolean *is_sent = user_data;

	*is_sent = index == 0 && tf_audit_send(TF_AUDIT_SOCKET, text);
}

int tf_auditor_main(void)
{
	g_autofree gchar *text = NULL;
	g_autoptr(TfSecret) pins = NULL;
	g_autoptr(TfAuditing) auditing = tf_auditing_new();
	gboolean is_sent = FALSE;

	/* Without the parent nobody would read the answer, and the token would stay busy. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The system's openssl.cnf may name an engine or provider that loads the module a second time. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	text = tf_audit_receive(TF_AUDIT_SOCKET);
	pins = tf_secret_read(TF_AUDIT_PINS, PINS_LIMIT, "fd:4", NULL);
	(void)close(TF_AUDIT_PINS);
	if (text == NULL || pins == NULL)
		return EXIT_FAILURE;
	if (!tf_auditing_run(auditing, text, pins, answer, &is_sent))
		_exit(is_sent ? EXIT_SUCCESS : EXIT_FAILURE);

	return is_sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
