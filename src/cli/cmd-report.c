/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/describe.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/result.h"
#include "key/certificate.h"
#include "ledger/supplement.h"
#include "report/report.h"

static const gchar *const formats[] = { "text", "json", "mail" };

static const gchar *const steps[TF_N_STEPS] = {
	[TF_STEP_INTENT] = N_("stopped before the key was written to the token"),
	[TF_STEP_IMPORTED] = N_("stopped after the key was written to the token"),
	[TF_STEP_PROVED] = N_("stopped after the key was proven on the token"),
	[TF_STEP_WIPING] = N_("stopped while the file was being wiped"),
	[TF_STEP_WIPED] = N_("stopped after the file was wiped"),
	[TF_STEP_DONE] = N_("done"),
	[TF_STEP_KEPT] = N_("the key is on the token; the file was kept"),
	[TF_STEP_PROVISIONED] =
		N_("the key is on the token, by a batch; the member's own PC is still to be swept"),
	[TF_STEP_UNDONE] = N_("undone; nothing of it is on the token"),
	[TF_STEP_REFUTED] = N_("the token let the key out; nothing of it is on the token"),
	[TF_STEP_REMOVING] = N_("the key was being removed from the token"),
	[TF_STEP_REMOVED] = N_("the key was removed from the token"),
};

static gchar *run_name(const TfLedger *ledger, const TfLedgerRow *row)
{
	return g_strdup_printf("%s/%" G_GINT64_FORMAT, tf_ledger_uuid(ledger), row->id);
}

static void print_row(const TfLedger *ledger, const TfLedgerRow *row)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(X509) certificate =
		tf_certificate_parse(row->certificate_der, tf_ledger_path(ledger), NULL);
	g_autoptr(TfCertificateFacts) facts =
		certificate != NULL ? tf_certificate_describe(certificate) : NULL;
	g_autofree gchar *number = g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	g_autofree gchar *date = tf_report_date(row->created, NULL, tf_language_spoken());

	tf_describe_line(text, 0, _("Run"), number);
	tf_describe_line(text, 2, _("Begun on"), date);
	tf_describe_line(text, 2, _("State"), _(steps[row->step]));
	tf_describe_line(text, 2, _("File"), row->source_path);
	tf_describe_line(text, 2, _("Issued to"), facts != NULL ? facts->common_name : NULL);
	tf_describe_line(text, 2, _("Token"), row->token->label);
	tf_output_text(text->str);
}

static void print_row_json(const TfLedger *ledger, const TfLedgerRow *row)
{
	json_t *object = tf_output_object("run");
	g_autofree gchar *run = run_name(ledger, row);
	g_autofree gchar *date = tf_time_to_text(row->created);

	json_object_set_new(object, "run", json_string(run));
	json_object_set_new(object, "created", json_string(date));
	json_object_set_new(object, "step", json_string(tf_step_name(row->step)));
	json_object_set_new(object, "path", tf_output_string(row->source_path));
	json_object_set_new(object, "token", tf_token_facts_to_json(row->token));
	if (row->spare_of != 0)
		json_object_set_new(object, "spare_of", json_integer(row->spare_of));
	tf_output_json(object);
}

/* As a person names it, "s3": runs have numbers of their own. */
static gchar *supplement_name(const TfSupplement *supplement)
{
	return g_strdup_printf("s%" G_GINT64_FORMAT, supplement->id);
}

static void print_supplement(const TfSupplement *supplement)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree gchar *name = supplement_name(supplement);
	g_autofree gchar *date = tf_report_date(supplement->created, NULL, tf_language_spoken());

	tf_describe_line(text, 0, _("Supplement"), name);
	tf_describe_line(text, 2, _("Written on"), date);
	tf_output_text(text->str);
}

static void print_supplement_json(const TfSupplement *supplement)
{
	json_t *object = tf_output_object("supplement");
	g_autofree gchar *name = supplement_name(supplement);
	g_autofree gchar *date = tf_time_to_text(supplement->created);

	json_object_set_new(object, "supplement", json_string(name));
	json_object_set_new(object, "created", json_string(date));
	tf_output_json(object);
}

static gboolean list_supplements(TfLedger *ledger, gboolean is_json, guint *ret_n, GError **error)
{
	g_autoptr(GPtrArray) supplements = tf_ledger_supplements(ledger, error);

	for (guint i = 0; supplements != NULL && i < supplements->len; i++) {
		const TfSupplement *supplement = g_ptr_array_index(supplements, i);

		if (is_json)
			print_supplement_json(supplement);
		else
			print_supplement(supplement);
	}
	*ret_n = supplements != NULL ? supplements->len : 0;

	return supplements != NULL;
}

typedef struct Listing {
	const TfLedger *ledger;
	gboolean is_json;
	guint64 n_runs;
} Listing;

static gboolean list_row(const TfLedgerRow *row, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	Listing *listing = user_data;

	if (listing->is_json)
		print_row_json(listing->ledger, row);
	else
		print_row(listing->ledger, row);
	listing->n_runs++;

	return TRUE;
}

static gboolean list_runs(TfLedger *ledger, gboolean is_json, GError **error)
{
	Listing listing = { ledger, is_json, 0 };

	guint n_supplements = 0;

	if (!tf_ledger_visit_rows(ledger, list_row, &listing, error) ||
		!list_supplements(ledger, is_json, &n_supplements, error))
		return FALSE;
	if (is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string("done"));
		json_object_set_new(result, "runs", json_integer((json_int_t)listing.n_runs));
		json_object_set_new(result, "supplements", json_integer(n_supplements));
		tf_output_json(result);
	}

	return TRUE;
}

/* Only a run that came to its end has an outcome to report; a row being wiped holds a draft. */
static gboolean is_reportable(const TfLedgerRow *row)
{
	return row->outcome != NULL && (tf_step_is_finished(row->step) || row->step == TF_STEP_KEPT);
}

/* 'text' is NUMBER or LEDGER-UUID/NUMBER. */
static TfLedgerRow *find_named(TfLedger *ledger, const gchar *text, GError **error)
{
	const gchar *slash = strrchr(text, '/');
	const gchar *number = slash != NULL ? slash + 1 : text;
	g_autofree gchar *uuid = slash != NULL ? g_strndup(text, (gsize)(slash - text)) : NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	guint64 id = 0;

	if (!g_ascii_string_to_unsigned(number, 10, 1, G_MAXINT64, &id, NULL) ||
		(uuid != NULL && g_ascii_strcasecmp(uuid, tf_ledger_uuid(ledger)) != 0)) {
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, tf_ledger_path(ledger), NULL);
		return NULL;
	}
	row = tf_ledger_load(ledger, (gint64)id, error);
	if (row == NULL)
		return NULL;
	if (!is_reportable(row)) {
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, tf_ledger_path(ledger), NULL);
		g_prefix_error(error, "%s: ", _(steps[row->step]));
		return NULL;
	}

	return g_steal_pointer(&row);
}

static gboolean print_mail(const TfOutcome *outcome, const TfCampaign *campaign, GError **error)
{
	g_autoptr(GBytes) mail = tf_report_mail(outcome, campaign, error);
	g_autofree gchar *text = NULL;

	if (mail == NULL)
		return FALSE;
	text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
	tf_output_text(text);

	return TRUE;
}

static gboolean print_outcome(const TfOutcome *outcome, const TfOptions *options, GError **error)
{
	const gchar *format = options->format != NULL ? options->format : options->is_json ? "json" : "text";
	g_autoptr(TfCampaign) campaign = NULL;
	g_autofree gchar *text = NULL;

	if (strcmp(format, "json") == 0) {
		tf_output_json(tf_outcome_to_json(outcome));
		return TRUE;
	}
	if (!tf_places_campaign(outcome, options, &campaign, error))
		return FALSE;
	if (strcmp(format, "mail") == 0)
		return print_mail(outcome, campaign, error);
	text = tf_report_text(outcome, campaign);
	tf_output_text(text);

	return TRUE;
}

/* "s3", or "s" for the newest. NULL, and an error, when it is not there. */
static TfOutcome *find_supplement(TfLedger *ledger, const gchar *name, GError **error)
{
	TfOutcome *outcome = NULL;
	guint64 id = 0;

	if (name[1] != '\0' && !g_ascii_string_to_unsigned(name + 1, 10, 1, G_MAXINT64, &id, NULL)) {
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, tf_ledger_path(ledger), NULL);
		return NULL;
	}
	if (!tf_ledger_supplement(ledger, (gint64)id, &outcome, error))
		return NULL;
	if (outcome == NULL)
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, tf_ledger_path(ledger), NULL);

	return outcome;
}

/* A PC to which nothing was moved has supplements only. */
static TfOutcome *find_newest(TfLedger *ledger, GError **error)
{
	g_autoptr(TfLedgerRow) row = NULL;

	if (!tf_ledger_newest_with_report(ledger, &row, error))
		return NULL;

	return row != NULL ? tf_ledger_row_outcome(ledger, row, error) : find_supplement(ledger, "s", error);
}

static TfOutcome *find_outcome(TfLedger *ledger, const gchar *name, GError **error)
{
	g_autoptr(TfLedgerRow) row = NULL;

	if (name == NULL)
		return find_newest(ledger, error);
	if (name[0] == 's')
		return find_supplement(ledger, name, error);
	row = find_named(ledger, name, error);

	return row != NULL ? tf_ledger_row_outcome(ledger, row, error) : NULL;
}

static gboolean report_run(TfLedger *ledger, const TfInvocation *invocation, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfOutcome) outcome = find_outcome(ledger, invocation->words[0], error);

	if (outcome == NULL)
		return FALSE;

	return options->report_directory != NULL ? tf_result_tell(outcome, NULL, options, error)
						 : print_outcome(outcome, options, error);
}

static gboolean check_options(const TfOptions *options, GError **error)
{
	if (options->format == NULL)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (strcmp(options->format, formats[i]) == 0)
			return TRUE;
	}

	return tf_raise(error, TF_ERROR_USAGE, _("--format takes text, json or mail"), NULL);
}

gboolean tf_cmd_report(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autofree gchar *path = NULL;
	g_autoptr(TfLedger) ledger = NULL;

	if (!check_options(options, error))
		return FALSE;
	path = tf_places_ledger(options, error);
	if (path == NULL)
		return FALSE;
	/* Looking makes no ledger. */
	if (access(path, F_OK) != 0)
		return tf_raise(error, TF_ERROR_LEDGER_NO_RUN, path, NULL);
	ledger = tf_ledger_open(options->ledger, error);
	if (ledger == NULL)
		return FALSE;

	*ret_status = TF_EXIT_DONE;

	return options->lists ? list_runs(ledger, options->is_json, error)
			      : report_run(ledger, invocation, error);
}
