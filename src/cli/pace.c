/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/pace.h"

void tf_pace_begin(TfPace *pace, gint64 now)
{
	*pace = (TfPace){ .began = now };
}

void tf_pace_finish(TfPace *pace, gint64 now)
{
	if (pace->n_kept == TF_PACE_KEPT)
		pace->began = pace->finished[pace->next];
	else
		pace->n_kept++;
	pace->finished[pace->next] = now;
	pace->next = (pace->next + 1) % TF_PACE_KEPT;
}

/* At least a microsecond, so that what is finished at once has a pace as well. */
static gdouble elapsed(const TfPace *pace, gint64 now)
{
	return (gdouble)MAX(now - pace->began, 1);
}

gdouble tf_pace_per_minute(const TfPace *pace, gint64 now)
{
	return pace->n_kept * (gdouble)G_TIME_SPAN_MINUTE / elapsed(pace, now);
}

gint64 tf_pace_seconds_left(const TfPace *pace, guint64 n_left, gint64 now)
{
	gdouble seconds = 0;

	if (n_left == 0)
		return 0;
	if (pace->n_kept == 0)
		return -1;
	seconds = (gdouble)n_left * elapsed(pace, now) / pace->n_kept / G_TIME_SPAN_SECOND;

	return (gint64)seconds + 1;
}
