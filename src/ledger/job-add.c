/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How members come into the ledger: from the manifest, and in the place of one whose token broke. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "job-private.h"
#include "record-private.h"

static gboolean insert(TfLedger *ledger, const TfJobPlan *plan, const gchar *reason, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(plan->number),
		tf_parameter_text(plan->name),
		tf_parameter_path(plan->source_path),
		tf_parameter_text(plan->token_serial),
		tf_parameter_integer(plan->line),
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_text(reason),
	};

	return tf_ledger_change(ledger,
		"INSERT INTO job (number, name, source_path, demanded_serial, line, changed, replaces_reason,"
		" state) VALUES (?, ?, ?, ?, ?, ?, ?, " TF_JOB_SQL_WAITING ")",
		parameters, G_N_ELEMENTS(parameters), error);
}

static gboolean update(TfLedger *ledger, gint64 id, const TfJobPlan *plan, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(plan->name),
		tf_parameter_path(plan->source_path),
		tf_parameter_text(plan->token_serial),
		tf_parameter_integer(plan->line),
		tf_parameter_integer(id),
	};

	return tf_ledger_change(ledger,
		"UPDATE job SET name = ?, source_path = ?, demanded_serial = ?, line = ? WHERE id = ?",
		parameters, G_N_ELEMENTS(parameters), error);
}

/* A certificate was chosen for it, and a token may have been written: the letter has its name, and the token
 * its key. */
static gboolean read_is_bound(TfLedger *ledger, gint64 id, gboolean *ret_is_bound, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(id) };
	g_autoptr(TfQuery) statement =
		tf_ledger_query(ledger, "SELECT 1 FROM job WHERE id = ? AND certificate_sha256 IS NOT NULL",
			parameters, G_N_ELEMENTS(parameters), error);

	return statement != NULL && tf_ledger_next(ledger, statement, ret_is_bound, error);
}

static gboolean bring_up_to_date(TfLedger *ledger, const TfJob *job, const TfJobPlan *plan, GError **error)
{
	gboolean has_name = strcmp(job->name, plan->name) == 0;
	gboolean has_path = strcmp(job->source_path, plan->source_path) == 0;
	gboolean is_bound = job->state == TF_JOB_CLAIMED || job->state == TF_JOB_PROVISIONED;

	/* Nearly always, when a batch is run again. */
	if (has_name && has_path && job->line == plan->line &&
		g_strcmp0(job->token_serial, plan->token_serial) == 0)
		return TRUE;
	if (!is_bound && !read_is_bound(ledger, job->id, &is_bound, error))
		return FALSE;
	if (!is_bound)
		return update(ledger, job->id, plan, error);
	if (!has_name || !has_path)
		return tf_raise(error, TF_ERROR_MANIFEST_CHANGED, job->number,
			has_name ? _("the path of its file") : _("the name"), NULL);

	return TRUE;
}

gboolean tf_ledger_add_job(TfLedger *ledger, const TfJobPlan *plan, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;

	if (transaction == NULL || !tf_ledger_job_of_number(ledger, plan->number, &job, error))
		return FALSE;
	if (!(job == NULL ? insert(ledger, plan, NULL, error) : bring_up_to_date(ledger, job, plan, error)))
		return FALSE;

	return tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_is_replaced(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean *ret_is_replaced, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(number), tf_parameter_text(reason) };
	g_autoptr(TfQuery) statement =
		tf_ledger_query(ledger, "SELECT 1 FROM job WHERE number = ? AND replaces_reason = ?",
			parameters, G_N_ELEMENTS(parameters), error);

	return statement != NULL && tf_ledger_next(ledger, statement, ret_is_replaced, error);
}

static gboolean check_is_begun(TfLedger *ledger, const gchar *number, const TfJob *job, GError **error)
{
	gboolean is_bound = FALSE;

	if (job == NULL)
		return tf_raise(error, TF_ERROR_MEMBER_UNKNOWN, number, NULL);
	if (!read_is_bound(ledger, job->id, &is_bound, error))
		return FALSE;

	return is_bound || tf_raise(error, TF_ERROR_MEMBER_WITHOUT_TOKEN, number, NULL);
}

gboolean tf_ledger_replace_job(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean *ret_is_new, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;
	gboolean is_replaced_already = FALSE;
	TfParameter parameters[2];
	TfJobPlan plan;

	if (transaction == NULL || !tf_ledger_job_of_number(ledger, number, &job, error) ||
		!tf_ledger_is_replaced(ledger, number, reason, &is_replaced_already, error))
		return FALSE;
	/* The same command again, as after a power cut: the replacement that it made goes on. */
	if (is_replaced_already) {
		*ret_is_new = FALSE;
		return TRUE;
	}
	if (!check_is_begun(ledger, number, job, error))
		return FALSE;

	plan = (TfJobPlan){ job->number, job->name, job->source_path, NULL, job->line };
	parameters[0] = tf_parameter_integer(tf_ledger_now());
	parameters[1] = tf_parameter_integer(job->id);

	if (!tf_attempt_end(ledger, job->id, NULL, NULL, error) ||
		!tf_ledger_change(ledger,
			"UPDATE job SET state = " TF_JOB_SQL_SUPERSEDED ", changed = ? WHERE id = ?",
			parameters, G_N_ELEMENTS(parameters), error) ||
		!tf_envelopes_forget_resume(ledger, job->id, error) ||
		!insert(ledger, &plan, reason, error) || !tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_is_new = TRUE;

	return TRUE;
}
