/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/family.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/readers.h"
#include "transfer/choice.h"

typedef struct KindRow {
	const gchar *kind;
	const gchar *label;
} KindRow;

static const KindRow kinds[] = {
	{ "certificate", N_("Certificate") },
	{ "public-key", N_("Public key") },
	{ "private-key", N_("Private key") },
};

static const gchar *label_of(const gchar *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kind, kinds[i].kind) == 0)
			return _(kinds[i].label);
	}

	return _("Object");
}

static void describe_object(GString *text, const TfTokenObject *object)
{
	g_autofree gchar *name = object->id != NULL && object->id[0] != '\0'
					 ? g_strdup_printf("%s (ID %s)",
						   object->label != NULL ? object->label : "", object->id)
					 : g_strdup(object->label != NULL ? object->label : "");

	tf_describe_line(text, 4, label_of(object->kind), name);
	if (object->certificate != NULL) {
		const TfCertificateFacts *facts = object->certificate;
		g_autoptr(TfCampaign) campaign =
			tf_campaign_match(facts->issuer, facts->issuer_common_name, NULL, NULL);

		tf_describe_certificate(text, 6, facts, campaign);
	}
}

static void print_token(const TfLoadedModule *loaded, const TfTokenStatus *status,
	const TfTokenProfile *family, const GPtrArray *objects)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_token(text, 0, status->facts);
	tf_family_describe(text, 2, family);
	tf_describe_line(text, 2, _("Module"), tf_module_facts(loaded->module)->path);
	tf_describe_line(text, 2, _("Package"), tf_module_facts(loaded->module)->package);
	if (!status->is_initialized)
		tf_describe_line(text, 2, _("State"), _("not formatted yet ('tokenferry init-token')"));
	if (status->is_write_protected)
		tf_describe_line(text, 2, _("State"), _("write-protected"));
	if (status->has_protected_path)
		tf_describe_line(text, 2, _("State"), _("the user PIN is typed on the reader"));
	if (status->is_initialized)
		tf_describe_line(text, 2, _("State"), tf_describe_pin_state(status->pin_state));
	for (guint i = 0; i < objects->len; i++)
		describe_object(text, g_ptr_array_index(objects, i));
	if (objects->len == 0 && status->is_initialized)
		tf_describe_line(text, 2, _("Content"), _("nothing that can be seen without the user PIN"));
	g_string_append_c(text, '\n');
	tf_output_text(text->str);
}

static json_t *object_to_json(const TfTokenObject *object)
{
	json_t *value = json_object();

	json_object_set_new(value, "kind", tf_output_string(object->kind));
	json_object_set_new(value, "label", tf_output_string(object->label));
	json_object_set_new(value, "id", tf_output_string(object->id));
	if (object->certificate != NULL)
		json_object_set_new(value, "certificate", tf_certificate_facts_to_json(object->certificate));

	return value;
}

static void print_token_json(const TfLoadedModule *loaded, const TfTokenStatus *status,
	const TfTokenProfile *family, const GPtrArray *objects)
{
	json_t *value = tf_output_object("token");
	json_t *list = json_array();

	json_object_set_new(value, "token", tf_token_facts_to_json(status->facts));
	json_object_set_new(value, "module", tf_module_facts_to_json(tf_module_facts(loaded->module)));
	json_object_set_new(value, "profile", tf_family_to_json(family));
	json_object_set_new(value, "slot", json_integer((json_int_t)status->slot));
	json_object_set_new(value, "initialized", json_boolean(status->is_initialized));
	json_object_set_new(value, "write_protected", json_boolean(status->is_write_protected));
	json_object_set_new(value, "protected_path", json_boolean(status->has_protected_path));
	json_object_set_new(value, "pin_state", json_string(tf_pin_state_name(status->pin_state)));
	for (guint i = 0; i < objects->len; i++)
		json_array_append_new(list, object_to_json(g_ptr_array_index(objects, i)));
	json_object_set_new(value, "objects", list);
	tf_output_json(value);
}

static gboolean list_token(
	const TfLoadedModule *loaded, const TfTokenStatus *status, gboolean is_json, GError **error)
{
	g_autoptr(GPtrArray) objects = NULL;

	if (status->is_initialized) {
		objects = tf_token_objects(loaded->module, status, error);
		if (objects == NULL)
			return FALSE;
	} else {
		objects = g_ptr_array_new();
	}
	if (is_json)
		print_token_json(loaded, status, status->family, objects);
	else
		print_token(loaded, status, status->family, objects);

	return TRUE;
}

static void print_end(guint n_tokens, gboolean is_json)
{
	if (is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string("done"));
		json_object_set_new(result, "tokens", json_integer((json_int_t)n_tokens));
		tf_output_json(result);
	} else if (n_tokens == 0) {
		tf_output_notice(_("No token was found. Plug one in, and see that its software is installed; "
				   "or name its module by --module."));
	}
}

gboolean tf_cmd_tokens(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = NULL;
	TfModuleRequest request;
	g_auto(TfConversation) conversation = { 0 };
	g_autoptr(GPtrArray) modules = NULL;
	TfDialogue dialogue;
	guint n_tokens = 0;

	if (options->watches)
		return tf_readers_follow(options, ret_status, error);
	cards = tf_cards_new(options->token_profile, options->profiles, error);
	if (cards == NULL || !tf_conversation_init(&conversation, options, error))
		return FALSE;
	dialogue = tf_conversation_dialogue(&conversation);
	if (!options->is_json)
		tf_output_notice(_("Looking for tokens …"));
	request = tf_places_module(options, cards);
	modules = tf_modules_load(&request, &dialogue, error);
	if (modules == NULL)
		return FALSE;

	for (guint i = 0; i < modules->len; i++) {
		const TfLoadedModule *loaded = g_ptr_array_index(modules, i);

		for (guint j = 0; j < loaded->tokens->len; j++, n_tokens++) {
			if (!list_token(
				    loaded, g_ptr_array_index(loaded->tokens, j), options->is_json, error))
				return FALSE;
		}
	}
	tf_family_print_identities(tf_cards_identities(cards), options->is_json);
	tf_readers_list(modules, cards, options->is_json);
	print_end(n_tokens, options->is_json);
	*ret_status = TF_EXIT_DONE;

	return TRUE;
}
