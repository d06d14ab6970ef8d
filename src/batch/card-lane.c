/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One card after the other: insert, look, choose, plan, format, import, audit, prove, wipe, take out. What is
 * between is in card-lane-choice.c, card-lane-work.c and card-lane-audit.c. */
#include "ahead.h"
#include "base/error.h"
#include "card-lane-private.h"
#include "group.h"

static void ask_for_card(TfCardLane *lane)
{
	if (lane->has_asked_for_card)
		return;
	lane->has_asked_for_card = TRUE;
	tf_batch_tell(lane->batch, &(TfBatchNews){ .kind = TF_BATCH_INSERT, .lane = lane->name });
}

static void begin_or_wait(TfCardLane *lane)
{
	GError *problem = NULL;

	if (tf_batch_is_ending(lane->batch) || !tf_batch_has_work(lane->batch) || lane->broken != NULL)
		return;
	if (lane->card == NULL) {
		ask_for_card(lane);
		return;
	}
	lane->n_events = lane->card->n_events;
	lane->has_asked_for_card = FALSE;
	if (tf_card_lane_check_card(lane, &problem))
		tf_card_lane_look(lane);
	else
		tf_card_lane_fail(lane, problem);
}

gboolean tf_card_lane_has_its_card(const TfCardLane *lane)
{
	return lane->card != NULL && lane->card->n_events == lane->n_events;
}

static void leave_card(TfCardLane *lane)
{
	lane->doing = TF_CARD_DOING_NOTHING;
	lane->chosen = 0;
	g_clear_pointer(&lane->serial, g_free);
}

void tf_card_lane_pump(TfCardLane *lane)
{
	if (lane->doing == TF_CARD_DOING_OUT && !tf_card_lane_has_its_card(lane))
		leave_card(lane);
	tf_card_lane_check_question(lane);
	if (lane->doing == TF_CARD_DOING_TRIAL)
		tf_card_lane_try_again(lane);
	if (lane->doing == TF_CARD_DOING_CHOOSE)
		tf_card_lane_choose(lane);
	if (lane->doing == TF_CARD_DOING_NOTHING && lane->batch->problem == NULL)
		begin_or_wait(lane);
}

void tf_card_lane_show(TfCardLane *lane, const TfReader *card)
{
	tf_reader_free(lane->card);
	lane->card = card != NULL ? tf_reader_copy(card) : NULL;
	/* A service that is started again counts anew. */
	if (card == NULL)
		lane->n_events = G_MAXUINT;
}

gboolean tf_card_lane_is_idle(const TfCardLane *lane)
{
	return lane->group->len == 0 && lane->confirming == NULL && lane->doing != TF_CARD_DOING_LOOK;
}

void tf_card_lane_take_out(TfCardLane *lane, const gchar *label, const GError *problem)
{
	TfBatch *batch = lane->batch;

	lane->doing = TF_CARD_DOING_OUT;
	lane->chosen = 0;
	lane->is_untouched = FALSE;
	g_clear_pointer(&lane->audits, tf_audits_free);
	/* What is said of one card is not to be done to another that is there instead. */
	if (tf_card_lane_has_its_card(lane))
		tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_TAKE_OUT,
					     .lane = lane->name,
					     .label = label,
					     .problem = problem });
	tf_ahead_fill(batch->ahead);
	tf_batch_pump(batch);
}

/* From the intent on, its PINs may be on the card: they are kept. */
void tf_card_lane_fail(TfCardLane *lane, GError *problem)
{
	g_autoptr(GError) told = problem;
	TfTask *task = NULL;

	lane->ask = NULL;
	if (lane->group->len == 0) {
		tf_card_lane_take_out(lane, NULL, told);
		return;
	}
	task = g_ptr_array_steal_index(lane->group, 0);
	g_clear_error(&task->problem);
	task->problem = g_steal_pointer(&told);
	if (lane->is_untouched)
		tf_group_remove_letter(lane->batch, task);
	tf_batch_fail(lane->batch, lane->name, task,
		!lane->is_untouched && (task->row != 0 || task->job->made_serial != NULL));
	tf_card_lane_take_out(lane, NULL, NULL);
}

TfCardLane *tf_card_lane_new(TfBatch *batch, const gchar *reader)
{
	TfCardLane *lane = g_new0(TfCardLane, 1);

	lane->batch = batch;
	lane->name = g_strdup(reader);
	lane->group = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);

	return lane;
}

void tf_card_lane_free(TfCardLane *lane)
{
	if (lane == NULL)
		return;

	tf_peer_free(lane->formatter);
	tf_peer_free(lane->worker);
	tf_peer_free(lane->auditor);
	tf_audits_free(lane->audits);
	g_clear_pointer(&lane->group, g_ptr_array_unref);
	if (lane->turn != 0)
		(void)g_source_remove(lane->turn);
	tf_opensc_free(lane->opensc);
	g_strfreev(lane->confinement);
	g_clear_error(&lane->broken);
	g_clear_error(&lane->rejected);
	tf_task_free(lane->confirming);
	tf_reader_free(lane->card);
	g_free(lane->serial);
	g_free(lane->name);
	g_free(lane);
}

gboolean tf_card_lane_is_broken(const TfCardLane *lane)
{
	return lane->broken != NULL;
}

const gchar *tf_card_lane_name(const TfCardLane *lane)
{
	return lane->name;
}
