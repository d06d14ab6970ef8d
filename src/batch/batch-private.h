/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the loop share. One thread, one GMainLoop; everything that waits is a source of it. */
#pragma once

#include "batch/batch.h"
#include "batch/check-row.h"
#include "disk/mounts.h"
#include "key/certificates.h"
#include "store-private.h"
#include "task.h"

typedef struct TfAhead TfAhead;	    /* ahead.h */
typedef struct TfDesk TfDesk;	    /* desk.h */
typedef struct TfInquiry TfInquiry; /* inquiry.h */

typedef struct TfBatch {
	const TfBatchPlan *plan;
	TfLedger *ledger;
	const TfBatchListener *listener;
	GMainLoop *loop;
	TfStore *store; /* SoftHSM's; NULL for cards */
	TfCertificates *authorities;
	TfMounts *mounts;
	TfAhead *ahead;		    /* members whose files are being opened */
	GPtrArray *lanes;	    /* TfLane; none for cards */
	TfDesk *desk;		    /* card readers; NULL for SoftHSM */
	TfInquiry *inquiry;	    /* to the operator; NULL for SoftHSM */
	gconstpointer so_pin_trial; /* lane that tries the SO PIN of cards first; NULL: none does */
	gboolean so_pin_fits;	    /* it was right once */
	gboolean so_pin_is_wrong;   /* and is not sent again (law 8) */
	TfRowChecks *checks;
	int letters;   /* directory; -1: none */
	int escrows;   /* the same for the sealed PINs */
	guint pumping; /* sources; 0: none */
	guint interrupt;
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

/* The same, or nothing can be begun any more. */
gboolean tf_batch_is_ending(TfBatch *batch);

void tf_batch_tell(const TfBatch *batch, const TfBatchNews *news);

/* The task came to its end, with or without a token: recorded, told, freed. 'keeps_pins': a token may have
 * been written with them. */
void tf_batch_fail(TfBatch *batch, const gchar *lane, TfTask *task, gboolean keeps_pins);

/* The job waits again, for its very token when it was begun with one. 'task' is freed. */
void tf_batch_give_back(TfBatch *batch, TfTask *task);

/* Somebody has no token yet and is not known to have failed. */
gboolean tf_batch_has_work(TfBatch *batch);
