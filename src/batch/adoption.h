/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens that a dead run published and did not prove: audited where they lie. */
#pragma once

#include "batch-private.h"

/* What the ledger knows of a token, as a task; its proof too, when the stored one holds. It has a problem,
 * which is no other member's, when its PINs cannot be opened: they were sealed to another key. Takes 'job'
 * over. */
TfTask *tf_adoption_task(TfBatch *batch, TfJob *job, const TfLedgerRow *row) G_GNUC_WARN_UNUSED_RESULT;

/* The token stands where its member will get it, as far as can be told without a card: it was proven, or it
 * was published in the store. */
gboolean tf_adoption_is_published(const TfBatch *batch, const TfLedgerRow *row);

/* Audits, proves, wipes and provisions. The tasks of 'group' are taken out of it. */
gboolean tf_adoption_run(TfBatch *batch, GPtrArray *group, GError **error);
