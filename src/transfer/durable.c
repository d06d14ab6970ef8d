/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"

/* Where a module keeps its tokens it tells nobody, so all file systems are synced. */
static gpointer sync_all(gpointer data)
{
	int done = GPOINTER_TO_INT(data);

	sync();
	(void)close(done);

	return NULL;
}

static gboolean wait_a_second(int fd)
{
	return tf_wait_for(fd, POLLIN, g_get_monotonic_time() + TF_WAIT_SECOND);
}

/* In a thread, since nothing else can interrupt a sync. Its end of the pipe is closed when it is through. */
gboolean tf_durable(const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GThread) thread = NULL;
	TF_AUTO_FD int wait = -1;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) != 0)
		return tf_raise(error, TF_ERROR_SYSTEM, "pipe2", g_strerror(errno), NULL);
	wait = pair[0];
	thread = g_thread_new("sync", sync_all, GINT_TO_POINTER(pair[1]));
	if (wait_a_second(wait))
		return TRUE;

	tf_dialogue_tell(dialogue, TF_NEWS_SYNCING, &(TfNewsContext){ 0 });
	do {
		if (!tf_dialogue_go_on(dialogue, error))
			return FALSE;
	} while (!wait_a_second(wait));

	return TRUE;
}
