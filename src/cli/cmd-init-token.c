/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/init-token.h"
#include "cli/output.h"
#include "cli/places.h"

gchar *tf_init_label(TfConversation *conversation, GError **error)
{
	const TfOptions *options = conversation->options;

	if (options->label != NULL)
		return g_strdup(options->label);
	if (!tf_conversation_is_with_person(conversation)) {
		tf_raise(error, TF_ERROR_USAGE, _("--label is missing"), NULL);
		return NULL;
	}
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(conversation->terminal,
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

void tf_init_tell(const TfOptions *options, const gchar *title, const TfTokenFacts *token,
	const gchar *reader, const gchar *state)
{
	g_autoptr(GString) text = NULL;

	if (options->is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string(options->is_dry_run ? "dry-run" : "done"));
		json_object_set_new(result, "token", tf_token_facts_to_json(token));
		if (reader != NULL) {
			json_object_set_new(result, "reader", tf_output_string(reader));
			json_object_set_new(result, "state", json_string(state));
		}
		tf_output_json(result);
		return;
	}

	text = g_string_new(title);
	g_string_append_c(text, '\n');
	tf_describe_line(text, 2, _("Card reader"), reader);
	tf_describe_token(text, 2, token);
	tf_output_text(text->str);
}

/* The SO PIN of a token that is formatted stays the same. */
static TfSecret *ask_so_pin(TfConversation *conversation, gboolean destroys, GError **error)
{
	const gchar *source = conversation->options->so_pin_source;

	if (destroys)
		return tf_conversation_counted_secret(conversation, source,
			_("SO PIN of the token (it stays the same; not shown while you type): "),
			_("the SO PIN of the token"), error);

	return tf_conversation_new_secret(conversation, source,
		_("New SO PIN (for the administrator of the token; write it down): "),
		_("New SO PIN once more: "), _("the SO PIN of the token"), error);
}

static TfTokenStatus *format_token(
	TfConversation *conversation, const TfChoice *choice, const gchar *label, GError **error)
{
	const TfOptions *options = conversation->options;
	gboolean destroys = choice->status->is_initialized;
	g_autoptr(TfSecret) pin = NULL;
	g_autoptr(TfSecret) so_pin = ask_so_pin(conversation, destroys, error);

	if (so_pin == NULL)
		return NULL;
	pin = tf_conversation_new_secret(conversation, options->pin_source,
		_("New user PIN (you will type it whenever you sign): "), _("New user PIN once more: "),
		_("the user PIN of the token"), error);
	if (pin == NULL)
		return NULL;
	if (!options->is_json)
		tf_output_notice(_("Formatting the token …"));

	return tf_token_initialize(choice->module, choice->status, destroys, NULL, label, so_pin, pin, error);
}

/* What is on a formatted token is shown before it is destroyed. */
static gboolean get_consent(TfConversation *conversation, const TfChoice *choice, GError **error)
{
	g_autoptr(GPtrArray) objects = NULL;

	if (!choice->status->is_initialized)
		return TRUE;
	objects = tf_token_objects(choice->module, choice->status, error);
	if (objects == NULL)
		return FALSE;

	return tf_init_consent(conversation, choice->status->facts->label, objects, error);
}

static gboolean format_by_module(TfConversation *conversation, const TfChoice *choice, GError **error)
{
	const TfOptions *options = conversation->options;
	g_autoptr(TfTokenStatus) formatted = NULL;
	g_autofree gchar *label = NULL;

	if (options->is_dry_run) {
		tf_init_tell(options, _("This token would be formatted:"), choice->status->facts, NULL, NULL);
		return TRUE;
	}
	if (!get_consent(conversation, choice, error))
		return FALSE;
	label = tf_init_label(conversation, error);
	if (label == NULL)
		return FALSE;
	formatted = format_token(conversation, choice, label, error);
	if (formatted == NULL)
		return FALSE;
	tf_init_tell(options, _("The token is formatted:"), formatted->facts, NULL, NULL);

	return TRUE;
}

/* A token that was chosen through its module, and is a card of a family that its module cannot format. */
static gboolean format_by_reader(
	TfConversation *conversation, const TfFamilies *families, TfChoice **choice, GError **error)
{
	g_autofree gchar *reader = tf_token_slot_name((*choice)->module, (*choice)->status);
	g_autoptr(TfCardChoice) card = tf_card_choose(families, reader, TRUE, error);

	if (card == NULL)
		return FALSE;
	if (!conversation->options->is_dry_run && !get_consent(conversation, *choice, error))
		return FALSE;
	/* The module lets go of the card. */
	g_clear_pointer(choice, tf_choice_free);

	return tf_init_card(conversation, card, TRUE, error);
}

static gboolean format_chosen(TfConversation *conversation, const TfCards *cards, GError **error)
{
	const TfOptions *options = conversation->options;
	const TfModuleRequest request = tf_places_module(options, cards);
	const TfDialogue dialogue = tf_conversation_dialogue(conversation);
	g_autoptr(TfChoice) choice =
		tf_choose(&request, options->token, options->reformats, &dialogue, error);
	const TfTokenProfile *profile = choice != NULL ? choice->status->family : NULL;

	if (choice == NULL)
		return FALSE;
	if (profile != NULL && tf_token_profile_format(profile) == TF_TOKEN_FORMAT_PKCS15_INIT)
		return format_by_reader(conversation, tf_cards_families(cards), &choice, error);
	if (profile != NULL && tf_token_profile_format(profile) == TF_TOKEN_FORMAT_NONE)
		return tf_raise(error, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, choice->status->facts->label, NULL);

	return format_by_module(conversation, choice, error);
}

gboolean tf_cmd_init_token(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = NULL;
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(TfCardChoice) card = NULL;
	g_autoptr(GError) problem = NULL;

	if (options->reader != NULL && options->token != NULL)
		return tf_raise(error, TF_ERROR_USAGE, _("--reader and --token exclude each other"), NULL);
	cards = tf_cards_new(options->token_profile, options->profiles, error);
	if (cards == NULL || !tf_conversation_init(&conversation, options, error))
		return FALSE;
	*ret_status = TF_EXIT_DONE;
	/* A card is plugged in by hand, and so it is meant when nothing else was named. */
	if (options->reader != NULL || (options->token == NULL && options->module == NULL))
		card = tf_card_choose(
			tf_cards_families(cards), options->reader, options->reformats, &problem);
	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (card != NULL)
		return tf_init_card(&conversation, card, FALSE, error);

	return format_chosen(&conversation, cards, error);
}
