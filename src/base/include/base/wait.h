/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a descriptor until a deadline: microseconds of the monotonic clock, 0 not at all, -1 for ever.
 */
#pragma once

#include <glib.h>

#define TF_WAIT_SECOND G_GINT64_CONSTANT(1000000)

/* The time until 'deadline' as poll(2) wants it, rounded up. */
int tf_wait_milliseconds(gint64 deadline);

/* Whether one of 'events' (POLLIN, POLLOUT), an error or a hang-up is there before 'deadline'. */
gboolean tf_wait_for(int fd, short events, gint64 deadline);
