/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members who get no card in a batch with '--assign serial': neither the list nor an earlier run has one
 * for them. */
#pragma once

#include "ledger/job.h"

/* Each is named, as a line or as an object of JSON, and then how many they are. */
gboolean tf_batch_unassigned_tell(TfLedger *ledger, gboolean is_json, guint64 *ret_n, GError **error);
