/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sealed PINs of 'pin unblock --escrow': opened with the federation's key, used in the place of what
 * would be asked for. */
#pragma once

#include "cli/conversation.h"
#include "transfer/cards.h"

/* Whether --escrow is given, with all that belongs to it and nothing that excludes it. TF_ERROR_USAGE. */
gboolean tf_sealed_pins_are_wanted(const TfOptions *options, gboolean *ret_are_wanted, GError **error);

/* Opens them, asking for the PIN of the token with the federation's key, and says whose they are. The
 * conversation has them from then on. Errors of tf_unseal() and of reading the files;
 * TF_ERROR_ENVELOPE_UNREADABLE. */
gboolean tf_sealed_pins_open(
	TfConversation *conversation, const TfCards *cards, const gchar *ledger_path, GError **error);

/* The URI of the token they are for; NULL when they do not say. The caller frees. */
gchar *tf_sealed_pins_token(const TfConversation *conversation) G_GNUC_WARN_UNUSED_RESULT;

/* The PUK or SO PIN for the token of 'status': confirmed to be that token's by its serial, or else by whoever
 * is asked. TF_ERROR_ENVELOPE_UNREADABLE when it is another token's, or has no such secret;
 * TF_ERROR_DECLINED. */
gboolean tf_sealed_pins_give(TfConversation *conversation, const TfTokenStatus *status, TfPinKind kind,
	TfSecret **ret_secret, GError **error);
