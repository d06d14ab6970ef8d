/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The user PIN of a card that was begun: somebody may have changed it since, and a wrong one is sent once, in
 * whatever run (law 8). */
#include "base/error.h"
#include "card-lane-private.h"
#include "transfer/pin-memory.h"

static const TfTask *current(const TfCardLane *lane)
{
	return g_ptr_array_index(lane->group, 0);
}

static gboolean raise_refused(const TfTask *task, GError **error)
{
	return tf_raise(error, TF_ERROR_LETTER_PIN_REFUSED, task->token->label, NULL);
}

gboolean tf_card_lane_check_pin(const TfCardLane *lane, GError **error)
{
	const TfTask *task = current(lane);
	gboolean has_failed = FALSE;

	if (!tf_pin_has_failed(
		    lane->batch->ledger, task->token, TF_PIN_USER, task->pins->user, &has_failed, error))
		return FALSE;

	return !has_failed || raise_refused(task, error);
}

GError *tf_card_lane_note_pin(TfCardLane *lane, GError *failure)
{
	g_autoptr(GError) told = failure;
	const TfTask *task = current(lane);
	GError *refused = NULL;
	GError *problem = NULL;

	if (!g_error_matches(told, TF_ERROR, TF_ERROR_PIN_WRONG))
		return g_steal_pointer(&told);
	if (!tf_pin_note_failed(lane->batch->ledger, task->token, TF_PIN_USER, task->pins->user, &problem))
		tf_batch_stop(lane->batch, problem);
	raise_refused(task, &refused);

	return refused;
}

gboolean tf_card_lane_forget_pins(const TfCardLane *lane, GError **error)
{
	return tf_ledger_forget_failed_pins(lane->batch->ledger, current(lane)->token, TF_PIN_USER, error);
}
