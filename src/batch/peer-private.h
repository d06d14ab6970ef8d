/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A child as the supervisor's main loop sees it: one question at a time, its answer or its failure told by a
 * callback. A child that died, hung past the deadline or said nonsense has ended when that is told; whoever
 * owns it starts another.
 */
#pragma once

#include "batch/process.h"

typedef struct TfPeer TfPeer;

/* 'answer' NULL: the child has ended (is killed and reaped) because of 'problem', which is
 * TF_ERROR_WORKER_FAILED. A FAILED arrives as a message. May ask again, and may free the child. */
typedef void (*TfPeerHeard)(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data);

typedef struct TfPeerOptions {
	TfRole role;
	TfProcessOptions process;
	guint deadline_seconds; /* for each answer */
	TfPeerHeard heard;
	gpointer user_data;
} TfPeerOptions;

/* Waits until the child is confined and ready. Copies 'options'; strings are borrowed until then. */
TfPeer *tf_peer_start(const TfPeerOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_peer_free(TfPeer *peer);

/* 'body' is consumed if floating, 'fds' stay the caller's. A failure to say it is told like one to hear: by
 * the callback, from the main loop. */
void tf_peer_ask(TfPeer *peer, TfMessageKind kind, GVariant *body, const int *fds);

/* A further answer to the same question is awaited: an auditor tells one result after the other. */
void tf_peer_expect(TfPeer *peer);

/* Neither asked nor ended. */
gboolean tf_peer_is_idle(const TfPeer *peer);
gboolean tf_peer_has_ended(const TfPeer *peer);

const gchar *const *tf_peer_confinement(const TfPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPeer, tf_peer_free)
