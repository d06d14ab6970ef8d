/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/family.h"

#include <glib/gi18n.h>

#include "cli/describe.h"
#include "cli/language.h"
#include "cli/output.h"

static const gchar *const verified_texts[TF_N_TOKEN_VERIFICATIONS] = {
	[TF_TOKEN_VERIFIED_NO] = N_("not tried with tokenferry yet"),
	[TF_TOKEN_VERIFIED_SOFTWARE] = N_("tried with tokenferry (it is software)"),
	[TF_TOKEN_VERIFIED_EMULATOR] =
		N_("tried with tokenferry on an emulated card only, not on a real one"),
	[TF_TOKEN_VERIFIED_HARDWARE] = N_("tried with tokenferry on a real one"),
};

const gchar *tf_family_verified_text(TfTokenVerified verified)
{
	return _(verified_texts[verified]);
}

void tf_family_describe(GString *text, guint indent, const TfTokenProfile *family)
{
	if (family == NULL) {
		tf_describe_line(text, indent, _("Kind"), _("no profile knows it"));
		return;
	}
	tf_describe_line(text, indent, _("Kind"), tf_token_profile_title(family, tf_language_spoken()));
	if (tf_token_profile_is_target(family))
		tf_describe_line(
			text, indent, _("Tried"), tf_family_verified_text(tf_token_profile_verified(family)));
	else
		tf_describe_line(
			text, indent, _("Tried"), _("never: it is an identity card, which is left alone"));
}

json_t *tf_family_to_json(const TfTokenProfile *family)
{
	json_t *object = NULL;

	if (family == NULL)
		return json_null();

	object = json_object();
	json_object_set_new(object, "name", tf_output_string(tf_token_profile_name(family)));
	json_object_set_new(
		object, "title", tf_output_string(tf_token_profile_title(family, tf_language_spoken())));
	json_object_set_new(
		object, "verified", json_string(tf_token_verified_name(tf_token_profile_verified(family))));
	json_object_set_new(object, "target", json_boolean(tf_token_profile_is_target(family)));

	return object;
}

static void print_identity(const TfIdentityCard *card, gboolean is_json)
{
	g_autoptr(GString) text = NULL;

	if (is_json) {
		json_t *object = tf_output_object("identity-card");

		json_object_set_new(object, "reader", tf_output_string(card->reader));
		json_object_set_new(object, "profile", tf_family_to_json(card->profile));
		tf_output_json(object);
		return;
	}

	text = g_string_new(NULL);
	tf_describe_line(
		text, 0, _("Identity card"), tf_token_profile_title(card->profile, tf_language_spoken()));
	tf_describe_line(text, 2, _("Reader"), card->reader);
	tf_describe_line(text, 2, _("State"), _("left alone: no PIN is asked for, nothing is written"));
	g_string_append_c(text, '\n');
	tf_output_text(text->str);
}

void tf_family_print_identities(const GPtrArray *identities, gboolean is_json)
{
	for (guint i = 0; i < identities->len; i++)
		print_identity(g_ptr_array_index(identities, i), is_json);
}
