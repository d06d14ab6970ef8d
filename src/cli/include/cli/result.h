/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a journey that came to its end says: the report, and an exit status. */
#pragma once

#include <jansson.h>

#include "cli/options.h"
#include "record/outcome.h"

/*
 * 0 when it is done, or what stays was asked to stay by --keep-source or lies on removable media;
 * TF_EXIT_KEPT when the file stays on the PC though it might have been wiped; TF_EXIT_WIPE_REFUSED when
 * wiping it failed; TF_EXIT_EVIDENCE_CLAIMED, TF_EXIT_EVIDENCE_REFUTED.
 */
int tf_result_exit_status(const TfOutcome *outcome, gboolean keeps_source);

/*
 * Prints the report (or, with --json, the result) and writes it to the report directory. 'more' (owned, or
 * NULL) is what the result of --json has besides.
 */
gboolean tf_result_tell(TfOutcome *outcome, json_t *more, const TfOptions *options, GError **error);
