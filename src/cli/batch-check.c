/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-check.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "batch/check.h"
#include "cli/batch-list.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/phrase.h"

#define CLEAR_LINE "\r\033[K"

typedef struct Telling {
	gboolean is_json;
	gboolean has_terminal;
	gboolean has_progress; /* a line of it stands on the terminal */
	gint64 next;	       /* when progress is told again: monotonic microseconds */
} Telling;

static void clear_progress(Telling *telling)
{
	if (telling->has_progress)
		(void)fputs(CLEAR_LINE, stderr);
	telling->has_progress = FALSE;
}

static void tell_problem(guint line, const gchar *number, const GError *problem, gpointer user_data)
{
	Telling *telling = user_data;

	clear_progress(telling);
	tf_batch_list_tell(line, number, problem, telling->is_json);
}

static const gchar *name_of(TfRowNotice notice)
{
	switch (notice) {
	case TF_ROW_NOTICE_WEAK:
		return "weak";
	case TF_ROW_NOTICE_KEPT:
		return "kept";
	case TF_ROW_NOTICE_NO_SERIAL:
		return "no-serial";
	}
	g_assert_not_reached();
}

static void tell_notice_as_json(guint line, const gchar *number, TfRowNotice notice)
{
	json_t *object = tf_output_object("notice");

	json_object_set_new(object, "line", json_integer(line));
	json_object_set_new(object, "number", tf_output_string(number));
	json_object_set_new(object, "notice", json_string(name_of(notice)));
	json_object_set_new(object, "message", tf_output_string(tf_row_notice_text(notice)));
	tf_output_json(object);
}

static void tell_notice(guint line, const gchar *number, TfRowNotice notice, gpointer user_data)
{
	Telling *telling = user_data;
	g_autofree gchar *text = NULL;

	clear_progress(telling);
	if (telling->is_json) {
		tell_notice_as_json(line, number, notice);
		return;
	}
	text = tf_phrase(_("Line {line}, {number}, for your information: {sentence}."), "line",
		TF_NUMBER(line), "number", number, "sentence", tf_row_notice_text(notice), NULL);
	tf_output_notice(text);
}

/* A calm line, on a terminal only, that the next one replaces. */
static void tell_row(guint64 n_rows, gpointer user_data)
{
	Telling *telling = user_data;
	gint64 now = g_get_monotonic_time();
	g_autofree gchar *text = NULL;

	if (!telling->has_terminal || now < telling->next)
		return;
	telling->next = now + G_TIME_SPAN_SECOND;
	text = tf_phrase(_("{count} members looked at so far"), "count", TF_NUMBER(n_rows), NULL);
	(void)fprintf(stderr, CLEAR_LINE "%s", text);
	(void)fflush(stderr);
	telling->has_progress = TRUE;
}

static gboolean is_interrupted(G_GNUC_UNUSED gpointer user_data)
{
	return tf_interrupt_is_noted();
}

static void tell_end(const TfCheckResult *result, gboolean is_json)
{
	g_autofree gchar *text = NULL;

	if (is_json) {
		json_t *object = tf_output_object("result");

		json_object_set_new(
			object, "status", json_string(result->n_problems == 0 ? "done" : "invalid"));
		json_object_set_new(object, "rows", json_integer((json_int_t)result->n_rows));
		json_object_set_new(object, "problems", json_integer((json_int_t)result->n_problems));
		tf_output_json(object);
		return;
	}
	if (result->n_problems == 0)
		text = tf_phrase(_("The list and the files of all {count} members are in order."), "count",
			TF_NUMBER(result->n_rows), NULL);
	else
		text = tf_phrase(_("Defects: {problems}, in a list of {count} members. Correct them and "
				   "check again; no token was touched."),
			"problems", TF_NUMBER(result->n_problems), "count", TF_NUMBER(result->n_rows), NULL);
	tf_output_text(text);
}

gboolean tf_batch_check(const TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCampaign) campaign = NULL;
	g_autoptr(TfPasswords) passwords = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	Telling telling = { .is_json = options->is_json,
		.has_terminal = !options->is_json && isatty(STDERR_FILENO) != 0,
		.next = g_get_monotonic_time() + G_TIME_SPAN_SECOND };
	const TfCheckListener listener = { tell_problem, tell_notice, tell_row, is_interrupted, &telling };
	TfCheckPlan plan = {
		.program = invocation->roles,
		.manifest = invocation->words[0],
		.crl = options->crl,
		.gives_by_serial = g_strcmp0(options->assign, "serial") == 0,
	};
	TfCheckResult result = { 0 };
	gboolean is_checked = FALSE;

	if (options->campaign != NULL) {
		plan.campaign = campaign = tf_campaign_load(options->campaign, options->profiles, error);
		if (campaign == NULL)
			return FALSE;
	}
	if (options->passwords != NULL) {
		plan.passwords = passwords = tf_passwords_open(options->passwords, error);
		if (passwords == NULL)
			return FALSE;
	}
	if (!tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	plan.ledger = ledger;
	is_checked = tf_check(&plan, &listener, &result, error);
	clear_progress(&telling);
	if (!is_checked)
		return FALSE;
	tell_end(&result, options->is_json);
	*ret_status = result.n_problems == 0 ? TF_EXIT_DONE : TF_EXIT_MANIFEST;

	return TRUE;
}
