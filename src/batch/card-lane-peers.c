/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children of a reader, and what OpenSC is told in them. */
#include "base/error.h"
#include "card-lane-private.h"
#include "desk.h"
#include "token-peer.h"

#define FORMAT_SECONDS 150u /* longer than the formatter gives pkcs15-init */
#define WORKER_SECONDS 120u
#define AUDIT_SECONDS  180u

static void became(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data);

static TfPeer *new_peer(TfCardLane *lane, const TfRole *role, guint seconds, TfPeerHeard heard)
{
	g_autofree gchar *directory = g_path_get_dirname(tf_opensc_path(lane->opensc));
	const TfTokenPeer wanted = {
		.role = role,
		.directory = directory,
		.reader = lane->name,
		.opensc = lane->opensc,
		.deadline_ms = seconds * 1000,
		.became = became,
		.heard = heard,
		.user_data = lane,
	};

	return tf_token_peer_new(lane->batch, &wanted);
}

/* A new reader is one that the children would see: they begin again, with another configuration. */
static gboolean configure(TfCardLane *lane, GError **error)
{
	const TfDesk *desk = lane->batch->desk;
	g_autoptr(GPtrArray) others = tf_desk_others(desk, lane->name);
	TfOpensc *opensc = NULL;

	if (lane->opensc != NULL && lane->generation == tf_desk_generation(desk))
		return TRUE;
	opensc = tf_opensc_new_of(tf_ledger_uuid(lane->batch->ledger), others, error);
	if (opensc == NULL)
		return FALSE;
	tf_peer_free(g_steal_pointer(&lane->formatter));
	lane->is_seen = FALSE;
	tf_peer_free(g_steal_pointer(&lane->worker));
	tf_peer_free(g_steal_pointer(&lane->auditor));
	tf_opensc_free(lane->opensc);
	lane->opensc = opensc;
	lane->generation = tf_desk_generation(desk);

	return TRUE;
}

static void make_missing(TfCardLane *lane)
{
	if (lane->is_worker_spent)
		tf_peer_free(g_steal_pointer(&lane->worker));
	lane->is_worker_spent = FALSE;
	if (lane->formatter == NULL)
		lane->formatter =
			new_peer(lane, &tf_formatter_role, FORMAT_SECONDS, tf_card_lane_heard_formatter);
	if (lane->worker == NULL)
		lane->worker = new_peer(lane, &tf_worker_role, WORKER_SECONDS, tf_card_lane_heard_worker);
	if (lane->auditor == NULL)
		lane->auditor = new_peer(lane, &tf_auditor_role, AUDIT_SECONDS, tf_card_lane_heard_auditor);
}

static gboolean are_ready(const TfCardLane *lane)
{
	return tf_peer_is_idle(lane->formatter) && tf_peer_is_idle(lane->worker) &&
	       tf_peer_is_idle(lane->auditor);
}

/* From the main loop: a child may not be replaced while it is heard. */
static gboolean get_ready(gpointer data)
{
	TfCardLane *lane = data;
	void (*ask)(TfCardLane * lane) = lane->ask;
	GError *problem = NULL;

	lane->turn = 0;
	if (ask == NULL || lane->batch->problem != NULL)
		return G_SOURCE_REMOVE;
	if (lane->broken != NULL || !configure(lane, &problem)) {
		lane->ask = NULL;
		tf_card_lane_fail(lane, problem != NULL ? problem : g_error_copy(lane->broken));
		return G_SOURCE_REMOVE;
	}
	make_missing(lane);
	if (are_ready(lane)) {
		lane->ask = NULL;
		ask(lane);
	}

	return G_SOURCE_REMOVE;
}

void tf_card_lane_when_ready(TfCardLane *lane, void (*ask)(TfCardLane *lane))
{
	lane->ask = ask;
	if (lane->turn == 0)
		lane->turn = g_idle_add(get_ready, lane);
}

static void note_confinement(TfCardLane *lane)
{
	if (lane->confinement != NULL)
		return;
	lane->confinement = g_strdupv((GStrv)tf_peer_confinement(lane->worker));
	tf_batch_tell(lane->batch, &(TfBatchNews){ .kind = TF_BATCH_CONFINED,
					   .lane = lane->name,
					   .names = (const gchar *const *)lane->confinement });
}

static void became(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	TfCardLane *lane = user_data;

	switch (event) {
	case TF_PEER_READY:
		if (peer == lane->worker)
			note_confinement(lane);
		tf_card_lane_when_ready(lane, lane->ask);
		break;
	case TF_PEER_AGAIN:
		if (peer == lane->formatter)
			lane->is_seen = FALSE;
		tf_batch_tell(lane->batch,
			&(TfBatchNews){ .kind = TF_BATCH_RESTARTED, .lane = lane->name, .problem = problem });
		break;
	case TF_PEER_BROKEN:
		if (lane->broken == NULL)
			lane->broken = g_error_copy(problem);
		tf_card_lane_when_ready(lane, lane->ask);
		tf_batch_lane_broke(lane->batch, lane->name, problem);
		break;
	case TF_N_PEER_EVENTS:
		break;
	}
}
