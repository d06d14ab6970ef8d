/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-list.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/manifest-check.h"
#include "batch/manifest.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"

#define ROWS_A_GROUP 512u

typedef struct Reading {
	const gchar *path;
	TfLedger *ledger; /* NULL: only looked through */
	TfManifestCheck *check;
	gboolean is_json;
	guint n_problems;
	guint n_in_group;
	GError *first;
	guint first_line;
} Reading;

static void tell(const Reading *reading, guint line, const GError *problem)
{
	g_autofree gchar *sentence = tf_wording_of_error(problem);
	g_autofree gchar *text = NULL;

	if (reading->is_json) {
		json_t *object = tf_output_object("problem");

		json_object_set_new(object, "line", json_integer(line));
		json_object_set_new(object, "error", json_string(tf_error_name(problem)));
		json_object_set_new(object, "message", tf_output_string(sentence));
		tf_output_json(object);
		return;
	}
	text = tf_phrase("{sentence}", "sentence", sentence, NULL);
	tf_output_notice(text);
}

static gboolean note_problem(
	guint line, const GError *problem, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	Reading *reading = user_data;

	tell(reading, line, problem);
	reading->n_problems++;
	if (reading->first == NULL) {
		reading->first = g_error_copy(problem);
		reading->first_line = line;
	}

	return TRUE;
}

/* Whose token was begun needs no file any more: it may be wiped. */
static gboolean is_begun(
	const Reading *reading, const TfManifestRow *row, gboolean *ret_is_begun, GError **error)
{
	g_autoptr(TfJob) job = NULL;

	if (!tf_ledger_job_of_number(reading->ledger, row->number, &job, error))
		return FALSE;
	*ret_is_begun = job != NULL && job->migration != 0 && strcmp(job->name, row->name) == 0;

	return TRUE;
}

static gboolean check_row(const TfManifestRow *row, gpointer user_data, GError **error)
{
	Reading *reading = user_data;
	gboolean has_begun = FALSE;
	g_autoptr(GError) problem = NULL;
	TF_AUTO_FD int fd = tf_manifest_open_source(reading->path, row->path, NULL, &problem);

	tf_manifest_check_add(reading->check, row);
	if (fd >= 0)
		return TRUE;
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_MISSING) &&
		!is_begun(reading, row, &has_begun, error))
		return FALSE;

	return has_begun || note_problem(row->line, problem, user_data, error);
}

static gboolean look_through(Reading *reading, const TfCampaign *campaign, GError **error)
{
	g_autoptr(TfManifestCheck) check = tf_manifest_check_new();

	reading->check = check;

	return tf_manifest_read(reading->path, campaign, check_row, note_problem, reading, error) &&
	       tf_manifest_check_end(check, reading->path, note_problem, reading, error);
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
		!is_begun(reading, row, &has_begun, error))
		return FALSE;
	if (has_begun)
		return TRUE;
	if (fd < 0) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	plan.source_path = source;
	if (!tf_ledger_add_job(reading->ledger, &plan, error))
		return FALSE;
	if (++reading->n_in_group < ROWS_A_GROUP)
		return TRUE;
	reading->n_in_group = 0;

	return tf_ledger_group_commit(reading->ledger, error) &&
	       tf_ledger_group_begin(reading->ledger, error);
}

static gboolean add_rows(Reading *reading, const TfCampaign *campaign, GError **error)
{
	if (!tf_ledger_group_begin(reading->ledger, error))
		return FALSE;
	if (!tf_manifest_read(reading->path, campaign, add_row, note_problem, reading, error)) {
		tf_ledger_group_abandon(reading->ledger);
		return FALSE;
	}

	return tf_ledger_group_commit(reading->ledger, error);
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
	if (g_str_has_suffix(sentence, "."))
		sentence[strlen(sentence) - 1] = '\0';

	return tf_raise(error, TF_ERROR_MANIFEST_INVALID, reading->path, TF_NUMBER(reading->first_line),
		sentence, NULL);
}

gboolean tf_batch_list_read(
	const gchar *path, const TfCampaign *campaign, TfLedger *ledger, gboolean is_json, GError **error)
{
	Reading reading = { .path = path, .ledger = ledger, .is_json = is_json };
	gboolean is_read = look_through(&reading, campaign, error);

	if (is_read && reading.first == NULL)
		is_read = add_rows(&reading, campaign, error);
	if (is_read && reading.first != NULL)
		is_read = refuse(&reading, error);
	g_clear_error(&reading.first);

	return is_read;
}
