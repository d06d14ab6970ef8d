/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Attempts to get the key out of the card itself, below PKCS#11. opensc-pkcs11 answers
 * CKR_ATTRIBUTE_SENSITIVE by constant, without asking the card: only the card's own answer says anything
 * about the card.
 */
#pragma once

#include "profile/token-profile.h"
#include "subject-private.h"

/*
 * The subject's session is logged in, and the card with it. 'reader': where the token lies. Each attempt
 * becomes a TfAttempt of the evidence whose code is the status word ("SW 6A86"). The key's file is known by
 * the public part that the card tells of it; where it tells none, every key file is tried, and the worst
 * answer counts. TF_ERROR_TOKEN_REMOVED, also when another card lies in the reader; TF_ERROR_TOKEN_FAILED.
 */
gboolean tf_card_attempts(const TfSubject *subject, const gchar *reader, TfTokenProbe probe, GError **error);
