/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/language.h"
#include "cli/output.h"
#include "profile/campaign.h"

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

/* What is wrong with one file is a result here, and the next file is looked at. */
static void print_defect(const GError *problem, const gchar *path, gboolean is_json)
{
	g_autofree gchar *sentence = tf_error_sentence(problem);
	g_autofree gchar *escaped = tf_escape_terminal(sentence);
	json_t *object = NULL;

	if (!is_json) {
		tf_output_text(escaped);
		return;
	}

	object = tf_output_object("profile");
	json_object_set_new(object, "kind", json_string("campaign"));
	json_object_set_new(object, "path", tf_output_string(path));
	json_object_set_new(object, "valid", json_false());
	json_object_set_new(object, "error", json_string(tf_error_name(problem)));
	json_object_set_new(object, "message", tf_output_string(sentence));
	tf_output_json(object);
}

static GPtrArray *list_files(const TfInvocation *invocation)
{
	g_autoptr(GPtrArray) files = NULL;

	if (invocation->words[0] == NULL)
		return tf_profile_list_files("campaigns", invocation->options->profiles);

	files = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; invocation->words[i] != NULL; i++)
		g_ptr_array_add(files, g_strdup(invocation->words[i]));

	return g_steal_pointer(&files);
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
	g_autoptr(GPtrArray) files = list_files(invocation);
	guint n_defects = 0;

	(void)error;
	for (guint i = 0; i < files->len; i++) {
		const gchar *path = g_ptr_array_index(files, i);
		g_autoptr(GError) problem = NULL;
		g_autoptr(TfCampaign) campaign = tf_campaign_load_file(path, &problem);

		if (campaign == NULL) {
			print_defect(problem, path, options->is_json);
			n_defects++;
		} else if (options->is_json) {
			print_campaign_json(campaign, path);
		} else {
			print_campaign(campaign, path);
		}
	}
	print_end(files->len, n_defects, options->is_json);

	/* A list is a list; only who asks for a check gets a verdict. */
	*ret_status = options->checks && n_defects > 0 ? TF_EXIT_PROFILE : TF_EXIT_DONE;

	return TRUE;
}
