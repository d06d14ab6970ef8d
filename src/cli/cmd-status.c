/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"
#include "ledger/job.h"
#include "report/report.h"

/* In the order in which people ask. */
static const struct {
	TfJobState state;
	const gchar *title;
} groups[] = {
	{ TF_JOB_PROVISIONED, N_("has a token") },
	{ TF_JOB_CLAIMED, N_("in work") },
	{ TF_JOB_WAITING, N_("waiting") },
	{ TF_JOB_FAILED, N_("not done") },
	{ TF_JOB_SUPERSEDED, N_("replaced") },
	{ TF_JOB_UNLISTED, N_("not in the list") },
};

static const gchar *title_of(TfJobState state)
{
	for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
		if (groups[i].state == state)
			return _(groups[i].title);
	}

	return "";
}

/* Whether the file of one who has a token is still there, as far as the ledger knows: "kept", with why, or
 * "wiped"; "" without a token. */
static gboolean look_up_source(
	TfLedger *ledger, const TfJob *job, const gchar **ret_source, gchar **ret_why, GError **error)
{
	*ret_source = "";
	if (job->state != TF_JOB_PROVISIONED)
		return TRUE;
	if (!tf_ledger_job_kept(ledger, job, ret_why, error))
		return FALSE;
	*ret_source = *ret_why != NULL ? "kept" : "wiped";

	return TRUE;
}

static gboolean print_json(const TfJob *job, gpointer user_data, GError **error)
{
	json_t *object = NULL;
	const gchar *source = NULL;
	g_autofree gchar *why = NULL;

	if (!look_up_source(user_data, job, &source, &why, error))
		return FALSE;
	object = tf_output_object("member");

	json_object_set_new(object, "number", tf_output_string(job->number));
	json_object_set_new(object, "name", tf_output_string(job->name));
	json_object_set_new(object, "state", json_string(tf_job_state_name(job->state)));
	json_object_set_new(object, "token_serial", tf_output_string(job->made_serial));
	json_object_set_new(object, "attempts", json_integer(job->n_attempts));
	json_object_set_new(object, "error", tf_output_string(job->error));
	json_object_set_new(object, "operator", tf_output_string(job->operator));
	json_object_set_new(object, "station", tf_output_string(job->station));
	json_object_set_new(object, "source", source[0] != '\0' ? json_string(source) : json_null());
	json_object_set_new(object, "why", tf_output_string(why));
	tf_output_json(object);

	return TRUE;
}

/* NULL when the ledger does not have them. */
static GStrv arguments_of(const TfJob *job)
{
	g_autoptr(json_t) array =
		job->error_arguments != NULL ? json_loads(job->error_arguments, 0, NULL) : NULL;
	g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
	json_t *argument = NULL;
	size_t i = 0;

	if (!json_is_array(array))
		return NULL;
	json_array_foreach(array, i, argument)
	{
		if (!json_is_string(argument))
			return NULL;
		g_strv_builder_add(arguments, json_string_value(argument));
	}

	return g_strv_builder_end(arguments);
}

/* As it was raised; by its code alone where the ledger keeps no more of it. */
static gchar *sentence_of_error(const TfJob *job)
{
	g_autoptr(GError) problem = NULL;
	TfErrorCode code = TF_ERROR_SYSTEM;
	g_auto(GStrv) arguments = NULL;

	if (job->error == NULL)
		return g_strdup("");
	arguments = arguments_of(job);
	if (arguments == NULL || !tf_error_code_from_name(job->error, &code) ||
		!tf_error_relay(code, (const gchar *const *)arguments, g_strv_length(arguments), &problem))
		return g_strdup(job->error);

	return tf_wording_of_error(problem);
}

/* What people are told of it, besides its state. */
static gboolean remark_on(TfLedger *ledger, const TfJob *job, gchar **ret_remark, GError **error)
{
	g_autofree gchar *why = NULL;
	const gchar *source = NULL;
	const gchar *sentence = NULL;

	if (!look_up_source(ledger, job, &source, &why, error))
		return FALSE;
	sentence = tf_report_kept_why(why);
	if (why != NULL)
		*ret_remark = tf_phrase(_("Its file '{path}' was not wiped. {why} {detail}"), "path",
			job->source_path, "why", sentence != NULL ? sentence : why, "detail", "", NULL);
	else
		*ret_remark = sentence_of_error(job);

	return TRUE;
}

static gboolean print_line(const TfJob *job, gpointer user_data, GError **error)
{
	g_autofree gchar *remark = NULL;
	g_autofree gchar *line = NULL;

	if (!remark_on(user_data, job, &remark, error))
		return FALSE;
	line = tf_phrase("{number}  {state}  {name}  {remark}", "number", job->number, "state",
		title_of(job->state), "name", job->name, "remark", remark, NULL);
	tf_output_text(g_strchomp(line));

	return TRUE;
}

static void add_cell(GString *line, const gchar *text)
{
	g_autofree gchar *cell = tf_escape_csv(text != NULL ? text : "");

	if (line->len > 0)
		g_string_append_c(line, ',');
	g_string_append(line, cell);
}

static gboolean print_csv(const TfJob *job, gpointer user_data, GError **error)
{
	g_autoptr(GString) line = g_string_new(NULL);
	const gchar *source = NULL;
	g_autofree gchar *why = NULL;

	if (!look_up_source(user_data, job, &source, &why, error))
		return FALSE;

	add_cell(line, job->number);
	add_cell(line, job->name);
	add_cell(line, tf_job_state_name(job->state));
	add_cell(line, job->made_serial);
	add_cell(line, job->error);
	add_cell(line, job->operator);
	add_cell(line, job->station);
	add_cell(line, source);
	add_cell(line, why);
	tf_output_text(line->str);

	return TRUE;
}

static gboolean print_counts(TfLedger *ledger, const TfOptions *options, GError **error)
{
	guint64 counts[TF_N_JOB_STATES] = { 0 };
	json_t *object = NULL;

	if (!tf_ledger_count_jobs(ledger, counts, error))
		return FALSE;
	if (options->is_json) {
		object = tf_output_object("result");
		json_object_set_new(object, "status", json_string("done"));
		for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
			json_object_set_new(object, tf_job_state_name(groups[i].state),
				json_integer((json_int_t)counts[groups[i].state]));
		tf_output_json(object);
		return TRUE;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
		g_autofree gchar *line = tf_phrase("{state}: {count}", "state", _(groups[i].title), "count",
			TF_NUMBER(counts[groups[i].state]), NULL);

		tf_output_text(line);
	}

	return TRUE;
}

static gboolean is_csv(const TfOptions *options)
{
	return g_strcmp0(options->format, "csv") == 0;
}

static gboolean print_members(TfLedger *ledger, const TfOptions *options, GError **error)
{
	TfJobVisitor print = print_line;

	if (options->is_json)
		print = print_json;
	else if (is_csv(options))
		print = print_csv;
	if (is_csv(options))
		tf_output_text("number,name,state,token_serial,error,operator,station,source,why");

	return tf_ledger_visit_jobs(ledger, TF_N_JOB_STATES, print, ledger, error);
}

gboolean tf_cmd_status(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfLedger) ledger = NULL;

	if (options->format != NULL && !is_csv(options) && strcmp(options->format, "text") != 0)
		return tf_raise(error, TF_ERROR_USAGE, _("--format is text or csv here"), NULL);
	if (options->is_json && is_csv(options))
		return tf_raise(
			error, TF_ERROR_USAGE, _("--json and '--format csv' exclude each other"), NULL);
	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	if (ledger == NULL)
		return tf_raise(
			error, TF_ERROR_LEDGER_NO_RUN, options->ledger != NULL ? options->ledger : "", NULL);
	if ((options->lists || is_csv(options)) && !print_members(ledger, options, error))
		return FALSE;
	if (!is_csv(options) && !print_counts(ledger, options, error))
		return FALSE;
	*ret_status = TF_EXIT_DONE;

	return TRUE;
}
