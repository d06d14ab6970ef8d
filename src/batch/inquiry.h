/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The questions of all lanes to the one operator: one at a time, in their order. What is typed while nothing
 * is asked is passed over, and so is the line after a question that was withdrawn: whoever typed it may have
 * meant that one. */
#pragma once

#include "batch-private.h"
#include "card-lane.h"

typedef struct TfInquiry TfInquiry;

TfInquiry *tf_inquiry_new(TfBatch *batch) G_GNUC_WARN_UNUSED_RESULT;
void tf_inquiry_free(TfInquiry *inquiry);

/* The lane wants to ask (tf_card_lane_ask()), at once or when it is its turn; 'goes_on': with what it has
 * asked just now. */
void tf_inquiry_add(TfInquiry *inquiry, TfCardLane *lane, gboolean goes_on);

/* It wants to no longer: its card is gone, or the run is to end. */
void tf_inquiry_withdraw(TfInquiry *inquiry, const TfCardLane *lane);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfInquiry, tf_inquiry_free)
