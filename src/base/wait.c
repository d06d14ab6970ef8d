/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/wait.h"

#include <errno.h>
#include <poll.h>

int tf_wait_milliseconds(gint64 deadline)
{
	gint64 left = 0;

	if (deadline < 0)
		return -1;
	left = deadline - g_get_monotonic_time();
	if (left <= 0)
		return 0;

	return (int)MIN(left / 1000 + 1, G_MAXINT);
}

gboolean tf_wait_for(int fd, short events, gint64 deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = events };
	int n = 0;

	do
		n = poll(&poll_fd, 1, tf_wait_milliseconds(deadline));
	while (n < 0 && errno == EINTR);

	return n > 0;
}
