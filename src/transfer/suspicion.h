/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was once seen to speak for others knowing a key, by whatever run or search of this ledger: it does not
 * become untrue when the copy is moved or wiped. */
#pragma once

#include "ledger/ledger.h"

/* Of 1 << TfExposure, by the outcomes of this key's runs and by the supplements of its certificate. What
 * cannot be read says nothing. 'ledger' NULL: nothing is known. */
gboolean tf_suspicion_find(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], guint *ret_exposures, GError **error);

/* The reports of this key's finished runs say it from now on, too. */
gboolean tf_suspicion_spread(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], guint exposures, GError **error);
