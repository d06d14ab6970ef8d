/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the loop share. One thread, one GMainLoop; everything that waits is a source of it. */
#pragma once

#include "batch/batch.h"
#include "batch/check-row.h"
#include "key/certificates.h"
#include "store-private.h"
#include "task.h"

typedef struct TfAhead TfAhead; /* ahead.h */

typedef struct TfBatch {
	const TfBatchPlan *plan;
	TfLedger *ledger;
	const TfBatchListener *listener;
	GMainLoop *loop;
	TfStore *store; /* SoftHSM's; NULL for cards */
	TfCertificates *authorities;
	TfAhead *ahead;	  /* members whose files are being opened */
	GPtrArray *lanes; /* TfLane */
	TfRowChecks *checks;
	int letters;   /* directory; -1: none */
	int escrows;   /* the same for the sealed PINs */
	guint pumping; /* source; 0: none */
	TfBatchResult result;
	GError *problem; /* the run cannot go on */
	GError *ending;	 /* nothing more is begun because of it; what was begun comes to its end */
} TfBatch;

/* Takes 'problem' over; the loop ends. */
void tf_batch_stop(TfBatch *batch, GError *problem);

/* Nothing more is begun because of 'problem', and who waits goes back to the ledger. */
void tf_batch_end(TfBatch *batch, const GError *problem);

/* A lane is broken; the last one ends the run. */
void tf_batch_lane_broke(TfBatch *batch, const gchar *lane, const GError *problem);

/* Something became ready or free: every lane looks whether it can go on. */
void tf_batch_pump(TfBatch *batch);

/* Somebody wants the run to end: no token is begun any more. */
gboolean tf_batch_is_interrupted(TfBatch *batch);

void tf_batch_tell(const TfBatch *batch, const TfBatchNews *news);

/* The task came to its end, with or without a token: recorded, told, freed. 'keeps_pins': a token may have
 * been written with them. */
void tf_batch_fail(TfBatch *batch, const gchar *lane, TfTask *task, gboolean keeps_pins);
