/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The beginning of a search: which volumes there are, and the walk through what is named and them. */
#pragma once

#include "disk/walk.h"
#include "transfer/sweep.h"

/* *ret_volumes (TfVolume) is NULL unless everything is searched. NULL with the errors of tf_volumes_find()
 * and tf_walk_new(), or when the listener does not go on: then nothing is waited for. */
TfWalk *tf_sweep_begin(const TfSweepPlan *plan, const TfSweepListener *listener, GPtrArray **ret_volumes,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
