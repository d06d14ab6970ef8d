/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children that load the module: workers and auditors, confined to one store of SoftHSM. */
#pragma once

#include "batch-private.h"
#include "peer-private.h"

typedef struct TfTokenPeer {
	TfRole role;
	const gchar *configuration; /* of SoftHSM, for the child's environment */
	const gchar *directory;	    /* that it may write below */
	guint deadline_ms;	    /* for each answer, unless the plan says another */
	TfPeerBecame became;
	TfPeerHeard heard;
	gpointer user_data;
} TfTokenPeer;

TfPeer *tf_token_peer_new(const TfBatch *batch, const TfTokenPeer *wanted) G_GNUC_WARN_UNUSED_RESULT;
