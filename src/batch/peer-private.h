/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A child as the supervisor's main loop sees it: it is started without waiting for it, then asked one
 * question at a time, whose answer or failure is told by a callback. One that dies, hangs past a deadline or
 * says nonsense is started again, the question it had has failed. One that does not become ready, however
 * often it is started, is broken for good.
 *
 * Everything is told from the main loop; a callback may ask, and must not free the peer.
 */
#pragma once

#include "batch/role.h"

/* In a row, without a question in between. */
#define TF_PEER_STARTS 5u

typedef struct TfPeer TfPeer;

typedef enum TfPeerEvent {
	TF_PEER_READY,	/* confined, and may be asked */
	TF_PEER_AGAIN,	/* has ended because of 'problem', and is started again */
	TF_PEER_BROKEN, /* never became ready: TF_ERROR_WORKER_BROKEN, or what it said; the last of all */
	TF_N_PEER_EVENTS
} TfPeerEvent;

typedef void (*TfPeerBecame)(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data);

/* 'answer' NULL: the child has ended (is killed and reaped) because of 'problem', TF_ERROR_WORKER_FAILED;
 * that it is started again was told before. A FAILED arrives as a message. */
typedef void (*TfPeerHeard)(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data);

typedef struct TfPeerOptions {
	const TfRole *role;
	TfProcessOptions process;
	guint deadline_ms; /* for each answer, by the clock that no one sets */
	TfPeerBecame became;
	TfPeerHeard heard;
	gpointer user_data;
} TfPeerOptions;

/* 'process.program' is borrowed as long as it lives, everything else copied. */
TfPeer *tf_peer_new(const TfPeerOptions *options) G_GNUC_WARN_UNUSED_RESULT;
void tf_peer_free(TfPeer *peer);

/* It must be idle. 'body' is consumed if floating, 'fds' stay the caller's. */
void tf_peer_ask(TfPeer *peer, guint kind, GVariant *body, const int *fds);

/* A further answer to the same question is awaited: an auditor tells one result after the other. */
void tf_peer_expect(TfPeer *peer);

/* From 'heard': the answer just heard is nonsense, and the child is lost as one that dies of a question,
 * which 'heard' is told before this returns. Takes 'problem' over. */
void tf_peer_refuse(TfPeer *peer, GError *problem);

/* Ready, and not asked. */
gboolean tf_peer_is_idle(const TfPeer *peer);
gboolean tf_peer_is_broken(const TfPeer *peer);

/* Of one that is ready. */
const gchar *const *tf_peer_confinement(const TfPeer *peer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPeer, tf_peer_free)
