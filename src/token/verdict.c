/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "verdict.h"

#include "ckr.h"

#define READ	TF_ATTEMPT_READ
#define SET	TF_ATTEMPT_SET
#define COPY	TF_ATTEMPT_COPY
#define WRAP	(TF_ATTEMPT_WRAP | TF_ATTEMPT_WRAP_LIMITED)
#define LIMITED TF_ATTEMPT_WRAP_LIMITED

typedef struct CodeRow {
	CK_RV rv;
	guint kinds; /* TfAttemptKind */
} CodeRow;

/* "This key does not leave" (PKCS #11 2.40, 5.1.6, and the notes of each function). */
static const CodeRow refusals[] = {
	{ CKR_ATTRIBUTE_SENSITIVE, READ | SET | COPY | WRAP },
	{ CKR_KEY_UNEXTRACTABLE, READ | SET | COPY | WRAP },
	{ CKR_ACTION_PROHIBITED, READ | SET | COPY | WRAP },
	{ CKR_ATTRIBUTE_READ_ONLY, SET | COPY },
	{ CKR_KEY_NOT_WRAPPABLE, WRAP },
};

static const CodeRow absences[] = {
	{ CKR_FUNCTION_NOT_SUPPORTED, READ | SET | COPY | WRAP },
	{ CKR_ATTRIBUTE_TYPE_INVALID, READ },
	{ CKR_MECHANISM_INVALID, WRAP },
	/* The key under audit is longer than the mechanism can carry. */
	{ CKR_KEY_SIZE_RANGE, LIMITED },
	{ CKR_DATA_LEN_RANGE, LIMITED },
	/* The mechanism takes secret keys only (RSA: 2.40 mechanisms, 2.1.6 and 2.1.8), or none of this kind.
	 */
	{ CKR_KEY_TYPE_INCONSISTENT, LIMITED },
	{ CKR_WRAPPING_KEY_TYPE_INCONSISTENT, LIMITED },
};

/*
 * Answers for the control key that say neither yes nor no. CKA_EXTRACTABLE=TRUE is what it has already, and a
 * token may well answer that it is read-only; a limited mechanism may not carry any private key.
 */
static const CodeRow silences[] = {
	{ CKR_FUNCTION_NOT_SUPPORTED, READ | SET | COPY | WRAP },
	{ CKR_ATTRIBUTE_TYPE_INVALID, READ },
	{ CKR_MECHANISM_INVALID, WRAP },
	{ CKR_ATTRIBUTE_READ_ONLY, SET },
	{ CKR_KEY_NOT_WRAPPABLE, LIMITED },
	{ CKR_KEY_SIZE_RANGE, LIMITED },
	{ CKR_DATA_LEN_RANGE, LIMITED },
	{ CKR_KEY_TYPE_INCONSISTENT, LIMITED },
	{ CKR_WRAPPING_KEY_TYPE_INCONSISTENT, LIMITED },
};

static gboolean is_among(const CodeRow *rows, gsize n_rows, TfAttemptKind kind, CK_RV rv)
{
	for (gsize i = 0; i < n_rows; i++) {
		if (rows[i].rv == rv && (rows[i].kinds & kind) != 0)
			return TRUE;
	}

	return FALSE;
}

gboolean tf_verdict_is_absence(TfAttemptKind kind, CK_RV rv)
{
	return is_among(absences, G_N_ELEMENTS(absences), kind, rv);
}

static TfControl judge_control(TfAttemptKind kind, const TfTry *control)
{
	if (!control->was_made || is_among(silences, G_N_ELEMENTS(silences), kind, control->rv))
		return TF_CONTROL_NONE;

	return control->rv == CKR_OK && control->key_came_out ? TF_CONTROL_PASSED : TF_CONTROL_FAILED;
}

static TfAttemptOutcome judge(TfAttemptKind kind, const TfTry *target, TfControl control)
{
	if (target->rv == CKR_OK)
		return target->key_came_out ? TF_ATTEMPT_LEAKED : TF_ATTEMPT_INCONCLUSIVE;
	/* A refusal that the extractable key meets too is no refusal of this key; and what the token does for
	 * the control key, it does offer. */
	if (is_among(refusals, G_N_ELEMENTS(refusals), kind, target->rv))
		return control == TF_CONTROL_FAILED ? TF_ATTEMPT_INCONCLUSIVE : TF_ATTEMPT_REFUSED;
	if (tf_verdict_is_absence(kind, target->rv) && control == TF_CONTROL_NONE)
		return TF_ATTEMPT_NOT_OFFERED;

	return TF_ATTEMPT_INCONCLUSIVE;
}

void tf_verdict(TfEvidence *evidence, const gchar *name, TfAttemptKind kind, const TfTry *target,
	const TfTry *control)
{
	TfControl state = judge_control(kind, control);

	tf_evidence_add_attempt(evidence, name, judge(kind, target, state), tf_ckr_name(target->rv), state);
}
