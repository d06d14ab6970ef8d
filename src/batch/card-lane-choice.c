/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For whom a card is: for the member it was begun for, else for whoever demands it, else for the next. */
#include "adoption.h"
#include "ahead.h"
#include "base/error.h"
#include "card-lane-private.h"
#include "group.h"

static void stop(const TfCardLane *lane, GError *problem)
{
	tf_batch_stop(lane->batch, problem);
}

gboolean tf_card_lane_check_card(const TfCardLane *lane, GError **error)
{
	const TfBatchPlan *plan = lane->batch->plan;
	const TfTokenProfile *found = NULL;

	if (lane->card->atr == NULL)
		return tf_raise(error, TF_ERROR_TOKEN_FAILED, "ATR", "SCARD_STATE_MUTE", NULL);
	if (tf_token_profile_fits_atr(plan->family, lane->card->atr))
		return TRUE;
	if (!tf_families_find(plan->families, NULL, NULL, lane->card->atr, &found, error))
		return FALSE;

	return tf_raise(error,
		found != NULL && !tf_token_profile_is_target(found) ? TF_ERROR_TOKEN_IDENTITY
								    : TF_ERROR_TOKEN_FORMAT_UNSUPPORTED,
		lane->name, NULL);
}

/* Nothing can be lost of a card that is blank, or that somebody gave up formatting; any other that no member
 * was begun with is not ours. */
static gboolean check_emptiness(TfCardLane *lane, GError **error)
{
	const TfBatchPlan *plan = lane->batch->plan;

	if (lane->state == TF_CARD_BLANK || lane->state == TF_CARD_HALF_FORMATTED ||
		(plan->reformats && lane->state == TF_CARD_NOT_ACTIVATED))
		return TRUE;
	lane->erases = plan->reformats && plan->so_pin != NULL;

	return lane->erases || tf_raise(error, TF_ERROR_TOKEN_FOREIGN, lane->serial, NULL);
}

/* One SO PIN for many cards: the others wait until it was right once, and once it was wrong nobody sends it
 * again. */
gboolean tf_card_lane_may_try(const TfCardLane *lane, GError **error)
{
	const TfBatch *batch = lane->batch;

	if (lane->erases && batch->so_pin_is_wrong)
		return tf_raise(error, TF_ERROR_SO_PIN_WRONG, lane->serial, NULL);

	return !lane->erases || batch->so_pin_fits || batch->so_pin_trial == NULL ||
	       batch->so_pin_trial == lane;
}

/* Nothing of it is to be done on its card. One whose file is not wiped comes here to be proven once more:
 * a key that decrypts leaves nothing that a run could verify in the place of one that died. */
static gboolean has_its_card(const TfJob *owner, const TfLedgerRow *row)
{
	return owner->state == TF_JOB_PROVISIONED ||
	       (row != NULL && (row->step == TF_STEP_WIPED || row->step == TF_STEP_KEPT));
}

/* Refuses the card of one who has it already. NULL without error when the card is nobody's. */
static gboolean find_owner(const TfCardLane *lane, TfJob **ret_owner, GError **error)
{
	TfLedger *ledger = lane->batch->ledger;
	g_autoptr(TfJob) owner = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	if (!tf_ledger_job_of_serial(ledger, lane->serial, &owner, error))
		return FALSE;
	if (owner != NULL && owner->migration != 0) {
		row = tf_ledger_load(ledger, owner->migration, error);
		if (row == NULL)
			return FALSE;
	}
	if (owner != NULL && has_its_card(owner, row))
		return tf_raise(error, TF_ERROR_TOKEN_PROVISIONED, lane->serial, owner->number, NULL);
	*ret_owner = g_steal_pointer(&owner);

	return TRUE;
}

TfTokenFacts *tf_card_lane_facts(const TfCardLane *lane)
{
	TfTokenFacts *facts = g_new0(TfTokenFacts, 1);

	facts->label = g_strdup("");
	facts->manufacturer = g_strdup("");
	facts->model = g_strdup("");
	facts->serial = g_strdup(lane->serial);
	facts->uri = g_strdup("");

	return facts;
}

/* Letter, envelopes and intent are durable; or they were, and this is a further attempt. */
void tf_card_lane_plan(TfCardLane *lane, TfTask *task)
{
	g_autoptr(GPtrArray) group = g_ptr_array_new();
	GError *problem = NULL;

	task->token = tf_card_lane_facts(lane);
	task->erases = lane->erases;
	g_ptr_array_add(group, task);
	if (!tf_group_plan(
		    lane->batch, lane->name, (const gchar *const *)lane->confinement, group, &problem)) {
		tf_task_free(task);
		stop(lane, problem);
		return;
	}
	tf_card_lane_begin(lane, task);
}

static void begin(TfCardLane *lane, TfTask *task)
{
	if (lane->batch->plan->assign == TF_BATCH_ASSIGN_ASK && task->job->made_serial == NULL)
		tf_card_lane_ask_confirmation(lane, task);
	else
		tf_card_lane_plan(lane, task);
}

/* The member that the card was opened for. Without a card, or in a run that is to end, it waits again. */
static void take_chosen(TfCardLane *lane)
{
	TfAhead *ahead = lane->batch->ahead;
	gint64 chosen = lane->chosen;
	TfTask *task = tf_ahead_take_chosen(ahead, chosen);

	if (task == NULL && tf_ahead_has_chosen(ahead, chosen))
		return;
	lane->chosen = 0;
	if (task == NULL)
		tf_card_lane_fail(lane, tf_ahead_take_failure(ahead, chosen));
	else if (tf_card_lane_has_its_card(lane) && !tf_batch_is_ending(lane->batch))
		begin(lane, task);
	else {
		tf_batch_give_back(lane->batch, task);
		tf_card_lane_fail(lane, NULL);
	}
}

/* Its key is on the card, as far as the ledger knows: what is left is to prove it. */
static void adopt(TfCardLane *lane, TfJob *job, const TfLedgerRow *row)
{
	const TfBatchPlan *plan = lane->batch->plan;
	g_autoptr(TfJob) resumed = job;
	GError *problem = NULL;
	TfTask *task = NULL;

	if (!tf_ledger_resume_job(lane->batch->ledger, job->id, plan->operator, plan->station, lane->name,
		    NULL, &problem)) {
		stop(lane, problem);
		return;
	}
	task = tf_adoption_task(lane->batch, g_steal_pointer(&resumed), row);
	task->is_imported = TRUE;
	tf_card_lane_begin(lane, task);
}

static gboolean is_to_be_proven(const TfLedgerRow *row)
{
	return row != NULL &&
	       (row->step == TF_STEP_IMPORTED || row->step == TF_STEP_PROVED || row->step == TF_STEP_WIPING);
}

/* The run that destroyed what was on it, because it came out, did not come to its end: the member begins
 * again, with the PINs that it has. */
static gboolean is_emptied(const TfCardLane *lane, const TfLedgerRow *row)
{
	return row != NULL && (row->step == TF_STEP_IMPORTED || row->step == TF_STEP_PROVED) &&
	       (lane->state == TF_CARD_BLANK || lane->state == TF_CARD_HALF_FORMATTED ||
		       lane->state == TF_CARD_NOT_ACTIVATED);
}

static void serve(TfCardLane *lane, TfJob *owned)
{
	g_autoptr(TfJob) job = owned;
	g_autoptr(TfLedgerRow) row = NULL;
	GError *problem = NULL;

	if (job->made_serial != NULL)
		tf_batch_tell(lane->batch,
			&(TfBatchNews){ .kind = TF_BATCH_RESUMED, .lane = lane->name, .job = job });
	if (job->migration != 0) {
		row = tf_ledger_load(lane->batch->ledger, job->migration, &problem);
		if (row == NULL) {
			stop(lane, problem);
			return;
		}
	}
	if (is_emptied(lane, row)) {
		if (!tf_card_lane_note_empty(lane, row->id, &problem)) {
			stop(lane, problem);
			return;
		}
	} else if (is_to_be_proven(row)) {
		adopt(lane, g_steal_pointer(&job), row);
		return;
	}
	lane->chosen = job->id;
	tf_ahead_add_chosen(lane->batch->ahead, g_steal_pointer(&job));
}

static void take_next(TfCardLane *lane)
{
	TfTask *task = NULL;
	GError *problem = NULL;

	if (lane->batch->plan->assign == TF_BATCH_ASSIGN_SERIAL) {
		tf_raise(&problem, TF_ERROR_TOKEN_UNASSIGNED, lane->serial, NULL);
		tf_card_lane_fail(lane, problem);
		return;
	}
	if (lane->batch->plan->assign == TF_BATCH_ASSIGN_ASK) {
		tf_card_lane_ask_number(lane);
		return;
	}
	task = tf_ahead_take_in_order(lane->batch->ahead);

	tf_ahead_fill(lane->batch->ahead);
	if (task != NULL)
		begin(lane, task);
}

/* Who demands the card and failed before it was written gets it in the next run, and nobody else does. */
static gboolean check_demand(const TfCardLane *lane, GError **error)
{
	g_autoptr(TfJob) job = NULL;

	if (!tf_ledger_job_demanding(lane->batch->ledger, lane->serial, &job, error))
		return FALSE;

	return job == NULL || tf_raise(error, TF_ERROR_TOKEN_UNASSIGNED, lane->serial, NULL);
}

/* Because of the card; or nothing can be chosen any more. Takes 'problem' over. */
static void refuse(TfCardLane *lane, GError *problem)
{
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_PROVISIONED) ||
		g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_FOREIGN) ||
		g_error_matches(problem, TF_ERROR, TF_ERROR_TOKEN_UNASSIGNED))
		tf_card_lane_fail(lane, problem);
	else
		stop(lane, problem);
}

/* The lane that serves its member did not notice yet that it was pulled there; or works on one that says the
 * same of itself, and this one is refused when that is done. */
static gboolean is_served(const TfJob *owner)
{
	return owner != NULL && owner->state == TF_JOB_CLAIMED;
}

static void choose_member(TfCardLane *lane)
{
	TfLedger *ledger = lane->batch->ledger;
	g_autoptr(TfJob) owner = NULL;
	TfJob *job = NULL;
	GError *problem = NULL;

	lane->erases = FALSE;
	if (!find_owner(lane, &owner, &problem) || (owner == NULL && !check_emptiness(lane, &problem))) {
		refuse(lane, problem);
		return;
	}
	if (is_served(owner))
		return;
	if (!tf_card_lane_may_try(lane, &problem)) {
		if (problem != NULL)
			tf_card_lane_fail(lane, problem);
		return;
	}
	if (!tf_ledger_claim_bound_job(ledger, lane->serial, &job, &problem))
		stop(lane, problem);
	else if (job != NULL)
		serve(lane, job);
	else if (!check_demand(lane, &problem))
		refuse(lane, problem);
	else
		take_next(lane);
}

void tf_card_lane_choose(TfCardLane *lane)
{
	if (lane->chosen != 0)
		take_chosen(lane);
	else if (!tf_card_lane_has_its_card(lane))
		tf_card_lane_fail(lane, NULL);
	else if (!tf_batch_is_ending(lane->batch) && lane->batch->problem == NULL)
		choose_member(lane);
}
