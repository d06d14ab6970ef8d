/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finishing what an earlier run began, when the source cannot be opened any more because that run was wiping
 * it. */
#pragma once

#include "destination.h"
#include "record/outcome.h"

/*
 * *ret_outcome: the outcome of a run for the plan's source that only had its end to finish; NULL, with TRUE,
 * when there is none and the journey starts at its beginning (an unfinished import or proof is found again by
 * its token).
 */
gboolean tf_resumption_run(TfRun *run, TfOutcome **ret_outcome, GError **error);
