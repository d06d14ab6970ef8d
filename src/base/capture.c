/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/capture.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/wait.h"

/* Reads until end of file; NULL at the limit or the deadline, and for what is no text. */
static gchar *read_text(int fd, gsize limit, gint64 deadline)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (;;) {
		gchar piece[4096];
		gssize n = 0;

		if (!tf_wait_for(fd, POLLIN, deadline))
			return NULL;
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || text->len + (gsize)n > limit || memchr(piece, 0, (gsize)n) != NULL)
			return NULL;
		if (n == 0)
			return g_string_free(g_steal_pointer(&text), FALSE);
		g_string_append_len(text, piece, n);
	}
}

gchar *tf_capture(const gchar *const *argv, gsize limit, guint seconds)
{
	static const gchar *const environment[] = { "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	gint64 deadline = g_get_monotonic_time() + seconds * TF_WAIT_SECOND;
	g_auto(TfChild) child = { 0, -1 };
	TF_AUTO_FD int output = -1;
	g_autofree gchar *text = NULL;

	if (tf_child_start_heard(argv, environment, &output, &child) != 0)
		return NULL;

	text = read_text(output, limit, deadline);
	if (text == NULL)
		tf_child_kill(&child);

	return tf_child_reap_success(&child, deadline) ? g_steal_pointer(&text) : NULL;
}
