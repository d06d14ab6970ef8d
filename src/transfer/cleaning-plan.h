/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a cleaning and its rehearsal have in common. */
#pragma once

#include "catch.h"
#include "disk/wipe.h"
#include "transfer/cleaning.h"
#include "transfer/keeping.h"

/* More as root, which this PC's owner is. */
TfWipeOptions tf_cleaning_wipe_options(const TfCleaningPlan *plan);

/* Where the plan searches, its named backup with them; borrowed from it, NULL at the end. */
GPtrArray *tf_cleaning_paths(const TfCleaningPlan *plan) G_GNUC_WARN_UNUSED_RESULT;

/* tf_sweep() over the plan's paths, and what it names besides; catches what is found. */
gboolean tf_cleaning_search(const TfCleaningPlan *plan, TfKnown *known, TfMounts *mounts, GPtrArray *catches,
	const TfSweepListener *listener, TfSweepResult *ret_search, GError **error);

/* FALSE when nothing keeps the file, whatever is answered. 'needed' is of tf_needed_find(); a file among them
 * is kept unless the plan names that very file. */
gboolean tf_cleaning_keeps(
	const TfCleaningPlan *plan, GHashTable *needed, const TfCatch *caught, TfKeeping *ret_keeping);
