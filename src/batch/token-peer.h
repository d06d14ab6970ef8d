/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children that work with tokens: workers and auditors, which load the module, confined to one store of
 * SoftHSM or to one card reader, and the formatter of a reader. */
#pragma once

#include "batch-private.h"
#include "peer-private.h"
#include "token/opensc.h"

typedef struct TfTokenPeer {
	const TfRole *role;
	const gchar *configuration; /* of SoftHSM, for the child's environment; NULL with a reader */
	const gchar *directory;	    /* that it may write below */
	const gchar *reader;	    /* PC/SC's name; NULL: no card */
	const TfOpensc *opensc;	    /* limits OpenSC to that reader; NULL without one */
	guint deadline_ms;	    /* for each answer, unless the plan says another */
	TfPeerBecame became;
	TfPeerHeard heard;
	gpointer user_data;
} TfTokenPeer;

TfPeer *tf_token_peer_new(const TfBatch *batch, const TfTokenPeer *wanted) G_GNUC_WARN_UNUSED_RESULT;
