/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answers where no person is asked: --yes confirms what is expected, and nothing else. */
#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"

/* Without --yes there is somebody to ask, but no terminal to ask on. */
static gboolean expect_yes(
	const TfConversation *conversation, gboolean answer, gboolean *ret_yes, GError **error)
{
	if (!conversation->options->is_yes)
		return tf_raise(error, TF_ERROR_NO_TERMINAL, _("your confirmation (--yes gives it)"), NULL);

	*ret_yes = answer;

	return TRUE;
}

/* Whose key is moved is shown to whoever watches, though nobody is asked. */
static void show_certificate(const TfConversation *conversation, const TfQuestionContext *context)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (conversation->options->is_json || context->certificate == NULL)
		return;

	tf_describe_certificate(text, 2, context->certificate, conversation->campaign);
	tf_output_notice(text->str);
}

static gboolean is_accepted(const TfConversation *conversation, const TfQuestionContext *context)
{
	if (context->exception == TF_EXCEPTION_MODULE)
		return conversation->options->is_yes && context->module_is_named;

	return (conversation->accepted & (1u << context->exception)) != 0;
}

gboolean tf_dialogue_script_confirm(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error)
{
	TfConversation *conversation = data;

	tf_conversation_note(conversation, context);
	switch (question) {
	case TF_QUESTION_IS_THIS_YOU:
		show_certificate(conversation, context);
		return expect_yes(conversation, TRUE, ret_yes, error);
	case TF_QUESTION_WIPE:
	case TF_QUESTION_EMPTY_STORE:
	case TF_QUESTION_WIPE_STRAYS:
	case TF_QUESTION_REMOVE:
		return expect_yes(conversation, TRUE, ret_yes, error);
	case TF_QUESTION_EXCEPTION:
		*ret_yes = is_accepted(conversation, context);
		return TRUE;
	case TF_QUESTION_FILE_NEEDED:
		/* Whoever says where the file should go needs it. */
		return expect_yes(conversation, conversation->options->move_to != NULL, ret_yes, error);
	case TF_QUESTION_COMPLETE_THOUGH_KEPT:
		*ret_yes = (conversation->accepted & (1u << TF_EXCEPTION_KEPT)) != 0;
		return TRUE;
	case TF_QUESTION_INSIST_PIN:
	case TF_QUESTION_INSIST_UNBLOCK:
	case TF_N_QUESTIONS:
		break;
	}
	*ret_yes = FALSE;

	return TRUE;
}

/* Nobody is asked, and the next command can name one. */
gboolean tf_dialogue_script_choose_key(gpointer data, const GPtrArray *certificates, const gchar *path,
	gboolean is_store, guint *ret_index, GError **error)
{
	const TfConversation *conversation = data;
	g_autoptr(GString) text = g_string_new(NULL);

	(void)ret_index;
	if (is_store && !conversation->options->is_json) {
		tf_describe_keys(text, certificates);
		tf_output_notice(text->str);
	}

	return tf_raise(error, TF_ERROR_SOURCE_SEVERAL_KEYS, path, TF_NUMBER(certificates->len), NULL);
}

gboolean tf_dialogue_script_removable_directory(
	gpointer data, const gchar *path, gchar **ret_directory, GError **error)
{
	const TfConversation *conversation = data;

	(void)path;
	(void)error;
	*ret_directory = g_strdup(conversation->options->move_to);

	return TRUE;
}

gboolean tf_dialogue_script_typed_serial(
	gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error)
{
	(void)data;
	(void)token;
	(void)error;
	*ret_serial = NULL;

	return TRUE;
}
