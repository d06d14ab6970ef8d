/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --assign ask: the operator says whose card it is, is shown what the file holds, and confirms it: the member
 * who stands there and the certificate that goes onto the card are the same person's. */
#include "ahead.h"
#include "base/error.h"
#include "card-lane-private.h"
#include "inquiry.h"

static void wait_for_number(TfCardLane *lane, gboolean goes_on)
{
	lane->doing = TF_CARD_DOING_NUMBER;
	tf_inquiry_add(lane->batch->inquiry, lane, goes_on);
}

void tf_card_lane_ask_number(TfCardLane *lane)
{
	wait_for_number(lane, FALSE);
}

void tf_card_lane_ask_confirmation(TfCardLane *lane, TfTask *task)
{
	lane->confirming = task;
	lane->doing = TF_CARD_DOING_CONFIRM;
	tf_inquiry_add(lane->batch->inquiry, lane, TRUE);
}

void tf_card_lane_ask(TfCardLane *lane)
{
	const TfBatchListener *listener = lane->batch->listener;
	const TfTask *task = lane->confirming;
	const TfBatchQuestion question = {
		.lane = lane->name,
		.job = task != NULL ? task->job : NULL,
		.certificate = task != NULL ? task->facts : NULL,
		.problem = lane->rejected,
	};

	listener->ask(&question, listener->user_data);
}

static void take_number(TfCardLane *lane, const gchar *text)
{
	TfJob *job = NULL;
	GError *problem = NULL;

	if (!tf_ledger_claim_job(lane->batch->ledger, text, lane->serial, &job, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	if (job == NULL) {
		tf_raise(&lane->rejected, TF_ERROR_MEMBER_NOT_WAITING, text, NULL);
		wait_for_number(lane, TRUE);
		return;
	}
	lane->doing = TF_CARD_DOING_CHOOSE;
	lane->chosen = job->id;
	tf_ahead_add_chosen(lane->batch->ahead, job);
}

static void take_confirmation(TfCardLane *lane, const TfBatchAnswer *answer)
{
	if (answer->is_yes) {
		tf_card_lane_plan(lane, g_steal_pointer(&lane->confirming));
		return;
	}
	if (answer->is_no) {
		tf_batch_give_back(lane->batch, g_steal_pointer(&lane->confirming));
		wait_for_number(lane, TRUE);
		return;
	}
	tf_inquiry_add(lane->batch->inquiry, lane, TRUE);
}

void tf_card_lane_answer(TfCardLane *lane, const TfBatchAnswer *answer)
{
	g_clear_error(&lane->rejected);
	/* That its card is gone may not have come to its turn yet. */
	tf_card_lane_check_question(lane);
	if (lane->doing == TF_CARD_DOING_NUMBER)
		take_number(lane, answer->text);
	else if (lane->doing == TF_CARD_DOING_CONFIRM)
		take_confirmation(lane, answer);
}

void tf_card_lane_check_question(TfCardLane *lane)
{
	if (lane->doing != TF_CARD_DOING_NUMBER && lane->doing != TF_CARD_DOING_CONFIRM)
		return;
	if (tf_card_lane_has_its_card(lane) && !tf_batch_is_ending(lane->batch))
		return;
	tf_inquiry_withdraw(lane->batch->inquiry, lane);
	if (lane->confirming != NULL)
		tf_batch_give_back(lane->batch, g_steal_pointer(&lane->confirming));
	tf_card_lane_fail(lane, NULL);
}
