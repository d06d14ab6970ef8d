/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the ledger remembers of PINs that failed on a token (law 8): a salted slow digest, never the PIN. */
#pragma once

#include "base/secret.h"
#include "ledger/ledger.h"

/* Whether this very PIN of that kind failed on this token, in whatever run. */
gboolean tf_pin_has_failed(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin,
	gboolean *ret_has_failed, GError **error);

/* It was sent, and wrong. */
gboolean tf_pin_note_failed(
	TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin, GError **error);
