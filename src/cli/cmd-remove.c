/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/places.h"
#include "transfer/removal.h"

static json_t *list_certificates(const GPtrArray *certificates)
{
	json_t *list = json_array();

	for (guint i = 0; i < certificates->len; i++)
		json_array_append_new(list, tf_certificate_facts_to_json(g_ptr_array_index(certificates, i)));

	return list;
}

static void print_json(const TfRemoval *removal, const gchar *status)
{
	json_t *result = tf_output_object("result");

	json_object_set_new(result, "status", json_string(status));
	json_object_set_new(result, "token", tf_token_facts_to_json(removal->token));
	json_object_set_new(result, "key", json_pack("{s:s}", "id", removal->key_id));
	json_object_set_new(result, "valid", json_boolean(removal->is_valid));
	json_object_set_new(result, "certificates", list_certificates(removal->certificates));
	json_object_set_new(result, "intermediates", list_certificates(removal->intermediates));
	json_object_set_new(result, "known", json_boolean(removal->is_known));
	json_object_set_new(result, "source_wiped", json_boolean(removal->source_was_wiped));
	json_object_set_new(result, "elsewhere", json_boolean(removal->is_elsewhere));
	tf_output_json(result);
}

gboolean tf_cmd_remove(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *ledger = cards != NULL ? tf_places_ledger(options, error) : NULL;
	const TfRemovalPlan plan = {
		.module = tf_places_module(options, cards),
		.token_uri = options->token,
		.id = options->id,
		.ledger_path = ledger,
		.is_dry_run = options->is_dry_run,
	};
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(TfRemoval) removal = NULL;
	TfDialogue dialogue;

	if (ledger == NULL || !tf_conversation_init(&conversation, options, error))
		return FALSE;
	dialogue = tf_conversation_dialogue(&conversation);
	removal = tf_remove(&plan, &dialogue, error);
	if (removal == NULL)
		return FALSE;
	*ret_status = TF_EXIT_DONE;
	if (options->is_json)
		print_json(removal, options->is_dry_run ? "dry-run" : "done");
	else
		tf_output_text(options->is_dry_run ? _("This would be removed. Nothing was touched.")
						   : _("Removed. Nobody can bring the key back."));

	return TRUE;
}
