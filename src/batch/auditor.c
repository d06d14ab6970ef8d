/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The auditor of a lane: it answers for one group of tokens after the other, and never holds a key (law 2).
 */
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/role.h"
#include "token/audit.h"

#define PINS_LIMIT 65536u

typedef struct Telling {
	TfTalk *talk;
	GError *problem;
} Telling;

static void tell(guint index, const gchar *text, gpointer user_data)
{
	Telling *telling = user_data;

	if (telling->problem == NULL)
		(void)tf_talk_say(telling->talk, TF_MESSAGE_AUDITED, g_variant_new("(us)", index, text), NULL,
			&telling->problem);
}

static gpointer set_up(G_GNUC_UNUSED GVariant *setup, G_GNUC_UNUSED GError **error)
{
	return tf_auditing_new();
}

static void tear_down(gpointer state)
{
	tf_auditing_free(state);
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	TF_AUTO_FD int fd = tf_file_steal(&request->fds[0]);
	g_autoptr(TfSecret) pins = tf_secret_read(fd, PINS_LIMIT, "fd", error);
	Telling telling = { .talk = talk };
	gboolean goes_on = FALSE;

	if (pins == NULL)
		return FALSE;
	goes_on = tf_auditing_run(state, g_variant_get_string(request->body, NULL), pins, tell, &telling);
	if (telling.problem != NULL) {
		g_propagate_error(error, telling.problem);
		return FALSE;
	}
	/* Stuck in libp11, or not understood: whoever asked starts another. */
	if (!goes_on)
		_exit(1);

	return tf_talk_say(talk, TF_MESSAGE_AUDIT_ENDED, g_variant_new("()"), NULL, error);
}

const TfRoleHandler tf_auditor_handler = {
	.role = &tf_auditor_role, .set_up = set_up, .answer = answer, .tear_down = tear_down
};
