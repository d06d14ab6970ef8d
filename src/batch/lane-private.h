/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files of a lane. */
#pragma once

#include "audits.h"
#include "lane.h"
#include "peer-private.h"

typedef enum TfDoing {
	TF_DOING_NOTHING,
	TF_DOING_FORMAT,
	TF_DOING_IMPORT,
	TF_DOING_CLOSE,
	TF_DOING_AUDIT,
	TF_DOING_WAIT_TO_WRITE, /* until the worker is ready */
	TF_DOING_WAIT_TO_AUDIT	/* until the auditor is */
} TfDoing;

struct TfLane {
	TfBatch *batch;
	gchar *name;
	TfStaging *staging;
	TfPeer *worker;
	TfPeer *auditor;
	TfDoing doing;
	GPtrArray *group; /* TfTask, in work */
	guint at;	  /* the one being written */
	TfAudits *audits;
	guint patience;	 /* source; 0: none */
	GError *problem; /* it is broken */
};

/* Out of the group with those that failed. */
void tf_lane_drop_failed(TfLane *lane);

/* Whoever has no token yet, when the run is interrupted or there is no worker any more, waits again. */
void tf_lane_give_back_rest(TfLane *lane);
