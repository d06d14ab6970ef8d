/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The supplements that searches with --wipe wrote, to be shown once more. Errors as in ledger.h. A ledger
 * opened to read that an earlier version wrote has none.
 */
#pragma once

#include "ledger/ledger.h"

typedef struct TfSupplement {
	gint64 id;
	gint64 created; /* seconds since the epoch */
} TfSupplement;

/* Remembers the outcome; one that is too long for the ledger is not remembered, and no error. */
gboolean tf_ledger_add_supplement(TfLedger *ledger, const TfOutcome *outcome, GError **error);

/* TfSupplement, newest first; NULL is an error. */
GPtrArray *tf_ledger_supplements(TfLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* That one, or the newest for 0. *ret_outcome NULL: there is none. */
gboolean tf_ledger_supplement(TfLedger *ledger, gint64 id, TfOutcome **ret_outcome, GError **error);
