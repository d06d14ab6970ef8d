/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inquiry.h"

#include <glib-unix.h>

struct TfInquiry {
	TfBatch *batch;
	TfCardLane *asking; /* whose question is on the screen; NULL: nobody's */
	GQueue waiting;	    /* TfCardLane */
	gboolean is_void;   /* the question was withdrawn: the line that may be begun for it comes first */
	guint readable;	    /* source; 0: nobody answers */
};

static void ask_next(TfInquiry *inquiry)
{
	if (inquiry->asking != NULL || inquiry->is_void || inquiry->waiting.length == 0 ||
		tf_batch_is_ending(inquiry->batch))
		return;
	inquiry->asking = g_queue_pop_head(&inquiry->waiting);
	tf_card_lane_ask(inquiry->asking);
}

static void take(TfInquiry *inquiry, const TfBatchAnswer *answer)
{
	TfCardLane *lane = inquiry->asking;

	if (inquiry->is_void || lane == NULL) {
		inquiry->is_void = FALSE;
		ask_next(inquiry);
		return;
	}
	if (answer->is_void) {
		tf_card_lane_ask(lane);
		return;
	}
	tf_card_lane_answer(lane, answer);
	inquiry->asking = NULL;
	ask_next(inquiry);
}

static gboolean hear(G_GNUC_UNUSED gint fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	TfInquiry *inquiry = data;
	const TfBatchListener *listener = inquiry->batch->listener;
	g_auto(TfBatchAnswer) answer = { 0 };

	if (!listener->hear(&answer, listener->user_data)) {
		inquiry->readable = 0;
		inquiry->batch->result.was_interrupted = TRUE;
		tf_batch_pump(inquiry->batch);
		return G_SOURCE_REMOVE;
	}
	take(inquiry, &answer);

	return G_SOURCE_CONTINUE;
}

TfInquiry *tf_inquiry_new(TfBatch *batch)
{
	TfInquiry *inquiry = g_new0(TfInquiry, 1);

	inquiry->batch = batch;
	if (batch->plan->assign == TF_BATCH_ASSIGN_ASK)
		inquiry->readable = g_unix_fd_add(batch->listener->answers_fd, G_IO_IN, hear, inquiry);

	return inquiry;
}

void tf_inquiry_free(TfInquiry *inquiry)
{
	if (inquiry == NULL)
		return;

	if (inquiry->readable != 0)
		(void)g_source_remove(inquiry->readable);
	g_queue_clear(&inquiry->waiting);
	g_free(inquiry);
}

void tf_inquiry_add(TfInquiry *inquiry, TfCardLane *lane, gboolean goes_on)
{
	if (goes_on)
		g_queue_push_head(&inquiry->waiting, lane);
	else
		g_queue_push_tail(&inquiry->waiting, lane);
	ask_next(inquiry);
}

void tf_inquiry_withdraw(TfInquiry *inquiry, const TfCardLane *lane)
{
	const TfBatchListener *listener = inquiry->batch->listener;

	(void)g_queue_remove_all(&inquiry->waiting, lane);
	if (inquiry->asking != lane)
		return;
	inquiry->asking = NULL;
	if (tf_batch_is_ending(inquiry->batch))
		return;
	inquiry->is_void = TRUE;
	listener->withdraw(tf_card_lane_name(lane), listener->user_data);
}

void tf_batch_answer_clear(TfBatchAnswer *answer)
{
	g_clear_pointer(&answer->text, g_free);
}
