/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN of one token: asked for once, remembered when it fails (law 8), used again in the same run when it
 * succeeded. */
#pragma once

#include "ledger/ledger.h"
#include "token/session.h"
#include "transfer/dialogue.h"

/*
 * Logs in. 'ledger' may be NULL: failed PINs are then not remembered. *ret_pin: the PIN that succeeded, NULL
 * for the protected path. TF_ERROR_PIN_FAILED_BEFORE when it failed on this token in an earlier run and
 * nobody insists.
 */
gboolean tf_login(TfSession *session, const TfTokenStatus *status, gboolean is_spare, TfLedger *ledger,
	const TfDialogue *dialogue, TfSecret **ret_pin, GError **error);
