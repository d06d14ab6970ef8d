/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a claimed job: planned, formatted, and provisioned or failed. */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/hex.h"
#include "job-private.h"
#include "record-private.h"

static gboolean is_closed(TfStep step)
{
	return step == TF_STEP_UNDONE || step == TF_STEP_REFUTED || step == TF_STEP_REMOVED;
}

/* A second key for the same member is not begun while the first may be on a token. */
static gboolean check_latest(TfLedger *ledger, const TfJob *job, GError **error)
{
	TfStep step = TF_STEP_UNDONE;

	if (job->migration != 0 && !tf_ledger_step_of(ledger, job->migration, &step, error))
		return FALSE;
	if (!is_closed(step))
		return tf_raise(
			error, TF_ERROR_LEDGER_STEP, tf_step_name(step), tf_step_name(TF_STEP_INTENT), NULL);

	return TRUE;
}

static gboolean has_identity(const TfTokenFacts *token)
{
	return token->serial != NULL && token->serial[0] != '\0';
}

/* The unique index would refuse it as well, but could not say whose it is. */
static gboolean check_token(TfLedger *ledger, gint64 job, const TfTokenFacts *token, GError **error)
{
	g_autoptr(TfJob) other = NULL;

	if (has_identity(token) && !tf_ledger_job_of_token(ledger, token, &other, error))
		return FALSE;
	if (other != NULL && other->id != job)
		return tf_raise(error, TF_ERROR_TOKEN_PROVISIONED, token->label, other->number, NULL);

	return TRUE;
}

static gboolean check_certificate(TfLedger *ledger, gint64 job, const guint8 *sha256, GError **error)
{
	g_autoptr(TfJob) other = NULL;

	if (!tf_ledger_job_of_certificate(ledger, sha256, &other, error))
		return FALSE;
	if (other != NULL && other->id != job)
		return tf_raise(error, TF_ERROR_MANIFEST_CHANGED, other->number,
			_("the same certificate belongs to another member"), NULL);

	return TRUE;
}

static gboolean set_token(TfLedger *ledger, gint64 job, const TfTokenFacts *token, GError **error)
{
	gboolean is_known = has_identity(token);
	const TfParameter parameters[] = {
		tf_parameter_text(is_known ? token->manufacturer : NULL),
		tf_parameter_text(is_known ? token->model : NULL),
		tf_parameter_text(is_known ? token->serial : NULL),
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_integer(job),
	};

	return tf_ledger_change(ledger,
		"UPDATE job SET token_manufacturer = ?, token_model = ?, token_serial = ?, changed = ?"
		" WHERE id = ?",
		parameters, G_N_ELEMENTS(parameters), error);
}

/* The job and its row of the journey name one another. */
static gboolean join(TfLedger *ledger, gint64 job, gint64 migration, const guint8 *sha256, GError **error)
{
	const TfParameter of_migration[] = { tf_parameter_integer(job), tf_parameter_integer(migration) };
	const TfParameter of_job[] = {
		tf_parameter_integer(migration),
		tf_parameter_digest(sha256),
		tf_parameter_integer(job),
	};

	return tf_ledger_change(ledger, "UPDATE migration SET job = ? WHERE id = ?", of_migration,
		       G_N_ELEMENTS(of_migration), error) &&
	       tf_ledger_change(ledger, "UPDATE job SET migration = ?, certificate_sha256 = ? WHERE id = ?",
		       of_job, G_N_ELEMENTS(of_job), error);
}

gboolean tf_ledger_plan_job(
	TfLedger *ledger, gint64 job, const TfJobIntent *intent, gint64 *ret_migration, GError **error)
{
	const TfLedgerRow *plan = intent->plan;
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) claimed = NULL;
	g_autofree gchar *token = tf_ledger_token_text(plan->token);
	guint8 sha256[TF_SHA256_SIZE];
	TfJobAttempt attempt = { .job = job, .token = token, .certificate_sha256 = sha256 };
	gint64 migration = 0;

	if (transaction == NULL)
		return FALSE;
	claimed = tf_job_load_claimed(ledger, job, tf_step_name(TF_STEP_INTENT), error);
	tf_sha256(g_bytes_get_data(plan->certificate_der, NULL), g_bytes_get_size(plan->certificate_der),
		sha256);
	if (claimed == NULL || !check_latest(ledger, claimed, error) ||
		!check_token(ledger, job, plan->token, error) ||
		!check_certificate(ledger, job, sha256, error) ||
		!tf_ledger_plan(ledger, plan, &migration, error))
		return FALSE;

	attempt.migration = migration;
	attempt.started = claimed->changed;
	attempt.operator= intent->operator;
	attempt.station = intent->station;
	attempt.reader = intent->reader;
	attempt.confinement = intent->confinement;
	if (!join(ledger, job, migration, sha256, error) || !set_token(ledger, job, plan->token, error) ||
		!tf_envelopes_add(ledger, job, intent->resume, intent->escrow, error) ||
		!tf_attempt_begin(ledger, &attempt, error) || !tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_migration = migration;

	return TRUE;
}

gboolean tf_ledger_resume_job(TfLedger *ledger, gint64 id, const gchar *operator, const gchar * station,
	const gchar *reader, const gchar *confinement, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) job = NULL;
	TfJobAttempt attempt = { .job = id,
		.started = tf_ledger_now(),
		.operator= operator,
		.station = station,
		.reader = reader,
		.confinement = confinement };

	if (transaction == NULL)
		return FALSE;
	job = tf_job_load_claimed(ledger, id, tf_job_state_name(TF_JOB_CLAIMED), error);
	if (job == NULL)
		return FALSE;
	attempt.migration = job->migration;

	return tf_attempt_begin(ledger, &attempt, error) && tf_attempt_go_on(ledger, id, error) &&
	       tf_transaction_commit(transaction, error);
}

/* FALSE with TF_ERROR_LEDGER_STEP unless 'job' is claimed and 'migration' its latest row. */
static gboolean check_pair(TfLedger *ledger, gint64 job, gint64 migration, TfStep to, GError **error)
{
	g_autoptr(TfJob) claimed = tf_job_load_claimed(ledger, job, tf_step_name(to), error);

	if (claimed == NULL)
		return FALSE;
	if (claimed->migration != migration)
		return tf_raise(error, TF_ERROR_LEDGER_STEP, TF_NUMBER(claimed->migration),
			TF_NUMBER(migration), NULL);

	return TRUE;
}

gboolean tf_ledger_job_formatted(
	TfLedger *ledger, gint64 job, gint64 migration, const TfTokenFacts *token, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autofree gchar *text = tf_ledger_token_text(token);
	const TfParameter parameters[] = { tf_parameter_text(text), tf_parameter_integer(migration) };
	TfStep step = TF_STEP_INTENT;

	if (transaction == NULL || !check_pair(ledger, job, migration, TF_STEP_INTENT, error) ||
		!tf_ledger_step_of(ledger, migration, &step, error))
		return FALSE;
	if (step != TF_STEP_INTENT)
		return tf_raise(
			error, TF_ERROR_LEDGER_STEP, tf_step_name(step), tf_step_name(TF_STEP_INTENT), NULL);

	return check_token(ledger, job, token, error) && set_token(ledger, job, token, error) &&
	       tf_ledger_change(ledger, "UPDATE migration SET token = ? WHERE id = ?", parameters,
		       G_N_ELEMENTS(parameters), error) &&
	       tf_attempt_set_token(ledger, job, text, error) && tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_job_provisioned(TfLedger *ledger, gint64 job, gint64 migration, const gchar *outcome,
	const gchar *timings, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	const TfParameter parameters[] = { tf_parameter_integer(tf_ledger_now()), tf_parameter_integer(job) };

	if (transaction == NULL || !check_pair(ledger, job, migration, TF_STEP_PROVISIONED, error) ||
		!tf_ledger_record_outcome(ledger, migration, TF_STEP_PROVISIONED, outcome, error))
		return FALSE;

	return tf_attempt_end(ledger, job, NULL, timings, error) &&
	       tf_ledger_change(ledger,
		       "UPDATE job SET state = " TF_JOB_SQL_PROVISIONED
		       ", error = NULL, error_arguments = NULL, changed = ? WHERE id = ?",
		       parameters, G_N_ELEMENTS(parameters), error) &&
	       tf_envelopes_forget_resume(ledger, job, error) && tf_transaction_commit(transaction, error);
}

gboolean tf_job_forget(TfLedger *ledger, const TfJob *job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job->id) };
	TfStep step = TF_STEP_UNDONE;

	if (job->migration != 0 && !tf_ledger_step_of(ledger, job->migration, &step, error))
		return FALSE;
	if (step == TF_STEP_INTENT &&
		!tf_ledger_record_step(ledger, job->migration, TF_STEP_UNDONE, "nothing was written", error))
		return FALSE;

	return tf_envelopes_forget(ledger, job->id, error) &&
	       tf_ledger_change(ledger,
		       "UPDATE job SET token_manufacturer = NULL, token_model = NULL, token_serial = NULL,"
		       " certificate_sha256 = NULL WHERE id = ?",
		       parameters, G_N_ELEMENTS(parameters), error);
}

static gboolean end_failed(
	TfLedger *ledger, const TfJob *job, const GError *problem, const gchar *timings, GError **error)
{
	g_autofree gchar *arguments = tf_attempt_arguments(problem);
	const TfParameter parameters[] = {
		tf_parameter_text(tf_error_name(problem)),
		tf_parameter_text(arguments),
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_integer(job->id),
	};

	return tf_attempt_end(ledger, job->id, problem, timings, error) &&
	       tf_ledger_change(ledger,
		       "UPDATE job SET state = " TF_JOB_SQL_FAILED
		       ", error = ?, error_arguments = ?, changed = ? WHERE id = ?",
		       parameters, G_N_ELEMENTS(parameters), error);
}

/* It failed before there was an intent: the history knows it all the same. */
static gboolean begin_late(TfLedger *ledger, const TfJob *job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job->id) };
	const TfJobAttempt attempt = { .job = job->id, .started = job->changed };
	g_autoptr(TfQuery) statement =
		tf_ledger_query(ledger, "SELECT 1 FROM job WHERE id = ? AND attempt IS NOT NULL", parameters,
			G_N_ELEMENTS(parameters), error);
	gboolean has_begun = FALSE;

	return statement != NULL && tf_ledger_next(ledger, statement, &has_begun, error) &&
	       (has_begun || tf_attempt_begin(ledger, &attempt, error));
}

gboolean tf_ledger_job_failed(TfLedger *ledger, gint64 job, const GError *problem, const gchar *timings,
	gboolean keeps_pins, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autoptr(TfJob) claimed = NULL;
	TfStep step = TF_STEP_UNDONE;

	if (transaction == NULL)
		return FALSE;
	claimed = tf_job_load_claimed(ledger, job, tf_job_state_name(TF_JOB_FAILED), error);
	if (claimed == NULL || !begin_late(ledger, claimed, error) ||
		(claimed->migration != 0 && !tf_ledger_step_of(ledger, claimed->migration, &step, error)))
		return FALSE;
	/* Whatever the caller believes: no PINs are lost while a key is behind them. */
	if (!keeps_pins && !tf_step_is_on_token(step) && !tf_job_forget(ledger, claimed, error))
		return FALSE;

	return end_failed(ledger, claimed, problem, timings, error) &&
	       tf_transaction_commit(transaction, error);
}
