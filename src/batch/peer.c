/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer-private.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "base/error.h"

#define READY_MS 30000u
/* Before the second start that fails in a row; twice as long before each further one: whatever ends children
 * in their first moments (no memory, a daemon that is being restarted) may pass. */
#define PAUSE_MS 100u

typedef enum State {
	STARTING,
	IDLE,
	ASKED,
	BROKEN
} State;

struct TfPeer {
	TfPeerOptions options;
	State state;
	TfProcess *process; /* NULL: ended, or not started yet */
	guint n_starts;	    /* since the last question */
	GError *problem;    /* to be told from the main loop */
	guint readable;	    /* sources; 0: none */
	guint deadline;
	guint turn; /* to start it, or to tell 'problem' */
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
	remove_source(&peer->turn);
	g_clear_pointer(&peer->process, tf_process_free);
	g_clear_error(&peer->problem);
}

void tf_peer_free(TfPeer *peer)
{
	if (peer == NULL)
		return;

	end(peer);
	g_strfreev(peer->options.process.environment);
	g_variant_unref(peer->options.process.setup);
	g_free(peer);
}

static void tell(TfPeer *peer, TfPeerEvent event, const GError *problem)
{
	peer->options.became(peer, event, problem, peer->options.user_data);
}

static gboolean start(gpointer data);

static guint pause_ms(guint n_starts)
{
	return n_starts == 0 ? 0 : PAUSE_MS << (n_starts - 1);
}

/* What the child itself said is wrong, is told as it said it. */
static void give_up(TfPeer *peer, const GError *problem)
{
	const gchar *const *arguments = tf_error_arguments(problem);
	g_autoptr(GError) why = NULL;

	if (g_error_matches(problem, TF_ERROR, TF_ERROR_WORKER_FAILED) && arguments != NULL)
		tf_raise(&why, TF_ERROR_WORKER_BROKEN, arguments[0], NULL);
	peer->state = BROKEN;
	tell(peer, TF_PEER_BROKEN, why != NULL ? why : problem);
}

/* Takes 'problem' over. */
static void lose(TfPeer *peer, GError *problem)
{
	g_autoptr(GError) why = problem;
	gboolean was_asked = peer->state == ASKED;

	end(peer);
	if (peer->n_starts >= TF_PEER_STARTS) {
		give_up(peer, why);
		return;
	}
	peer->state = STARTING;
	peer->turn = g_timeout_add(pause_ms(peer->n_starts), start, peer);
	tell(peer, TF_PEER_AGAIN, why);
	if (was_asked)
		peer->options.heard(peer, NULL, why, peer->options.user_data);
}

static gboolean hear_ready(TfPeer *peer, GError **error)
{
	if (!tf_process_wait_ready(peer->process, 0, error))
		return FALSE;
	remove_source(&peer->deadline);
	peer->state = IDLE;
	tell(peer, TF_PEER_READY, NULL);

	return TRUE;
}

static gboolean hear_answer(TfPeer *peer, GError **error)
{
	g_autoptr(TfMessage) message = tf_talk_hear(tf_process_talk(peer->process), 0, error);

	if (message == NULL)
		return FALSE;
	/* An auditor answers once for each order; the time runs from one answer to the next. */
	remove_source(&peer->deadline);
	peer->state = IDLE;
	peer->options.heard(peer, message, NULL, peer->options.user_data);

	return TRUE;
}

static gboolean hear(G_GNUC_UNUSED gint fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	TfPeer *peer = data;
	GError *problem = NULL;

	if (peer->state == STARTING ? hear_ready(peer, &problem) : hear_answer(peer, &problem))
		return G_SOURCE_CONTINUE;

	peer->readable = 0;
	lose(peer, problem);

	return G_SOURCE_REMOVE;
}

static gboolean is_late(gpointer data)
{
	TfPeer *peer = data;
	GError *problem = NULL;

	peer->deadline = 0;
	tf_raise(&problem, TF_ERROR_WORKER_FAILED, _("it did not answer in time"), NULL);
	lose(peer, problem);

	return G_SOURCE_REMOVE;
}

static gboolean start(gpointer data)
{
	TfPeer *peer = data;
	GError *problem = NULL;

	peer->turn = 0;
	peer->n_starts++;
	peer->process = tf_process_start(peer->options.role, &peer->options.process, &problem);
	if (peer->process == NULL) {
		lose(peer, problem);
		return G_SOURCE_REMOVE;
	}
	peer->readable = g_unix_fd_add(
		tf_talk_fd(tf_process_talk(peer->process)), G_IO_IN | G_IO_HUP | G_IO_ERR, hear, peer);
	peer->deadline = g_timeout_add(READY_MS, is_late, peer);

	return G_SOURCE_REMOVE;
}

TfPeer *tf_peer_new(const TfPeerOptions *options)
{
	TfPeer *peer = g_new0(TfPeer, 1);

	peer->options = *options;
	peer->options.process.environment = g_strdupv(options->process.environment);
	peer->options.process.setup = g_variant_ref_sink(options->process.setup);
	peer->turn = g_idle_add(start, peer);

	return peer;
}

static gboolean tell_unsaid(gpointer data)
{
	TfPeer *peer = data;

	peer->turn = 0;
	lose(peer, g_steal_pointer(&peer->problem));

	return G_SOURCE_REMOVE;
}

void tf_peer_expect(TfPeer *peer)
{
	peer->state = ASKED;
	peer->deadline = g_timeout_add(peer->options.deadline_ms, is_late, peer);
}

void tf_peer_refuse(TfPeer *peer, GError *problem)
{
	g_assert(tf_peer_is_idle(peer));
	peer->state = ASKED;
	lose(peer, problem);
}

void tf_peer_ask(TfPeer *peer, guint kind, GVariant *body, const int *fds)
{
	g_assert(tf_peer_is_idle(peer));
	peer->n_starts = 0;
	tf_peer_expect(peer);
	/* A failure to say it is told like one to hear. */
	if (!tf_talk_say(tf_process_talk(peer->process), kind, body, fds, &peer->problem))
		peer->turn = g_idle_add(tell_unsaid, peer);
}

gboolean tf_peer_is_idle(const TfPeer *peer)
{
	return peer->state == IDLE;
}

gboolean tf_peer_is_broken(const TfPeer *peer)
{
	return peer->state == BROKEN;
}

const gchar *const *tf_peer_confinement(const TfPeer *peer)
{
	return tf_process_confinement(peer->process);
}
