/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A batch's '--replace NUMBER --reason TEXT'. */
#pragma once

#include "ledger/job.h"

/* The member waits for another token. One that was replaced for this reason before does not, which is said,
 * with what became of it: as a sentence or as an object of JSON. TF_ERROR_MEMBER_UNKNOWN,
 * TF_ERROR_MEMBER_WITHOUT_TOKEN. */
gboolean tf_batch_replace(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean is_json, GError **error);
