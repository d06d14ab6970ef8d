/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader makes one card after the other. Its formatter looks at what was put in (blank, of an earlier run,
 * provisioned, somebody's) and formats it, its worker writes the key, its auditor asks the card, the
 * supervisor judges, records and wipes; then the card is to be taken out, and labelled. Which card it is, its
 * serial number says from the first look to the last: a card that was swapped in between is another one.
 */
#pragma once

#include "batch-private.h"
#include "token/reader.h"

typedef struct TfCardLane TfCardLane;

/* 'reader': its name; one that is safe (tf_reader_name_is_safe()). */
TfCardLane *tf_card_lane_new(TfBatch *batch, const gchar *reader) G_GNUC_WARN_UNUSED_RESULT;
void tf_card_lane_free(TfCardLane *lane);
const gchar *tf_card_lane_name(const TfCardLane *lane);

/* What is in the reader from now on; NULL: nothing. */
void tf_card_lane_show(TfCardLane *lane, const TfReader *card);

/* Goes on where it can: with a card, a member, the next card. */
void tf_card_lane_pump(TfCardLane *lane);
gboolean tf_card_lane_is_idle(const TfCardLane *lane);

/* Its children cannot be started: it takes no card any more. */
gboolean tf_card_lane_is_broken(const TfCardLane *lane);

/* Its question is put to the operator, and answered. */
void tf_card_lane_ask(TfCardLane *lane);
void tf_card_lane_answer(TfCardLane *lane, const TfBatchAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCardLane, tf_card_lane_free)
