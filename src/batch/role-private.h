/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each role's file hands to role-main.c: the handlers of its requests. */
#pragma once

#include "batch/message.h"

typedef struct TfRoleHandler {
	/* The role's state from the body of SETUP, after the confinement holds; NULL with an error: FAILED,
	 * and the end. */
	gpointer (*set_up)(GVariant *setup, GError **error);
	/* On success it has said its answer by tf_talk_say(). An error is answered by FAILED, and the loop
	 * goes on. */
	gboolean (*answer)(gpointer state, TfTalk *talk, TfMessage *request, GError **error);
	void (*tear_down)(gpointer state);
} TfRoleHandler;

/* tf_role_main() of a known role, for it and for tests. */
int tf_role_serve(TfRole role, const TfRoleHandler *handler);

extern const TfRoleHandler tf_opener_handler;
extern const TfRoleHandler tf_worker_handler;
extern const TfRoleHandler tf_auditor_handler;
extern const TfRoleHandler tf_formatter_handler;
extern const TfRoleHandler tf_letter_handler;
