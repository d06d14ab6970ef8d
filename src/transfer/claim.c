/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "claim.h"

#include <string.h>

gboolean tf_claim_accept(const TfEvidence *evidence, const TfTokenFacts *token, const TfDialogue *dialogue,
	TfOutcome *outcome, gboolean *ret_is_accepted, GError **error)
{
	g_autofree gchar *typed = NULL;

	*ret_is_accepted = tf_evidence_grade(evidence) == TF_GRADE_REFUSED;
	if (*ret_is_accepted)
		return TRUE;
	if (!dialogue->typed_serial(dialogue->data, token, &typed, error))
		return FALSE;
	if (typed != NULL && strcmp(typed, token->serial) == 0) {
		tf_outcome_add_exception(outcome, TF_EXCEPTION_CLAIMED);
		*ret_is_accepted = TRUE;
	}

	return TRUE;
}
