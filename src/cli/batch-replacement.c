/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-replacement.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/output.h"
#include "cli/phrase.h"

static void tell_json(const TfJob *job, const TfTokenFacts *token)
{
	json_t *object = tf_output_object("replacement");
	g_autoptr(GDateTime) changed = g_date_time_new_from_unix_utc(job->changed);
	g_autofree gchar *at = g_date_time_format_iso8601(changed);

	json_object_set_new(object, "number", tf_output_string(job->number));
	json_object_set_new(object, "name", tf_output_string(job->name));
	json_object_set_new(object, "reason", tf_output_string(job->replaces_reason));
	json_object_set_new(object, "state", json_string(tf_job_state_name(job->state)));
	json_object_set_new(object, "at", json_string(at));
	json_object_set_new(object, "token", token != NULL ? tf_token_facts_to_json(token) : json_null());
	tf_output_json(object);
}

static gchar *sentence_of(const TfJob *job, const TfTokenFacts *token)
{
	g_autoptr(GDateTime) changed = g_date_time_new_from_unix_local(job->changed);
	g_autofree gchar *date = g_date_time_format(changed, "%F %H:%M");

	if (token == NULL)
		return tf_phrase(_("{number} {name}: is being replaced for this reason ('{reason}') already; "
				   "that goes on, and no further token is made."),
			"number", job->number, "name", job->name, "reason", job->replaces_reason, NULL);

	return tf_phrase(_("{number} {name}: replaced for this reason ('{reason}') already, by the token "
			   "'{token}' ({serial}), made on {date}. No further one is made; if this one is to "
			   "be replaced, too, give another reason."),
		"number", job->number, "name", job->name, "reason", job->replaces_reason, "token",
		token->label, "serial", token->serial, "date", date, NULL);
}

static gchar *earlier_sentence_of(const TfJob *job, const gchar *reason)
{
	return tf_phrase(
		_("{number} {name}: was replaced for this reason ('{reason}') before, and once more "
		  "since. No further token is made; if the one that is there is to be replaced, too, "
		  "give another reason."),
		"number", job->number, "name", job->name, "reason", reason, NULL);
}

static gboolean tell(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean is_json, GError **error)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autofree gchar *sentence = NULL;

	if (!tf_ledger_job_of_number(ledger, number, &job, error))
		return FALSE;
	if (job->state == TF_JOB_PROVISIONED) {
		row = tf_ledger_load(ledger, job->migration, error);
		if (row == NULL)
			return FALSE;
	}
	if (is_json) {
		tell_json(job, row != NULL ? row->token : NULL);
		return TRUE;
	}
	sentence = g_strcmp0(job->replaces_reason, reason) != 0
			   ? earlier_sentence_of(job, reason)
			   : sentence_of(job, row != NULL ? row->token : NULL);
	tf_output_notice(sentence);

	return TRUE;
}

/* The file of a member who has a token was wiped: it is put back before the token is given up. */
static gboolean check_source(TfLedger *ledger, const gchar *number, const gchar *reason, GError **error)
{
	g_autoptr(TfJob) job = NULL;
	gboolean is_replaced = FALSE;

	if (!tf_ledger_job_of_number(ledger, number, &job, error) ||
		!tf_ledger_is_replaced(ledger, number, reason, &is_replaced, error))
		return FALSE;
	if (job == NULL || is_replaced || access(job->source_path, F_OK) == 0)
		return TRUE;

	return tf_raise(error, TF_ERROR_SOURCE_MISSING, job->source_path, NULL);
}

gboolean tf_batch_replace(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean is_json, GError **error)
{
	gboolean is_new = FALSE;

	if (!check_source(ledger, number, reason, error) ||
		!tf_ledger_replace_job(ledger, number, reason, &is_new, error) ||
		!tf_ledger_listing_add(ledger, number, error))
		return FALSE;

	return is_new || tell(ledger, number, reason, is_json, error);
}
