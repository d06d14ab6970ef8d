/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources of a group: traces of all durable in one transaction, then one file after the other. */
#include "base/error.h"
#include "disk/wipe.h"
#include "group-outcome.h"
#include "group.h"
#include "transfer/keeping.h"
#include "transfer/wiped.h"

/* Somebody has to look at it; the token is good all the same. */
static void keep_refused(TfTask *task, GError *problem)
{
	g_autofree gchar *sentence = tf_error_sentence(problem);

	tf_outcome_add_kept(
		task->outcome, task->job->source_path, TF_KIND_FILE, TF_KEPT_WIPE_REFUSED, sentence);
	g_error_free(problem);
}

static void prepare(const TfBatch *batch, TfTask *task)
{
	const TfWipeOptions options = { .backup_is_named = FALSE };
	TfKeeping keeping;
	GError *problem = NULL;

	task->found = tf_recognise_recorded(task->job->source_path, task->sha256, task->spki_sha256,
		task->holds_one_secret, batch->mounts, &problem);
	if (task->found == NULL) {
		keep_refused(task, problem);
		return;
	}
	if (tf_keeping_decide(tf_found_media(task->found), tf_found_holds_one_secret(task->found),
		    batch->plan->keeps_source, FALSE, &keeping)) {
		tf_outcome_add_kept(
			task->outcome, task->job->source_path, TF_KIND_FILE, keeping.why, keeping.detail);
		return;
	}
	task->wiping = tf_wipe_prepare(task->found, task->proof, &options, &problem);
	if (task->wiping == NULL)
		keep_refused(task, problem);
}

static gboolean record_traces(TfBatch *batch, GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		const TfTask *task = g_ptr_array_index(group, i);
		g_autofree gchar *draft = NULL;

		if (task->wiping == NULL)
			continue;
		draft = tf_group_outcome_text(task);
		if (!tf_ledger_record_wiping(
			    batch->ledger, task->row, tf_wiping_trace(task->wiping), draft, error))
			return FALSE;
	}

	return TRUE;
}

static void finish(TfBatch *batch, TfTask *task, TfWipeResult *ret_result)
{
	g_autoptr(TfLedgerRow) row = tf_ledger_load(batch->ledger, task->row, &task->problem);
	const TfWipeOptions options = { 0 };

	if (row != NULL)
		(void)tf_wipe_resume(
			row->wipe, task->proof, task->sha256, &options, ret_result, &task->problem);
}

/* A wipe that stopped in the middle stays at 'wiping', which the next run finishes. */
static void carry_out(TfBatch *batch, TfTask *task, TfWipeResult *ret_result)
{
	if (task->is_wiping)
		finish(batch, task, ret_result);
	else if (task->wiping != NULL)
		(void)tf_wipe_carry_out(task->wiping, ret_result, &task->problem);
}

gboolean tf_group_record_wiped(TfBatch *batch, TfTask *task, const TfWipeResult *result, GError **error)
{
	g_autofree gchar *detail = tf_wiped_detail(result);

	tf_wiped_add(task->outcome, task->job->source_path, TF_KIND_FILE, result);

	return tf_ledger_record_step(batch->ledger, task->row, TF_STEP_WIPED, detail, error);
}

static gboolean record_results(TfBatch *batch, GPtrArray *group, const TfWipeResult *results, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);
		gboolean is_wiped = (task->is_wiping || task->wiping != NULL) && task->problem == NULL;

		if (is_wiped && !tf_group_record_wiped(batch, task, &results[i], error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_group_wipe(TfBatch *batch, const gchar *lane, GPtrArray *group, GError **error)
{
	g_autofree TfWipeResult *results = g_new0(TfWipeResult, group->len);

	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);

		tf_task_enter(task, TF_STAGE_WIPE);
		tf_group_outcome_begin(batch, task);
		if (!task->is_wiping)
			prepare(batch, task);
	}
	if (!tf_ledger_group_begin(batch->ledger, error) ||
		!tf_group_commit(batch, record_traces(batch, group, error), error))
		return FALSE;
	for (guint i = 0; i < group->len; i++)
		carry_out(batch, g_ptr_array_index(group, i), &results[i]);
	if (!tf_ledger_group_begin(batch->ledger, error) ||
		!tf_group_commit(batch, record_results(batch, group, results, error), error))
		return FALSE;
	/* With a token that is good: the next run ends the wipe and the row. */
	tf_group_drop_failed(batch, lane, group, TRUE);

	return TRUE;
}
