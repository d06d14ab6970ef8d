/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children that load the module: workers and auditors, confined to one store of SoftHSM. */
#pragma once

#include "batch-private.h"
#include "peer-private.h"

typedef struct TfTokenPeer {
	TfRole role;
	const gchar *configuration; /* of SoftHSM, for the child's environment */
	const gchar *directory;	    /* that it may write below */
	guint deadline_seconds;	    /* for each answer */
	TfPeerHeard heard;
	gpointer user_data;
} TfTokenPeer;

/* In the place of *peer, which may be NULL, or one that has ended. */
gboolean tf_token_peer_start(const TfBatch *batch, const TfTokenPeer *wanted, TfPeer **peer, GError **error);
