/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a card holds is destroyed by the SO PIN that the operator gave: one wrong try of one card, in all. */
#include "base/error.h"
#include "base/file.h"
#include "card-lane-private.h"
#include "transfer/pin-memory.h"

static TfTask *current(const TfCardLane *lane)
{
	return g_ptr_array_index(lane->group, 0);
}

static gboolean ask_erase(TfCardLane *lane, GError **error)
{
	TF_AUTO_FD int so_pin = tf_pipe_secret(lane->batch->plan->so_pin, error);

	if (so_pin < 0)
		return FALSE;
	lane->batch->so_pin_trial = lane;
	tf_peer_ask(lane->formatter, TF_MESSAGE_ERASE_CARD,
		g_variant_new("(ss)", lane->name, tf_card_state_name(lane->state)), &so_pin);

	return TRUE;
}

static void remember_so_pin(TfCardLane *lane)
{
	TfBatch *batch = lane->batch;
	g_autoptr(TfTokenFacts) facts = tf_card_lane_facts(lane);
	GError *problem = NULL;

	if (!tf_pin_note_failed(batch->ledger, facts, TF_PIN_SO, batch->plan->so_pin, &problem))
		tf_batch_stop(batch, problem);
}

/* The same SO PIN is not sent again to a card that it was wrong for, by no later run either (law 8). */
static gboolean check_so_pin(const TfCardLane *lane, GError **error)
{
	TfBatch *batch = lane->batch;
	g_autoptr(TfTokenFacts) facts = tf_card_lane_facts(lane);
	gboolean has_failed = FALSE;

	if (!tf_pin_has_failed(batch->ledger, facts, TF_PIN_SO, batch->plan->so_pin, &has_failed, error))
		return FALSE;

	return !has_failed || tf_raise(error, TF_ERROR_UNBLOCK_FAILED_BEFORE, lane->serial, "SO PIN", NULL);
}

/* Of a card that keeps what it has, no PINs are to be kept, unless an attempt before this one may have
 * written them. */
void tf_card_lane_note_not_erased(TfCardLane *lane, GError *failure)
{
	TfBatch *batch = lane->batch;
	gboolean is_wrong = g_error_matches(failure, TF_ERROR, TF_ERROR_SO_PIN_WRONG);

	if (batch->so_pin_trial == lane)
		batch->so_pin_trial = NULL;
	batch->so_pin_is_wrong |= is_wrong;
	if (is_wrong)
		remember_so_pin(lane);
	lane->is_untouched =
		current(lane)->job->made_serial == NULL &&
		(is_wrong || g_error_matches(failure, TF_ERROR, TF_ERROR_UNBLOCK_FAILED_BEFORE) ||
			g_error_matches(failure, TF_ERROR, TF_ERROR_SO_PIN_LOCKED) ||
			g_error_matches(failure, TF_ERROR, TF_ERROR_SO_PIN_LAST_TRY));
	tf_card_lane_fail(lane, failure);
}

/* It was chosen for while nobody knew of the SO PIN, or was recognised since. */
void tf_card_lane_erase(TfCardLane *lane)
{
	GError *problem = NULL;

	if (!tf_card_lane_may_try(lane, &problem)) {
		lane->doing = TF_CARD_DOING_TRIAL;
		if (problem != NULL)
			tf_card_lane_note_not_erased(lane, problem);
		return;
	}
	if (lane->state == TF_CARD_READY && !check_so_pin(lane, &problem)) {
		tf_card_lane_note_not_erased(lane, problem);
		return;
	}
	lane->doing = TF_CARD_DOING_ERASE;
	if (!ask_erase(lane, &problem))
		tf_card_lane_fail(lane, problem);
}
