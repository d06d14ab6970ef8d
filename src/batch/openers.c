/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "openers.h"

#include "base/file.h"
#include "peer-private.h"

#define OPEN_SECONDS 600 /* ten million iterations take about ten seconds */
#define TRY_SECONDS  10

typedef struct Opener {
	TfOpeners *openers;
	TfPeer *peer;
	gboolean is_busy;
	gpointer item; /* being opened */
} Opener;

struct TfOpeners {
	const gchar *const *program;
	TfOpenersListener listener;
	GPtrArray *all; /* Opener */
};

static void free_opener(gpointer data)
{
	Opener *opener = data;
	const TfOpenersListener *listener = &opener->openers->listener;

	tf_peer_free(opener->peer);
	if (opener->is_busy && listener->free_item != NULL)
		listener->free_item(opener->item);
	g_free(opener);
}

static void heard(G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	Opener *opener = user_data;
	const TfOpenersListener *listener = &opener->openers->listener;
	TfMessage *opened = NULL;
	GError *failure = NULL;

	opener->is_busy = FALSE;
	if (answer == NULL)
		failure = g_error_copy(problem);
	else if (answer->kind == TF_MESSAGE_FAILED)
		(void)tf_message_raise(answer, &failure);
	else
		opened = answer;
	listener->heard(g_steal_pointer(&opener->item), opened, failure, listener->user_data);
}

static gboolean all_are_broken(const TfOpeners *openers)
{
	for (guint i = 0; i < openers->all->len; i++) {
		const Opener *opener = g_ptr_array_index(openers->all, i);

		if (!tf_peer_is_broken(opener->peer))
			return FALSE;
	}

	return TRUE;
}

static void became(G_GNUC_UNUSED TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	const Opener *opener = user_data;
	const TfOpenersListener *listener = &opener->openers->listener;

	if (event == TF_PEER_READY && listener->ready != NULL)
		listener->ready(listener->user_data);
	if (event == TF_PEER_AGAIN && listener->again != NULL)
		listener->again(problem, listener->user_data);
	if (event == TF_PEER_BROKEN && all_are_broken(opener->openers))
		listener->broke(problem, listener->user_data);
}

/* Libcrypto's legacy provider and the system's converters of characters are libraries that it loads. */
static GVariant *setup(void)
{
	static const gchar *const libraries[] = { "/usr/lib", "/lib", "/lib64", NULL };

	return tf_process_setup(libraries);
}

TfProcess *tf_opener_try(const gchar *const *program, GError **error)
{
	const TfProcessOptions options = { .program = program, .setup = setup() };
	g_autoptr(TfProcess) process = tf_process_start(&tf_opener_role, &options, error);
	gint64 deadline = g_get_monotonic_time() + TRY_SECONDS * G_TIME_SPAN_SECOND;

	if (process == NULL || !tf_process_wait_ready(process, deadline, error))
		return NULL;

	return g_steal_pointer(&process);
}

static TfPeer *new_peer(Opener *opener)
{
	const TfPeerOptions options = {
		.role = &tf_opener_role,
		.process = { .program = opener->openers->program, .setup = setup() },
		.deadline_ms = OPEN_SECONDS * 1000,
		.became = became,
		.heard = heard,
		.user_data = opener,
	};

	return tf_peer_new(&options);
}

TfOpeners *tf_openers_new(const gchar *const *program, const TfOpenersListener *listener)
{
	TfOpeners *openers = g_new0(TfOpeners, 1);

	openers->program = program;
	openers->listener = *listener;
	openers->all = g_ptr_array_new_with_free_func(free_opener);
	for (guint i = 0; i < g_get_num_processors(); i++) {
		Opener *opener = g_new0(Opener, 1);

		opener->openers = openers;
		opener->peer = new_peer(opener);
		g_ptr_array_add(openers->all, opener);
	}

	return openers;
}

void tf_openers_free(TfOpeners *openers)
{
	if (openers == NULL)
		return;

	g_ptr_array_unref(openers->all);
	g_free(openers);
}

static Opener *find_idle(const TfOpeners *openers)
{
	for (guint i = 0; i < openers->all->len; i++) {
		Opener *opener = g_ptr_array_index(openers->all, i);

		if (!opener->is_busy && tf_peer_is_idle(opener->peer))
			return opener;
	}

	return NULL;
}

gboolean tf_openers_have_room(const TfOpeners *openers)
{
	return find_idle(openers) != NULL;
}

guint tf_openers_n_busy(const TfOpeners *openers)
{
	guint n = 0;

	for (guint i = 0; i < openers->all->len; i++) {
		const Opener *opener = g_ptr_array_index(openers->all, i);

		n += opener->is_busy ? 1 : 0;
	}

	return n;
}

gboolean tf_openers_ask(TfOpeners *openers, gpointer item, const gchar *path, int file,
	const TfSecret *password, GError **error)
{
	Opener *opener = find_idle(openers);
	g_autoptr(TfSecret) none = password == NULL ? tf_secret_new(1) : NULL;
	TF_AUTO_FD int pipe = tf_pipe_secret(password != NULL ? password : none, error);
	const int fds[] = { file, pipe };

	g_assert(opener != NULL);
	if (pipe < 0)
		return FALSE;
	opener->item = item;
	opener->is_busy = TRUE;
	tf_peer_ask(opener->peer, TF_MESSAGE_OPEN, g_variant_new("(^ayb)", path, password != NULL), fds);

	return TRUE;
}
