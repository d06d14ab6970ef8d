/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the attempts that a report lists can be what they are called. Nothing of them is signed: what is
 * said here is only that they agree with themselves. */
#include "evidence-sense-private.h"

#include <string.h>

/* As token/verdict judges them; a code of the card itself is its status word. */
static const gchar *const refusals[] = { "CKR_ATTRIBUTE_SENSITIVE", "CKR_KEY_UNEXTRACTABLE",
	"CKR_ACTION_PROHIBITED", "CKR_ATTRIBUTE_READ_ONLY", "CKR_KEY_NOT_WRAPPABLE", NULL };
static const gchar *const absences[] = { "CKR_FUNCTION_NOT_SUPPORTED", "CKR_ATTRIBUTE_TYPE_INVALID",
	"CKR_MECHANISM_INVALID", "CKR_KEY_SIZE_RANGE", "CKR_DATA_LEN_RANGE", "CKR_KEY_TYPE_INCONSISTENT",
	"CKR_WRAPPING_KEY_TYPE_INCONSISTENT", "CKR_WRAPPING_KEY_HANDLE_INVALID", NULL };

#define STATUS_WORD    "SW "
#define STATUS_WORD_OK "SW 9000"

static gboolean is_possible(const TfAttempt *attempt)
{
	gboolean is_of_card = g_str_has_prefix(attempt->code, STATUS_WORD);

	switch (attempt->outcome) {
	case TF_ATTEMPT_REFUSED:
		return is_of_card ? strcmp(attempt->code, STATUS_WORD_OK) != 0
				  : g_strv_contains(refusals, attempt->code);
	case TF_ATTEMPT_NOT_OFFERED:
		return is_of_card ? strcmp(attempt->code, STATUS_WORD_OK) != 0
				  : g_strv_contains(absences, attempt->code);
	case TF_ATTEMPT_INCONCLUSIVE:
	case TF_ATTEMPT_LEAKED:
	case TF_N_ATTEMPT_OUTCOMES:
		break;
	}

	return TRUE;
}

const TfAttempt *tf_evidence_contradiction(const TfEvidence *evidence)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		if (!is_possible(attempt))
			return attempt;
	}

	return NULL;
}

gboolean tf_evidence_is_whole(const TfEvidence *evidence)
{
	static const gchar *const kinds[] = { "read ", "set ", "copy ", "wrap" };
	guint found = 0;

	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
			if (g_str_has_prefix(attempt->name, kinds[kind]))
				found |= 1u << kind;
		}
	}

	return found == (1u << G_N_ELEMENTS(kinds)) - 1;
}
