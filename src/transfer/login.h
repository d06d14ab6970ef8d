/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIN of one token: asked for once, remembered when it fails (law 8), used again in the same run when it
 * succeeded. */
#pragma once

#include "ledger/ledger.h"
#include "token/session.h"
#include "transfer/dialogue.h"

/* Where failed PINs are remembered. */
typedef struct TfPinMemory {
	TfLedger *ledger; /* NULL: there is none yet, and nothing has failed before */
	const gchar *url; /* where one is made for the first PIN that fails; NULL: nowhere */
} TfPinMemory;

/*
 * Logs in, after the card said how many tries are left, which 'status' then tells. *ret_pin: the PIN that
 * succeeded, NULL for the protected path. TF_ERROR_PIN_FAILED_BEFORE when it failed on this token in an
 * earlier run and nobody insists.
 */
gboolean tf_login(TfSession *session, TfTokenStatus *status, gboolean is_spare, const TfPinMemory *memory,
	const TfDialogue *dialogue, TfSecret **ret_pin, GError **error);

/* Before it is sent: the same secret of that kind must not have failed on this token before, unless the
 * person insists. 'pin' NULL: typed on the reader, which nobody remembers. TF_ERROR_PIN_FAILED_BEFORE,
 * TF_ERROR_UNBLOCK_FAILED_BEFORE. */
gboolean tf_login_refuse_known(const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin,
	const TfPinMemory *memory, const TfDialogue *dialogue, GError **error);

/* After it was wrong. 'error' holds what the person must see; a note that cannot be taken is added to it. */
void tf_login_note_failure(const TfPinMemory *memory, const TfTokenFacts *token, TfPinKind kind,
	const TfSecret *pin, GError **error);
