/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/family.h"
#include "cli/language.h"
#include "cli/output.h"
#include "profile/campaign.h"
#include "profile/token-profile.h"

static void print_campaign(const TfCampaign *campaign, const gchar *path)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Campaign"), tf_campaign_name(campaign));
	tf_describe_line(text, 2, _("Title"), tf_campaign_title(campaign, tf_language_spoken()));
	tf_describe_line(text, 2, _("Issued by"), tf_campaign_issuer(campaign));
	tf_describe_line(text, 2, _("Deadline"), tf_campaign_deadline(campaign));
	if (tf_campaign_is_historical(campaign))
		tf_describe_line(text, 2, _("State"), _("over; kept as an example"));
	tf_describe_line(text, 2, _("File"), path);
	tf_output_text(text->str);
}

static void print_campaign_json(const TfCampaign *campaign, const gchar *path)
{
	json_t *object = tf_output_object("profile");

	json_object_set_new(object, "kind", json_string("campaign"));
	json_object_set_new(object, "name", tf_output_string(tf_campaign_name(campaign)));
	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(
		object, "title", tf_output_string(tf_campaign_title(campaign, tf_language_spoken())));
	json_object_set_new(object, "issuer", tf_output_string(tf_campaign_issuer(campaign)));
	json_object_set_new(object, "deadline", tf_output_string(tf_campaign_deadline(campaign)));
	json_object_set_new(object, "historical", json_boolean(tf_campaign_is_historical(campaign)));
	json_object_set_new(object, "valid", json_true());
	tf_output_json(object);
}

static gboolean show_campaign(const gchar *path, gboolean is_json, GError **error)
{
	g_autoptr(TfCampaign) campaign = tf_campaign_load_file(path, error);

	if (campaign == NULL)
		return FALSE;
	if (is_json)
		print_campaign_json(campaign, path);
	else
		print_campaign(campaign, path);

	return TRUE;
}

static void print_token(const TfTokenProfile *profile, const gchar *path)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tf_describe_line(text, 0, _("Token"), tf_token_profile_name(profile));
	tf_family_describe(text, 2, profile);
	tf_describe_line(text, 2, _("Notes"), tf_token_profile_notes(profile, tf_language_spoken()));
	tf_describe_line(text, 2, _("File"), path);
	tf_output_text(text->str);
}

static void print_token_json(const TfTokenProfile *profile, const gchar *path)
{
	json_t *object = tf_output_object("profile");
	g_autoptr(json_t) family = tf_family_to_json(profile);

	json_object_set_new(object, "kind", json_string("token"));
	json_object_update(object, family);
	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(
		object, "format", json_string(tf_token_format_name(tf_token_profile_format(profile))));
	json_object_set_new(
		object, "notes", tf_output_string(tf_token_profile_notes(profile, tf_language_spoken())));
	json_object_set_new(object, "valid", json_true());
	tf_output_json(object);
}

static gboolean show_token(const gchar *path, gboolean is_json, GError **error)
{
	g_autoptr(TfTokenProfile) profile = tf_token_profile_load_file(path, error);

	if (profile == NULL)
		return FALSE;
	if (is_json)
		print_token_json(profile, path);
	else
		print_token(profile, path);

	return TRUE;
}

typedef struct KindRow {
	const gchar *folder;
	const gchar *name;
	gboolean (*show)(const gchar *path, gboolean is_json, GError **error);
} KindRow;

static const KindRow kinds[] = {
	{ "campaigns", "campaign", show_campaign },
	{ "tokens", "token", show_token },
};

/* What is wrong with one file is a result here, and the next file is looked at. */
static void print_defect(const GError *problem, const KindRow *kind, const gchar *path, gboolean is_json)
{
	g_autofree gchar *sentence = tf_error_sentence(problem);
	g_autofree gchar *escaped = tf_escape_terminal(sentence);
	json_t *object = NULL;

	if (!is_json) {
		tf_output_text(escaped);
		return;
	}

	object = tf_output_object("profile");
	json_object_set_new(object, "kind", json_string(kind->name));
	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(object, "valid", json_false());
	json_object_set_new(object, "error", json_string(tf_error_name(problem)));
	json_object_set_new(object, "message", tf_output_string(sentence));
	tf_output_json(object);
}

/* Of a file that was named: by its folder, else by the group that only a token family has. */
static const KindRow *kind_of(const gchar *path)
{
	g_autofree gchar *directory = g_path_get_dirname(path);
	g_autofree gchar *folder = g_path_get_basename(directory);
	g_autoptr(GKeyFile) file = g_key_file_new();

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_equal(kinds[i].folder, folder))
			return &kinds[i];
	}
	(void)g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);

	return &kinds[g_key_file_has_group(file, "family") ? 1 : 0];
}

typedef struct Tally {
	gboolean is_json;
	guint n_files;
	guint n_defects;
} Tally;

static void show(Tally *tally, const KindRow *kind, const gchar *path)
{
	g_autoptr(GError) problem = NULL;

	tally->n_files++;
	if (kind->show(path, tally->is_json, &problem))
		return;
	print_defect(problem, kind, path, tally->is_json);
	tally->n_defects++;
}

static void show_known(Tally *tally, const gchar *directory)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(GPtrArray) files = tf_profile_list_files(kinds[i].folder, directory);

		for (guint j = 0; j < files->len; j++)
			show(tally, &kinds[i], g_ptr_array_index(files, j));
	}
}

static void print_end(guint n_files, guint n_defects, gboolean is_json)
{
	if (is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string(n_defects == 0 ? "done" : "invalid"));
		json_object_set_new(result, "profiles", json_integer(n_files));
		json_object_set_new(result, "invalid", json_integer(n_defects));
		tf_output_json(result);
	} else if (n_files == 0) {
		tf_output_notice(_("No profile was found."));
	}
}

gboolean tf_cmd_profiles(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	Tally tally = { options->is_json, 0, 0 };

	(void)error;
	for (guint i = 0; invocation->words[i] != NULL; i++)
		show(&tally, kind_of(invocation->words[i]), invocation->words[i]);
	if (invocation->words[0] == NULL)
		show_known(&tally, options->profiles);
	print_end(tally.n_files, tally.n_defects, options->is_json);

	/* A list is a list; only who asks for a check gets a verdict. */
	*ret_status = options->checks && tally.n_defects > 0 ? TF_EXIT_PROFILE : TF_EXIT_DONE;

	return TRUE;
}
