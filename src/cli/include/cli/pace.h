/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How fast work goes and how long the rest takes, from what was finished lately: a slow start or a break an
 * hour ago says little about the next minutes. All times are monotonic microseconds.
 */
#pragma once

#include <glib.h>

#define TF_PACE_KEPT 64u

typedef struct TfPace {
	gint64 began; /* when the first that is not kept any more was finished, or the whole began */
	gint64 finished[TF_PACE_KEPT]; /* a ring */
	guint n_kept;
	guint next;
} TfPace;

void tf_pace_begin(TfPace *pace, gint64 now);
void tf_pace_finish(TfPace *pace, gint64 now); /* one more */

/* A minute; 0: nothing is finished yet. */
gdouble tf_pace_per_minute(const TfPace *pace, gint64 now);

/* Whole seconds, rounded up; -1: not known yet. */
gint64 tf_pace_seconds_left(const TfPace *pace, guint64 n_left, gint64 now);
