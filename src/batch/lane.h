/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A lane makes tokens one group after the other: its worker writes them into a staging store, its auditor
 * asks them, the supervisor judges, publishes, records and wipes. A process of it that dies costs one token,
 * and is started again; when it cannot be, the lane is broken, and its jobs go back.
 */
#pragma once

#include "batch-private.h"

typedef struct TfLane TfLane;

TfLane *tf_lane_new(TfBatch *batch, guint index, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_lane_free(TfLane *lane);

/* Takes the next group when there is one and it has none. */
void tf_lane_pump(TfLane *lane);
gboolean tf_lane_is_idle(const TfLane *lane);
gboolean tf_lane_is_broken(const TfLane *lane);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLane, tf_lane_free)
