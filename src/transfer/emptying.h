/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The key removed from the browser's store that it came from, once it is proven on the token; looked for
 * again after softokn was finalised and loaded anew. What is established is that the store does not show it
 * any more: the ledger and the report call that W1 with G. SQLite's journal, deleted and not overwritten,
 * held the encrypted key meanwhile, a SQLite without SECURE_DELETE leaves it in free pages, and backups hold
 * what they held.
 */
#pragma once

#include "destination.h"
#include "record/outcome.h"

/* TF_ERROR_WIPE_REFUSED, and nothing recorded, when the store cannot be written. */
gboolean tf_emptying_run(TfRun *run, const TfDestination *destination, const TfSource *source,
	TfOutcome *outcome, GError **error);

/*
 * What a run that died had begun, by the proof of its row. While the private key is still there nothing is
 * removed by that proof: *ret_is_whole is TRUE then, and nothing is recorded.
 */
gboolean tf_emptying_finish(TfRun *run, const TfLedgerRow *row, X509 *certificate, const TfProof *proof,
	TfOutcome *outcome, gboolean *ret_is_whole, GError **error);
