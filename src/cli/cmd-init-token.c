/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/places.h"
#include "transfer/choice.h"

static gchar *take_label(TfConversation *conversation, GError **error)
{
	const TfOptions *options = conversation->options;

	if (options->label != NULL)
		return g_strdup(options->label);
	if (!tf_conversation_is_with_person(conversation)) {
		tf_raise(error, TF_ERROR_USAGE, _("--label is missing"), NULL);
		return NULL;
	}
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_line(conversation->terminal,
			_("A name for the token (your own, or 'e-filing'; shown wherever it is chosen): "),
			error);
		gchar *label = NULL;

		if (line == NULL)
			return NULL;
		label = tf_answer_text(line);
		if (label != NULL)
			return label;
	}
}

static TfTokenStatus *format_token(
	TfConversation *conversation, const TfChoice *choice, const gchar *label, GError **error)
{
	const TfOptions *options = conversation->options;
	g_autoptr(TfSecret) pin = NULL;
	g_autoptr(TfSecret) so_pin = NULL;

	so_pin = tf_conversation_new_secret(conversation, options->so_pin_source,
		_("New SO PIN (for the administrator of the token; write it down): "),
		_("New SO PIN once more: "), _("the SO PIN of the token"), error);
	if (so_pin == NULL)
		return NULL;
	pin = tf_conversation_new_secret(conversation, options->pin_source,
		_("New user PIN (you will type it whenever you sign): "), _("New user PIN once more: "),
		_("the user PIN of the token"), error);
	if (pin == NULL)
		return NULL;
	if (!options->is_json)
		tf_output_notice(_("Formatting the token …"));

	return tf_token_initialize(choice->module, choice->status, label, so_pin, pin, error);
}

static void print_result(const TfTokenFacts *token, const gchar *status, const gchar *title, gboolean is_json)
{
	g_autoptr(GString) text = NULL;

	if (is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string(status));
		json_object_set_new(result, "token", tf_token_facts_to_json(token));
		tf_output_json(result);
		return;
	}

	text = g_string_new(title);
	g_string_append_c(text, '\n');
	tf_describe_token(text, 2, token);
	tf_output_text(text->str);
}

gboolean tf_cmd_init_token(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	const TfModuleRequest request = tf_places_module(options);
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(TfChoice) choice = NULL;
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autofree gchar *label = NULL;
	TfDialogue dialogue;

	if (!tf_conversation_init(&conversation, options, error))
		return FALSE;
	dialogue = tf_conversation_dialogue(&conversation);
	choice = tf_choose(&request, options->token, FALSE, &dialogue, error);
	if (choice == NULL)
		return FALSE;
	*ret_status = TF_EXIT_DONE;
	if (options->is_dry_run) {
		print_result(choice->status->facts, "dry-run", _("This token would be formatted:"),
			options->is_json);
		return TRUE;
	}

	label = take_label(&conversation, error);
	if (label == NULL)
		return FALSE;
	formatted = format_token(&conversation, choice, label, error);
	if (formatted == NULL)
		return FALSE;
	print_result(formatted->facts, "done", _("The token is formatted:"), options->is_json);

	return TRUE;
}
