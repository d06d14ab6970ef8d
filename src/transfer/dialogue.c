/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/dialogue.h"

#include "base/error.h"

gboolean tf_dialogue_go_on(const TfDialogue *dialogue, GError **error)
{
	if (dialogue->is_interrupted(dialogue->data))
		return tf_raise(error, TF_ERROR_INTERRUPTED, NULL);

	return TRUE;
}

gboolean tf_dialogue_require(const TfDialogue *dialogue, TfQuestion question,
	const TfQuestionContext *context, const gchar *what, GError **error)
{
	gboolean is_yes = FALSE;

	if (!dialogue->confirm(dialogue->data, question, context, &is_yes, error))
		return FALSE;
	if (is_yes)
		return TRUE;

	/* A broken rule that nobody confirmed stops with the rule's own status. */
	if (context->problem != NULL) {
		g_propagate_error(error, g_error_copy(context->problem));
		return FALSE;
	}

	return tf_raise(error, TF_ERROR_DECLINED, what, NULL);
}

void tf_dialogue_tell(const TfDialogue *dialogue, TfNews news, const TfNewsContext *context)
{
	dialogue->tell(dialogue->data, news, context);
}

TfSecret *tf_dialogue_open(const TfDialogue *dialogue, TfDialoguePassword ask, const gchar *path,
	TfDialogueOpen open, gpointer source, TfErrorCode wrong, GError **error)
{
	for (guint attempt = 0;; attempt++) {
		gboolean may_retry = FALSE;
		g_autoptr(GError) problem = NULL;
		g_autoptr(TfSecret) password = ask(dialogue->data, path, attempt, &may_retry, error);

		if (password == NULL)
			return NULL;
		if (open(source, password, &problem))
			return g_steal_pointer(&password);
		if (!may_retry || !g_error_matches(problem, TF_ERROR, (gint)wrong)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
	}
}
