/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folder into which a run before this one put letters, when it was another one: what lies there for a
 * member whose token is not finished says other PINs than the letter of this run, or the same twice.
 */
#pragma once

#include "batch-private.h"

/*
 * After the letters of written tokens were drawn again here (tf_redraw_letters()): those of 'numbers' (gchar,
 * jobs that were begun) in the folder before are removed, and this folder is the one that the next run knows
 * of, by a link beside the ledger. A folder before that is not there now is told (TF_BATCH_WARNED).
 * TF_ERROR_BATCH_PLACE_FAILED.
 */
gboolean tf_former_letters_settle(TfBatch *batch, const GPtrArray *numbers, GError **error);
