/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One key on one token examined through Cryptoki: the challenge and every attempt. */
#pragma once

#include "audit-message.h"
#include "stock.h"
#include "token/session.h"

/*
 * The token of 'order' among 'tokens' (TfTokenStatus), in a session of its own. *ret_answer is the decrypted
 * challenge, NULL where a signature was asked for or nothing came. NULL with an error when the token is
 * missing, goes away, does not take the PIN or lacks the key.
 */
TfEvidence *tf_examine(TfModule *module, const GPtrArray *tokens, TfStock *stock, const TfAuditOrder *order,
	const TfSecret *pin, GBytes **ret_answer, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What became of the challenge by one way, "Cryptoki" or "libp11"; as a response "cryptoki" or "libp11". */
void tf_examination_answered(TfEvidence *evidence, const TfAuditOrder *order, const gchar *via,
	const gchar *mechanism, GBytes *bytes);
void tf_examination_unanswered(TfEvidence *evidence, const gchar *via, const gchar *failure);
