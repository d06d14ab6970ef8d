/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PINs that were made for a card that was begun: somebody may have changed them since, and a wrong one is
 * sent once, in whatever run (law 8). */
#include "base/error.h"
#include "card-lane-private.h"
#include "transfer/pin-memory.h"

static const TfTask *current(const TfCardLane *lane)
{
	return g_ptr_array_index(lane->group, 0);
}

/* A user PIN is remembered of the token as its module describes it, as 'pin change' and others do; an SO PIN
 * of the card as it is known before it is formatted. */
static gboolean has_failed(const TfCardLane *lane, TfPinKind kind, gboolean *ret_has_failed, GError **error)
{
	const TfTask *task = current(lane);
	TfLedger *ledger = lane->batch->ledger;
	g_autoptr(TfTokenFacts) card = tf_card_lane_facts(lane);

	return kind == TF_PIN_SO
		       ? tf_pin_has_failed(ledger, card, kind, task->pins->so, ret_has_failed, error)
		       : tf_pin_has_failed(
				 ledger, task->token, kind, task->pins->user, ret_has_failed, error);
}

static gboolean note_failed(const TfCardLane *lane, TfPinKind kind, GError **error)
{
	const TfTask *task = current(lane);
	TfLedger *ledger = lane->batch->ledger;
	g_autoptr(TfTokenFacts) card = tf_card_lane_facts(lane);

	return kind == TF_PIN_SO ? tf_pin_note_failed(ledger, card, kind, task->pins->so, error)
				 : tf_pin_note_failed(ledger, task->token, kind, task->pins->user, error);
}

static gboolean raise_refused(const TfCardLane *lane, TfPinKind kind, GError **error)
{
	if (kind == TF_PIN_SO)
		return tf_raise(error, TF_ERROR_CARD_SO_PIN_REFUSED, lane->serial, NULL);

	return tf_raise(error, TF_ERROR_LETTER_PIN_REFUSED, current(lane)->token->label, NULL);
}

static gboolean check(const TfCardLane *lane, TfPinKind kind, GError **error)
{
	gboolean is_known = FALSE;

	if (!has_failed(lane, kind, &is_known, error))
		return FALSE;

	return !is_known || raise_refused(lane, kind, error);
}

gboolean tf_card_lane_check_pin(const TfCardLane *lane, GError **error)
{
	return check(lane, TF_PIN_USER, error);
}

/* A card that is not in force asks for none. */
gboolean tf_card_lane_check_so_pin(const TfCardLane *lane, GError **error)
{
	if (lane->state == TF_CARD_BLANK || lane->state == TF_CARD_HALF_FORMATTED ||
		lane->state == TF_CARD_NOT_ACTIVATED)
		return TRUE;

	return check(lane, TF_PIN_SO, error);
}

GError *tf_card_lane_note_pin(TfCardLane *lane, GError *failure)
{
	g_autoptr(GError) told = failure;
	gboolean is_so_pin = g_error_matches(told, TF_ERROR, TF_ERROR_SO_PIN_WRONG);
	TfPinKind kind = is_so_pin ? TF_PIN_SO : TF_PIN_USER;
	GError *refused = NULL;
	GError *problem = NULL;

	if (!is_so_pin && !g_error_matches(told, TF_ERROR, TF_ERROR_PIN_WRONG))
		return g_steal_pointer(&told);
	if (!note_failed(lane, kind, &problem))
		tf_batch_stop(lane->batch, problem);
	raise_refused(lane, kind, &refused);

	return refused;
}

gboolean tf_card_lane_forget_pins(const TfCardLane *lane, GError **error)
{
	TfLedger *ledger = lane->batch->ledger;
	g_autoptr(TfTokenFacts) card = tf_card_lane_facts(lane);

	return tf_ledger_forget_failed_pins(ledger, card, TF_PIN_SO, error) &&
	       tf_ledger_forget_failed_pins(ledger, current(lane)->token, TF_PIN_USER, error);
}
