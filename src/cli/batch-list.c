/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/check.h"
#include "batch/manifest.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"

#define ROWS_A_GROUP 512u

typedef struct Reading {
	const gchar *path;
	TfLedger *ledger;
	gboolean makes_serials;
	gboolean is_json;
	guint n_in_group;
	GError *first;
	guint first_line;
} Reading;

static void tell_as_json(guint line, const gchar *number, const GError *problem, const gchar *sentence)
{
	json_t *object = tf_output_object("problem");

	json_object_set_new(object, "line", json_integer(line));
	if (number != NULL)
		json_object_set_new(object, "number", tf_output_string(number));
	json_object_set_new(object, "error", json_string(tf_error_name(problem)));
	json_object_set_new(object, "message", tf_output_string(sentence));
	tf_output_json(object);
}

void tf_batch_list_tell(guint line, const gchar *number, const GError *problem, gboolean is_json)
{
	g_autofree gchar *sentence = tf_wording_of_error(problem);
	g_autofree gchar *text = NULL;

	if (is_json) {
		tell_as_json(line, number, problem, sentence);
		return;
	}
	/* Its own sentence says the line. */
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_MANIFEST_INVALID))
		text = tf_phrase("{sentence}", "sentence", sentence, NULL);
	else if (number == NULL)
		text = tf_phrase(
			_("Line {line}: {sentence}"), "line", TF_NUMBER(line), "sentence", sentence, NULL);
	else
		text = tf_phrase(_("Line {line}, {number}: {sentence}"), "line", TF_NUMBER(line), "number",
			number, "sentence", sentence, NULL);
	tf_output_notice(text);
}

static void note_problem(guint line, const gchar *number, const GError *problem, gpointer user_data)
{
	Reading *reading = user_data;

	tf_batch_list_tell(line, number, problem, reading->is_json);
	if (reading->first == NULL) {
		reading->first = g_error_copy(problem);
		reading->first_line = line;
	}
}

static gboolean look_through(Reading *reading, const TfCampaign *campaign, GError **error)
{
	const TfCheckPlan plan = { .manifest = reading->path,
		.campaign = campaign,
		.makes_serials = reading->makes_serials,
		.ledger = reading->ledger };
	const TfCheckListener listener = { .problem = note_problem, .user_data = reading };
	TfCheckResult result = { 0 };

	return tf_check(&plan, &listener, &result, error);
}

static gboolean add_row(const TfManifestRow *row, gpointer user_data, GError **error)
{
	Reading *reading = user_data;
	g_autofree gchar *source = NULL;
	g_autoptr(GError) problem = NULL;
	gboolean has_begun = FALSE;
	TF_AUTO_FD int fd = -1;
	TfJobPlan plan = {
		.number = row->number, .name = row->name, .token_serial = row->token_serial, .line = row->line
	};

	fd = tf_manifest_open_source(reading->path, row->path, &source, &problem);
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_MISSING) &&
		!tf_check_is_begun(reading->ledger, row, &has_begun, error))
		return FALSE;
	if (has_begun)
		return tf_ledger_listing_add(reading->ledger, row->number, error);
	if (fd < 0) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	plan.source_path = source;
	if (!tf_ledger_add_job(reading->ledger, &plan, error) ||
		!tf_ledger_listing_add(reading->ledger, row->number, error))
		return FALSE;
	if (++reading->n_in_group < ROWS_A_GROUP)
		return TRUE;
	reading->n_in_group = 0;

	return tf_ledger_group_commit(reading->ledger, error) &&
	       tf_ledger_group_begin(reading->ledger, error);
}

/* It was changed since it was looked through. */
static gboolean note_change(
	guint line, const GError *problem, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	note_problem(line, NULL, problem, user_data);

	return TRUE;
}

static gboolean add_rows(Reading *reading, const TfCampaign *campaign, GError **error)
{
	if (!tf_ledger_listing_begin(reading->ledger, error) ||
		!tf_ledger_group_begin(reading->ledger, error))
		return FALSE;
	if (!tf_manifest_read(reading->path, campaign, add_row, note_change, reading, error)) {
		tf_ledger_group_abandon(reading->ledger);
		return FALSE;
	}

	return tf_ledger_group_commit(reading->ledger, error);
}

static void tell_unlisted(guint64 n, gboolean is_json)
{
	g_autofree gchar *text = NULL;

	if (n == 0)
		return;
	if (is_json) {
		json_t *object = tf_output_object("unlisted");

		json_object_set_new(object, "members", json_integer((json_int_t)n));
		tf_output_json(object);
		return;
	}
	text = tf_phrase(_("Members of this ledger who are not in this list and get no token now: {count}"),
		"count", TF_NUMBER(n), NULL);
	tf_output_notice(text);
}

static gboolean end_listing(const Reading *reading, GError **error)
{
	guint64 counts[TF_N_JOB_STATES] = { 0 };

	if (!tf_ledger_listing_end(reading->ledger, error) ||
		!tf_ledger_count_jobs(reading->ledger, counts, error))
		return FALSE;
	tell_unlisted(counts[TF_JOB_UNLISTED], reading->is_json);

	return TRUE;
}

/* Of a sentence that stands within another one. */
static void cut_full_stop(gchar *sentence)
{
	static const gchar *const stops[] = { ".", "。" };

	for (gsize i = 0; i < G_N_ELEMENTS(stops); i++) {
		if (g_str_has_suffix(sentence, stops[i]))
			sentence[strlen(sentence) - strlen(stops[i])] = '\0';
	}
}

/* Whatever is wrong in it, it is the list that has to be corrected. */
static gboolean refuse(const Reading *reading, GError **error)
{
	g_autofree gchar *sentence = NULL;

	if (g_error_matches(reading->first, TF_ERROR, TF_ERROR_MANIFEST_INVALID)) {
		g_propagate_error(error, g_error_copy(reading->first));
		return FALSE;
	}
	sentence = tf_wording_of_error(reading->first);
	cut_full_stop(sentence);

	return tf_raise(error, TF_ERROR_MANIFEST_INVALID, reading->path, TF_NUMBER(reading->first_line),
		sentence, NULL);
}

gboolean tf_batch_list_read(const gchar *path, const TfCampaign *campaign, gboolean makes_serials,
	TfLedger *ledger, gboolean is_json, GError **error)
{
	Reading reading = {
		.path = path, .ledger = ledger, .makes_serials = makes_serials, .is_json = is_json
	};
	gboolean is_read = look_through(&reading, campaign, error);

	if (is_read && reading.first == NULL)
		is_read = add_rows(&reading, campaign, error);
	if (is_read && reading.first != NULL)
		is_read = refuse(&reading, error);
	if (is_read)
		is_read = end_listing(&reading, error);
	g_clear_error(&reading.first);

	return is_read;
}
