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
