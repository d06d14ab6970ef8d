/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be said of the attempts in a report without the token. */
#pragma once

#include "record/evidence.h"

/* The first attempt whose code is none of what its outcome is called by (PKCS#11 codes as token/verdict has
 * them, status words of a card); NULL: there is none. Borrowed. */
const TfAttempt *tf_evidence_contradiction(const TfEvidence *evidence);

/* Each kind of attempt that every audit makes is there: reading, setting, copying, wrapping. */
gboolean tf_evidence_is_whole(const TfEvidence *evidence);
