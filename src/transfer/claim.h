/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evidence that is only claimed, and whether the person accepts it. */
#pragma once

#include "record/outcome.h"
#include "transfer/dialogue.h"

/* Claimed evidence destroys nothing unless the person types the token's serial, which the outcome then names
 * as an exception; --yes does not suffice. */
gboolean tf_claim_accept(const TfEvidence *evidence, const TfTokenFacts *token, const TfDialogue *dialogue,
	TfOutcome *outcome, gboolean *ret_is_accepted, GError **error);
