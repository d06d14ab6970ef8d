/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "process/role-main.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "process/confine.h"

/*
 * Without the supervisor nobody would read an answer, and the token would stay busy. It may have died before
 * the request to die with it: whoever made the socket is then not the parent any more.
 */
static gboolean die_with_supervisor(int socket)
{
	struct ucred maker = { 0 };
	socklen_t length = sizeof(maker);

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
		getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &maker, &length) != 0)
		return FALSE;

	return maker.pid == getppid();
}

static GPtrArray *confine(const TfRole *role, GVariant *setup, GError **error)
{
	g_autofree const gchar **reads = NULL;
	g_autofree const gchar **writes = NULL;
	TfConfinementPlan plan = { .may_execute = role->may_execute, .more_memory = role->more_memory };

	g_variant_get(setup, "(^a&s^a&s@a{sv})", &reads, &writes, NULL);
	plan.reads = reads;
	plan.writes = writes;

	return tf_confine(&plan, error);
}

/* FALSE when it has no state, and is of no use; that is said. */
static gboolean set_up(TfTalk *talk, const TfRoleHandler *handler, GVariant *setup, gpointer *ret_state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) holds = confine(handler->role, setup, &error);
	gpointer state = holds != NULL ? handler->set_up(setup, &error) : NULL;

	if (state == NULL) {
		(void)tf_talk_fail(talk, error, NULL);
		return FALSE;
	}
	if (!tf_talk_say(talk, TF_MESSAGE_READY,
		    g_variant_new_strv((const gchar *const *)holds->pdata, (gssize)holds->len), NULL, NULL)) {
		handler->tear_down(state);
		return FALSE;
	}
	*ret_state = state;

	return TRUE;
}

/* Whether the talk came to its end in order. */
static gboolean answer_all(TfTalk *talk, const TfRoleHandler *handler, gpointer state)
{
	for (;;) {
		g_autoptr(TfMessage) request = tf_talk_hear(talk, -1, NULL);
		g_autoptr(GError) problem = NULL;

		if (request == NULL)
			return tf_talk_has_ended(talk);
		if (!handler->answer(state, talk, request, &problem) && !tf_talk_fail(talk, problem, NULL))
			return tf_talk_has_ended(talk);
	}
}

int tf_role_serve(const TfRoleHandler *handler)
{
	g_autoptr(TfTalk) talk = NULL;
	g_autoptr(TfMessage) setup = NULL;
	gpointer state = NULL;
	gboolean is_in_order = FALSE;

	/* Ctrl-C reaches every process of the terminal; the supervisor says when it is over. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (fcntl(TF_CHILD_FIRST_FD, F_SETFD, FD_CLOEXEC) != 0 || !die_with_supervisor(TF_CHILD_FIRST_FD))
		return EXIT_FAILURE;
	talk = tf_talk_new(TF_CHILD_FIRST_FD, handler->role, FALSE);
	setup = tf_talk_hear(talk, -1, NULL);
	if (setup == NULL || !set_up(talk, handler, setup->body, &state))
		return EXIT_FAILURE;
	is_in_order = answer_all(talk, handler, state);
	handler->tear_down(state);

	return is_in_order ? EXIT_SUCCESS : EXIT_FAILURE;
}

int tf_role_main(const char *name, const TfRoleHandler *const *handlers)
{
	for (gsize i = 0; handlers[i] != NULL; i++) {
		if (strcmp(handlers[i]->role->name, name) == 0)
			return tf_role_serve(handlers[i]);
	}

	return EXIT_FAILURE;
}
