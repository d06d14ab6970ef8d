/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "base/error.h"

#define READY_SECONDS 30

struct TfPeer {
	TfProcess *process; /* NULL: ended */
	TfPeerHeard heard;
	gpointer user_data;
	guint deadline_seconds;
	gboolean is_asked;
	GError *problem; /* to be told from the main loop */
	guint readable;	 /* sources; 0: none */
	guint deadline;
	guint telling;
};

static void remove_source(guint *source)
{
	if (*source != 0)
		(void)g_source_remove(*source);
	*source = 0;
}

static void end(TfPeer *peer)
{
	remove_source(&peer->readable);
	remove_source(&peer->deadline);
	g_clear_pointer(&peer->process, tf_process_free);
	peer->is_asked = FALSE;
}

void tf_peer_free(TfPeer *peer)
{
	if (peer == NULL)
		return;

	end(peer);
	remove_source(&peer->telling);
	g_clear_error(&peer->problem);
	g_free(peer);
}

static void fail(TfPeer *peer, GError *problem)
{
	g_autoptr(GError) told = problem;

	end(peer);
	peer->heard(peer, NULL, told, peer->user_data);
}

static gboolean hear(G_GNUC_UNUSED gint fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	TfPeer *peer = data;
	GError *problem = NULL;
	g_autoptr(TfMessage) message = tf_talk_hear(tf_process_talk(peer->process), 0, &problem);

	if (message == NULL) {
		peer->readable = 0;
		fail(peer, problem);
		return G_SOURCE_REMOVE;
	}
	/* An auditor answers once for each order; the time runs from one answer to the next. */
	remove_source(&peer->deadline);
	peer->is_asked = FALSE;
	peer->heard(peer, message, NULL, peer->user_data);

	return G_SOURCE_CONTINUE;
}

static gboolean is_late(gpointer data)
{
	TfPeer *peer = data;
	GError *problem = NULL;

	peer->deadline = 0;
	tf_raise(&problem, TF_ERROR_WORKER_FAILED, _("it did not answer in time"), NULL);
	fail(peer, problem);

	return G_SOURCE_REMOVE;
}

static gboolean tell(gpointer data)
{
	TfPeer *peer = data;

	peer->telling = 0;
	fail(peer, g_steal_pointer(&peer->problem));

	return G_SOURCE_REMOVE;
}

TfPeer *tf_peer_start(const TfPeerOptions *options, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + READY_SECONDS * G_TIME_SPAN_SECOND;
	g_autoptr(TfProcess) process = tf_process_start(options->role, &options->process, error);
	TfPeer *peer = NULL;

	if (process == NULL || !tf_process_wait_ready(process, deadline, error))
		return NULL;
	peer = g_new0(TfPeer, 1);
	peer->process = g_steal_pointer(&process);
	peer->heard = options->heard;
	peer->user_data = options->user_data;
	peer->deadline_seconds = options->deadline_seconds;
	peer->readable = g_unix_fd_add(
		tf_talk_fd(tf_process_talk(peer->process)), G_IO_IN | G_IO_HUP | G_IO_ERR, hear, peer);

	return peer;
}

void tf_peer_expect(TfPeer *peer)
{
	peer->is_asked = TRUE;
	peer->deadline = g_timeout_add_seconds(peer->deadline_seconds, is_late, peer);
}

void tf_peer_ask(TfPeer *peer, TfMessageKind kind, GVariant *body, const int *fds)
{
	g_assert(tf_peer_is_idle(peer));
	if (!tf_talk_say(tf_process_talk(peer->process), kind, body, fds, &peer->problem)) {
		peer->is_asked = TRUE;
		peer->telling = g_idle_add(tell, peer);
		return;
	}
	tf_peer_expect(peer);
}

gboolean tf_peer_is_idle(const TfPeer *peer)
{
	return peer->process != NULL && !peer->is_asked;
}

gboolean tf_peer_has_ended(const TfPeer *peer)
{
	return peer->process == NULL;
}

const gchar *const *tf_peer_confinement(const TfPeer *peer)
{
	return tf_process_confinement(peer->process);
}
