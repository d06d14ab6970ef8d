/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is next. Each choice names its index: without that SQLite would be free to walk through the members. */
#include "base/error.h"
#include "job-claim-private.h"
#include "job-private.h"
#include "record-private.h"

static gboolean find_by_number(
	TfLedger *ledger, const gchar *number, const gchar *serial, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(number), tf_parameter_text(serial) };

	return tf_job_find(ledger, TF_CLAIM_BY_NUMBER, parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

static gboolean find_by_serial(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(serial) };

	if (serial == NULL)
		return TRUE;
	if (!tf_job_find(ledger, TF_CLAIM_BY_TOKEN, parameters, G_N_ELEMENTS(parameters), ret_job, error))
		return FALSE;

	return *ret_job != NULL ||
	       tf_job_find(ledger, TF_CLAIM_DEMANDING, parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

static gboolean find(
	TfLedger *ledger, const gchar *number, const gchar *serial, TfJob **ret_job, GError **error)
{
	if (number != NULL)
		return find_by_number(ledger, number, serial, ret_job, error);
	if (!find_by_serial(ledger, serial, ret_job, error))
		return FALSE;

	return *ret_job != NULL || tf_job_find(ledger, TF_CLAIM_NEXT, NULL, 0, ret_job, error);
}

static gboolean find_bound(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(serial) };

	if (!tf_job_find(ledger, TF_CLAIM_FAILED, parameters, G_N_ELEMENTS(parameters), ret_job, error))
		return FALSE;

	return *ret_job != NULL || find_by_serial(ledger, serial, ret_job, error);
}

static gboolean set_state(TfLedger *ledger, const TfJob *job, TfJobState state, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_integer(state),
		tf_parameter_integer(job->changed),
		tf_parameter_integer(job->id),
	};

	return tf_ledger_change(ledger, "UPDATE job SET state = ?, changed = ? WHERE id = ?", parameters,
		G_N_ELEMENTS(parameters), error);
}

static gboolean claim(TfLedger *ledger, TfJob *job, GError **error)
{
	if (job == NULL)
		return TRUE;
	job->state = TF_JOB_CLAIMED;
	job->changed = tf_ledger_now();

	return set_state(ledger, job, TF_JOB_CLAIMED, error);
}

gboolean tf_ledger_claim_job(
	TfLedger *ledger, const gchar *number, const gchar *serial, TfJob **ret_job, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;

	if (transaction == NULL || !find(ledger, number, serial, &job, error) || !claim(ledger, job, error) ||
		!tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_job = g_steal_pointer(&job);

	return TRUE;
}

gboolean tf_ledger_claim_bound_job(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;

	if (transaction == NULL || !find_bound(ledger, serial, &job, error) || !claim(ledger, job, error) ||
		!tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_job = g_steal_pointer(&job);

	return TRUE;
}

gboolean tf_ledger_job_demanding(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(serial) };

	return tf_job_find(ledger, TF_CLAIM_DEMANDED, parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

gboolean tf_ledger_release_job(TfLedger *ledger, gint64 id, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;
	const gchar *to = tf_job_state_name(TF_JOB_WAITING);
	TfStep step = TF_STEP_UNDONE;

	if (transaction == NULL)
		return FALSE;
	job = tf_job_load_claimed(ledger, id, to, error);
	if (job == NULL || (job->migration != 0 && !tf_ledger_step_of(ledger, job->migration, &step, error)))
		return FALSE;
	if (tf_step_is_on_token(step))
		return tf_raise(error, TF_ERROR_LEDGER_STEP, tf_step_name(step), to, NULL);
	job->changed = tf_ledger_now();

	return tf_job_forget(ledger, job, error) && tf_attempt_end(ledger, id, NULL, NULL, error) &&
	       set_state(ledger, job, TF_JOB_WAITING, error) && tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_suspend_job(TfLedger *ledger, gint64 id, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;

	if (transaction == NULL)
		return FALSE;
	job = tf_job_load_claimed(ledger, id, tf_job_state_name(TF_JOB_WAITING), error);
	if (job == NULL)
		return FALSE;
	job->changed = tf_ledger_now();

	return tf_attempt_end(ledger, id, NULL, NULL, error) &&
	       set_state(ledger, job, TF_JOB_WAITING, error) && tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_retry_failed_jobs(TfLedger *ledger, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);

	return transaction != NULL &&
	       tf_ledger_change(ledger,
		       "UPDATE job SET state = " TF_JOB_SQL_WAITING " WHERE state = " TF_JOB_SQL_FAILED, NULL,
		       0, error) &&
	       tf_transaction_commit(transaction, error);
}
