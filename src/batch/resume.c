/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resume.h"

#include <jansson.h>
#include <string.h>

#include "adoption.h"
#include "base/error.h"
#include "former-letters.h"
#include "group.h"
#include "key/certificate.h"
#include "redraw.h"
#include "transfer/wiped.h"

static gboolean collect(const TfJob *job, gpointer user_data, G_GNUC_UNUSED GError **error)
{
	if (job->state == TF_JOB_CLAIMED || job->migration != 0)
		g_ptr_array_add(user_data, g_strdup(job->number));

	return TRUE;
}

/* Numbers (gchar) of the jobs of this state; of waiting ones only those that were begun once. */
static GPtrArray *begun_jobs(TfBatch *batch, TfJobState state, GError **error)
{
	g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);

	if (!tf_ledger_visit_jobs(batch->ledger, state, collect, numbers, error))
		return NULL;

	return g_steal_pointer(&numbers);
}

/* The job waits again and forgets its PINs: a letter that says them opens nothing. Before the intent of a
 * replacement the letter may be that of the token before, which may exist. */
static gboolean release(const TfBatch *batch, const TfJob *job, gboolean has_intent, GError **error)
{
	if (has_intent || job->replaces_reason == NULL)
		tf_group_remove_letter_of(batch, job);

	return tf_ledger_release_job(batch->ledger, job->id, error);
}

/* Its row says that nothing of it is anywhere. */
static gboolean undo(TfBatch *batch, const TfJob *job, const TfLedgerRow *row, GError **error)
{
	if (row->step == TF_STEP_IMPORTED && !tf_ledger_record_step(batch->ledger, row->id, TF_STEP_UNDONE,
						     "staging store destroyed", error))
		return FALSE;

	return release(batch, job, row->step == TF_STEP_INTENT || row->step == TF_STEP_IMPORTED, error);
}

static gboolean finish_wipe(TfBatch *batch, TfTask *task, const TfLedgerRow *row, GError **error)
{
	const TfWipeOptions options = { 0 };
	g_auto(TfWipeResult) result = { 0 };

	if (!tf_wipe_resume(row->wipe, task->proof, row->source_sha256, &options, &result, error))
		return FALSE;

	return tf_group_record_wiped(batch, task, &result, error);
}

/* Proven, and its source wiped or being wiped: what is left to do needs no token. A wipe that cannot be
 * finished now costs this job only. */
static gboolean end_row(TfBatch *batch, TfTask *task, const TfLedgerRow *row, GError **error)
{
	g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);

	task->outcome = tf_ledger_row_outcome(batch->ledger, row, error);
	if (task->outcome == NULL) {
		tf_task_free(task);
		return FALSE;
	}
	if (row->step == TF_STEP_WIPED)
		tf_wiped_add_recorded(task->outcome, row->source_path, TF_KIND_FILE, row->detail);
	if (row->step == TF_STEP_WIPING && !finish_wipe(batch, task, row, &task->problem)) {
		tf_batch_fail(batch, NULL, task, TRUE);
		return TRUE;
	}
	g_ptr_array_add(group, task);

	return tf_group_provision(batch, NULL, group, batch->store == NULL, error);
}

static gboolean wipe_and_end(TfBatch *batch, TfTask *task, GError **error)
{
	g_autoptr(GPtrArray) group = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);

	g_ptr_array_add(group, task);

	return tf_group_wipe(batch, NULL, group, error) &&
	       tf_group_provision(batch, NULL, group, batch->store == NULL, error);
}

/* What may have been written to a card is there still; what a staging store held, died with the run. Only a
 * batch that makes the one kind of token knows what became of it. */
static gboolean may_be_on_card(const TfBatch *batch, const TfTokenFacts *token)
{
	return batch->store == NULL || (token->serial[0] != '\0' && !tf_store_makes(token));
}

/* Proven and published: by the stored proof, or audited once more where there is none to verify. What is
 * wiped already needs none. */
static gboolean go_on(
	TfBatch *batch, TfTask *task, const TfLedgerRow *row, GPtrArray *to_audit, GError **error)
{
	if (row->step == TF_STEP_WIPED)
		return end_row(batch, task, row, error);
	if (task->proof == NULL && may_be_on_card(batch, row->token)) {
		tf_batch_give_back(batch, task);
		return TRUE;
	}
	if (row->step == TF_STEP_IMPORTED || task->proof == NULL) {
		g_ptr_array_add(to_audit, task);
		return TRUE;
	}

	return row->step == TF_STEP_PROVED ? wipe_and_end(batch, task, error)
					   : end_row(batch, task, row, error);
}

static gboolean resume_row(
	TfBatch *batch, TfJob *owned, const TfLedgerRow *row, GPtrArray *to_audit, GError **error)
{
	g_autoptr(TfJob) job = owned;
	const TfBatchPlan *plan = batch->plan;
	TfTask *task = NULL;

	tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_RESUMED, .job = job });
	if (!tf_ledger_resume_job(batch->ledger, job->id, plan->operator, plan->station, NULL, NULL, error))
		return FALSE;
	task = tf_adoption_task(batch, g_steal_pointer(&job), row);
	if (task->problem != NULL) {
		tf_batch_fail(batch, NULL, task, TRUE);
		return TRUE;
	}

	return go_on(batch, task, row, to_audit, error);
}

/* Of a run that died. */
static gboolean resume_claimed(TfBatch *batch, const gchar *number, GPtrArray *to_audit, GError **error)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	if (!tf_ledger_job_of_number(batch->ledger, number, &job, error))
		return FALSE;
	if (job->migration == 0)
		return release(batch, job, FALSE, error);
	row = tf_ledger_load(batch->ledger, job->migration, error);
	if (row == NULL)
		return FALSE;
	if (tf_adoption_is_published(batch, row))
		return resume_row(batch, g_steal_pointer(&job), row, to_audit, error);

	return may_be_on_card(batch, row->token) ? tf_ledger_suspend_job(batch->ledger, job->id, error)
						 : undo(batch, job, row, error);
}

/* That failed with its token made: there is no second one to be made. */
static gboolean resume_failed(TfBatch *batch, const gchar *number, GPtrArray *to_audit, GError **error)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfJob) claimed = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	if (!tf_ledger_job_of_number(batch->ledger, number, &job, error))
		return FALSE;
	row = tf_ledger_load(batch->ledger, job->migration, error);
	if (row == NULL)
		return FALSE;
	if (!tf_adoption_is_published(batch, row))
		return TRUE;
	if (!tf_ledger_claim_job(batch->ledger, number, row->token->serial, &claimed, error))
		return FALSE;

	return claimed == NULL || resume_row(batch, g_steal_pointer(&claimed), row, to_audit, error);
}

typedef gboolean (*Resume)(TfBatch *batch, const gchar *number, GPtrArray *to_audit, GError **error);

static gboolean resume_all(
	TfBatch *batch, const GPtrArray *numbers, Resume resume, GPtrArray *to_audit, GError **error)
{
	for (guint i = 0; i < numbers->len; i++) {
		if (!resume(batch, g_ptr_array_index(numbers, i), to_audit, error))
			return FALSE;
	}

	return TRUE;
}

static gboolean settle_letters(
	TfBatch *batch, const GPtrArray *claimed, const GPtrArray *failed, GError **error)
{
	g_autoptr(GPtrArray) begun = g_ptr_array_new();

	for (guint i = 0; i < claimed->len; i++)
		g_ptr_array_add(begun, g_ptr_array_index(claimed, i));
	for (guint i = 0; i < failed->len; i++)
		g_ptr_array_add(begun, g_ptr_array_index(failed, i));

	return tf_redraw_letters(batch, begun, error) && tf_former_letters_settle(batch, begun, error);
}

gboolean tf_resume(TfBatch *batch, GError **error)
{
	g_autoptr(GPtrArray) to_audit = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);
	g_autoptr(GPtrArray) claimed = NULL;
	g_autoptr(GPtrArray) failed = NULL;

	if (batch->store != NULL)
		tf_staging_destroy_dead(batch->store, tf_ledger_uuid(batch->ledger));
	/* All before the first: what fails or waits again here is not tried twice in one run. */
	claimed = begun_jobs(batch, TF_JOB_CLAIMED, error);
	if (claimed == NULL || !tf_ledger_retry_failed_jobs(batch->ledger, error))
		return FALSE;
	failed = begun_jobs(batch, TF_JOB_WAITING, error);

	return failed != NULL && settle_letters(batch, claimed, failed, error) &&
	       resume_all(batch, claimed, resume_claimed, to_audit, error) &&
	       resume_all(batch, failed, resume_failed, to_audit, error) &&
	       tf_adoption_run(batch, to_audit, error);
}
