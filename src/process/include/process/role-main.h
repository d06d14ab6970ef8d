/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child's main(): hears SETUP, confines itself, says READY, then answers requests until the supervisor is
 * gone. */
#pragma once

#include "process/message.h"

/* What a role's file hands over: how its requests are answered. */
typedef struct TfRoleHandler {
	const TfRole *role;
	/* The role's state from the body of SETUP, after the confinement holds; NULL with an error: FAILED,
	 * and the end. */
	gpointer (*set_up)(GVariant *setup, GError **error);
	/* On success it has said its answer by tf_talk_say(). An error is answered by FAILED, and the loop
	 * goes on. */
	gboolean (*answer)(gpointer state, TfTalk *talk, TfMessage *request, GError **error);
	void (*tear_down)(gpointer state);
} TfRoleHandler;

/* 'name' is the word after --role, 'handlers' (NULL-terminated) are those of all roles of the program. The
 * talk is on descriptor 3. Returns an exit status: success when the supervisor has closed the talk, failure
 * when it broke the rules, or there is no such role. Called after tf_secret_setup(), while there is one
 * thread. */
int tf_role_main(const char *name, const TfRoleHandler *const *handlers);

/* tf_role_main() of one role. */
int tf_role_serve(const TfRoleHandler *handler);
