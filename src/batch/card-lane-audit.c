/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A card with its key on it is asked to prove it, and what it says is judged and recorded. */
#include "base/error.h"
#include "card-lane-private.h"
#include "group.h"

#define AUDIT_SECONDS 180

static TfTask *current(const TfCardLane *lane)
{
	return g_ptr_array_index(lane->group, 0);
}

static void stop(const TfCardLane *lane, GError *problem)
{
	tf_batch_stop(lane->batch, problem);
}

static void end(TfCardLane *lane)
{
	TfBatch *batch = lane->batch;
	g_autofree gchar *label = g_strdup(current(lane)->token->label);
	gboolean is_out = !tf_card_lane_has_its_card(lane);
	GError *problem = NULL;

	if (!tf_group_prove(batch, lane->group, &problem) ||
		!tf_group_wipe(batch, lane->name, lane->group, &problem) ||
		!tf_group_provision(batch, lane->name, lane->group, is_out, &problem)) {
		stop(lane, problem);
		return;
	}
	g_ptr_array_set_size(lane->group, 0);
	tf_card_lane_take_out(lane, label, NULL);
}

static void ask_auditor(TfCardLane *lane)
{
	tf_audits_ask(lane->audits, lane->auditor);
}

void tf_card_lane_audit(TfCardLane *lane)
{
	TfTask *task = current(lane);
	TfBatch *batch = lane->batch;
	GError *problem = NULL;

	if (!task->is_imported && !tf_group_record_imported(batch, lane->group, &problem)) {
		stop(lane, problem);
		return;
	}
	problem = g_steal_pointer(&task->problem);
	if (problem != NULL || !tf_card_lane_check_pin(lane, &problem)) {
		tf_card_lane_fail(lane, problem);
		return;
	}
	lane->audits = tf_audits_new(batch, lane->group, AUDIT_SECONDS, &problem);
	if (lane->audits == NULL) {
		stop(lane, problem);
		return;
	}
	tf_task_enter(task, TF_STAGE_AUDIT);
	tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_STEP,
				     .lane = lane->name,
				     .job = task->job,
				     .step = TF_BATCH_STEP_AUDIT });
	lane->doing = TF_CARD_DOING_AUDIT;
	tf_card_lane_when_ready(lane, ask_auditor);
}

gboolean tf_card_lane_note_empty(TfCardLane *lane, gint64 row, GError **error)
{
	return tf_ledger_record_step(lane->batch->ledger, row, TF_STEP_UNDONE, "no key on the card", error);
}

/* The run that destroyed the key, because it came out, died when it was done; the source is whole. */
static void begin_again(TfCardLane *lane)
{
	g_autoptr(TfTask) task = g_ptr_array_steal_index(lane->group, 0);
	GError *problem = NULL;

	g_clear_pointer(&lane->audits, tf_audits_free);
	if (!tf_card_lane_note_empty(lane, task->row, &problem)) {
		stop(lane, problem);
		return;
	}
	tf_batch_give_back(lane->batch, g_steal_pointer(&task));
	lane->doing = TF_CARD_DOING_CHOOSE;
	tf_card_lane_choose(lane);
}

static void settle(TfCardLane *lane)
{
	TfTask *task = current(lane);

	tf_audits_judge(lane->audits);
	if (task->problem == NULL)
		end(lane);
	else if (!task->is_wiping && g_error_matches(task->problem, TF_ERROR, TF_ERROR_EVIDENCE_REFUTED))
		tf_card_lane_empty(lane);
	else if (task->is_adopted && !task->is_wiping &&
		 g_error_matches(task->problem, TF_ERROR, TF_ERROR_TOKEN_KEY_MISSING))
		begin_again(lane);
	else
		tf_card_lane_fail(lane, tf_card_lane_note_pin(lane, g_steal_pointer(&task->problem)));
}

void tf_card_lane_heard_auditor(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfCardLane *lane = user_data;
	g_autoptr(GError) failure = NULL;

	if (lane->doing != TF_CARD_DOING_AUDIT)
		return;
	if (answer != NULL && answer->kind == TF_MESSAGE_AUDITED) {
		tf_audits_take(lane->audits, peer, answer);
		return;
	}
	if (answer != NULL && answer->kind == TF_MESSAGE_FAILED)
		(void)tf_message_raise(answer, &failure);
	if (answer == NULL || failure != NULL)
		tf_audits_fail(lane->audits, failure != NULL ? failure : problem);
	else
		tf_audits_end(lane->audits);
	if (tf_audits_is_over(lane->audits))
		settle(lane);
	else
		tf_card_lane_when_ready(lane, ask_auditor);
}
