/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a task leaves a lane without a token. */
#include "ahead.h"
#include "base/error.h"
#include "group.h"
#include "lane-private.h"

/* What a failed one may have left lies in the staging store only, which is destroyed: there is no such token,
 * and its PINs are forgotten. */
static gboolean forget_token(TfLane *lane, const TfTask *task, GError **error)
{
	gboolean is_refuted = g_error_matches(task->problem, TF_ERROR, TF_ERROR_EVIDENCE_REFUTED);

	tf_group_remove_letter(lane->batch, task);
	if (!task->is_imported)
		return TRUE;

	return tf_ledger_record_step(lane->batch->ledger, task->row,
		is_refuted ? TF_STEP_REFUTED : TF_STEP_UNDONE, "staging store destroyed", error);
}

static gboolean give_back(TfLane *lane, const TfTask *task, GError **error)
{
	/* Another lane may take it. */
	tf_ahead_look_again(lane->batch->ahead);

	return tf_ledger_release_job(lane->batch->ledger, task->job->id, error);
}

void tf_lane_drop_failed(TfLane *lane)
{
	GError *fatal = NULL;

	for (guint i = lane->group->len; i > 0; i--) {
		TfTask *task = g_ptr_array_index(lane->group, i - 1);

		if (task->problem == NULL)
			continue;
		(void)g_ptr_array_steal_index(lane->group, i - 1);
		if (!forget_token(lane, task, &fatal) ||
			(task->goes_back && !give_back(lane, task, &fatal))) {
			tf_task_free(task);
			tf_batch_stop(lane->batch, fatal);
			return;
		}
		if (task->goes_back)
			tf_task_free(task);
		else
			tf_batch_fail(lane->batch, lane->name, task, FALSE);
	}
}

void tf_lane_give_back_rest(TfLane *lane)
{
	GError *problem = NULL;

	while (lane->group->len > lane->at) {
		g_autoptr(TfTask) task = g_ptr_array_steal_index(lane->group, lane->group->len - 1);

		tf_group_remove_letter(lane->batch, task);
		if (problem == NULL)
			(void)give_back(lane, task, &problem);
	}
	if (problem != NULL)
		tf_batch_stop(lane->batch, problem);
}
