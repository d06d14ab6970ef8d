/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'pin change' and 'pin unblock'. */
#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/sealed-pins.h"
#include "transfer/pin-setting.h"

typedef TfTokenFacts *(*Set)(const TfPinPlan *plan, const TfDialogue *dialogue, GError **error);

/* TF_N_PIN_KINDS: the token decides. */
static gboolean choose_kind(const TfOptions *options, TfPinKind *ret_kind, GError **error)
{
	if (options->puk_source != NULL && options->so_pin_source != NULL)
		return tf_raise(error, TF_ERROR_USAGE,
			_("--puk-source and --so-pin-source exclude each other"), NULL);

	*ret_kind = TF_N_PIN_KINDS;
	if (options->puk_source != NULL)
		*ret_kind = TF_PIN_PUK;
	if (options->so_pin_source != NULL)
		*ret_kind = TF_PIN_SO;

	return TRUE;
}

static void print_result(const TfTokenFacts *token, const gchar *title, const TfConversation *conversation)
{
	const TfOptions *options = conversation->options;
	g_autoptr(GString) text = NULL;

	if (options->is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string(options->is_dry_run ? "dry-run" : "done"));
		json_object_set_new(result, "token", tf_token_facts_to_json(token));
		if (conversation->sealed_number != NULL)
			json_object_set_new(result, "number", tf_output_string(conversation->sealed_number));
		tf_output_json(result);
		return;
	}

	text = g_string_new(options->is_dry_run ? _("The user PIN of this token would be set:") : title);
	g_string_append_c(text, '\n');
	tf_describe_token(text, 2, token);
	tf_output_text(text->str);
}

static gboolean run(const TfInvocation *invocation, Set set, const gchar *title, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *ledger = cards != NULL ? tf_places_ledger(options, error) : NULL;
	TfPinPlan plan = {
		.module = tf_places_module(options, cards),
		.token_uri = options->token,
		.ledger_path = ledger,
		.is_dry_run = options->is_dry_run,
	};
	g_auto(TfConversation) conversation = { 0 };
	g_autofree gchar *sealed_for = NULL;
	g_autoptr(TfTokenFacts) token = NULL;
	gboolean are_sealed = FALSE;
	TfDialogue dialogue;

	if (ledger == NULL || !choose_kind(options, &plan.unblocks_by, error) ||
		!tf_sealed_pins_are_wanted(options, &are_sealed, error) ||
		!tf_conversation_init(&conversation, options, error))
		return FALSE;
	if (are_sealed && !options->is_dry_run && !tf_sealed_pins_open(&conversation, cards, ledger, error))
		return FALSE;
	sealed_for = tf_sealed_pins_token(&conversation);
	if (plan.token_uri == NULL)
		plan.token_uri = sealed_for;
	dialogue = tf_conversation_dialogue(&conversation);
	token = set(&plan, &dialogue, error);
	if (token == NULL)
		return FALSE;
	print_result(token, title, &conversation);

	return TRUE;
}

gboolean tf_cmd_pin_change(TfInvocation *invocation, int *ret_status, GError **error)
{
	*ret_status = TF_EXIT_DONE;

	return run(invocation, tf_pin_setting_change, _("The user PIN of the token is changed:"), error);
}

gboolean tf_cmd_pin_unblock(TfInvocation *invocation, int *ret_status, GError **error)
{
	*ret_status = TF_EXIT_DONE;

	return run(invocation, tf_pin_setting_unblock, _("The token is unblocked, and has the new user PIN:"),
		error);
}
