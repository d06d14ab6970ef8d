/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "verdict.h"

static const TfAttempt *verdict(
	TfEvidence *evidence, TfAttemptKind kind, const TfTry *target, const TfTry *control)
{
	tf_verdict(evidence, "attempt", kind, target, control);

	return g_ptr_array_index(evidence->attempts, evidence->attempts->len - 1);
}

static void test_codes(void)
{
	static const struct {
		TfAttemptKind kind;
		CK_RV rv;
		TfAttemptOutcome outcome;
	} rows[] = {
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_SENSITIVE, TF_ATTEMPT_REFUSED },
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_TYPE_INVALID, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_READ_ONLY, TF_ATTEMPT_INCONCLUSIVE },
		{ TF_ATTEMPT_SET, CKR_ATTRIBUTE_READ_ONLY, TF_ATTEMPT_REFUSED },
		{ TF_ATTEMPT_SET, CKR_SESSION_READ_ONLY, TF_ATTEMPT_INCONCLUSIVE },
		{ TF_ATTEMPT_COPY, CKR_ACTION_PROHIBITED, TF_ATTEMPT_REFUSED },
		{ TF_ATTEMPT_COPY, CKR_FUNCTION_NOT_SUPPORTED, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_COPY, CKR_TEMPLATE_INCONSISTENT, TF_ATTEMPT_INCONCLUSIVE },
		{ TF_ATTEMPT_WRAP, CKR_KEY_UNEXTRACTABLE, TF_ATTEMPT_REFUSED },
		{ TF_ATTEMPT_WRAP, CKR_KEY_NOT_WRAPPABLE, TF_ATTEMPT_REFUSED },
		{ TF_ATTEMPT_WRAP, CKR_MECHANISM_INVALID, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_WRAP, CKR_KEY_SIZE_RANGE, TF_ATTEMPT_INCONCLUSIVE },
		{ TF_ATTEMPT_WRAP_LIMITED, CKR_KEY_SIZE_RANGE, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_WRAP, CKR_WRAPPING_KEY_TYPE_INCONSISTENT, TF_ATTEMPT_INCONCLUSIVE },
		{ TF_ATTEMPT_WRAP_LIMITED, CKR_WRAPPING_KEY_TYPE_INCONSISTENT, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_WRAP_LIMITED, CKR_KEY_TYPE_INCONSISTENT, TF_ATTEMPT_NOT_OFFERED },
		{ TF_ATTEMPT_WRAP, CKR_GENERAL_ERROR, TF_ATTEMPT_INCONCLUSIVE },
	};
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	const TfTry none = { .was_made = FALSE };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const TfTry target = { .was_made = TRUE, .rv = rows[i].rv };
		const TfAttempt *attempt = verdict(evidence, rows[i].kind, &target, &none);

		g_assert_cmpstr(tf_attempt_outcome_name(attempt->outcome), ==,
			tf_attempt_outcome_name(rows[i].outcome));
		g_assert_cmpint(attempt->control, ==, TF_CONTROL_NONE);
	}
}

static void test_controls(void)
{
	static const struct {
		TfAttemptKind kind;
		CK_RV rv;
		CK_RV control_rv;
		TfAttemptOutcome outcome;
		TfControl control;
	} rows[] = {
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_SENSITIVE, CKR_OK, TF_ATTEMPT_REFUSED, TF_CONTROL_PASSED },
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_SENSITIVE, TF_ATTEMPT_INCONCLUSIVE,
			TF_CONTROL_FAILED },
		{ TF_ATTEMPT_COPY, CKR_FUNCTION_NOT_SUPPORTED, CKR_FUNCTION_NOT_SUPPORTED,
			TF_ATTEMPT_NOT_OFFERED, TF_CONTROL_NONE },
		{ TF_ATTEMPT_READ, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_TYPE_INVALID,
			TF_ATTEMPT_NOT_OFFERED, TF_CONTROL_NONE },
		/* What it does for another key, it does offer. */
		{ TF_ATTEMPT_COPY, CKR_FUNCTION_NOT_SUPPORTED, CKR_OK, TF_ATTEMPT_INCONCLUSIVE,
			TF_CONTROL_PASSED },
		{ TF_ATTEMPT_SET, CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_READ_ONLY, TF_ATTEMPT_REFUSED,
			TF_CONTROL_NONE },
		{ TF_ATTEMPT_WRAP, CKR_KEY_UNEXTRACTABLE, CKR_KEY_NOT_WRAPPABLE, TF_ATTEMPT_INCONCLUSIVE,
			TF_CONTROL_FAILED },
		{ TF_ATTEMPT_WRAP_LIMITED, CKR_KEY_UNEXTRACTABLE, CKR_KEY_NOT_WRAPPABLE, TF_ATTEMPT_REFUSED,
			TF_CONTROL_NONE },
	};
	g_autoptr(TfEvidence) evidence = tf_evidence_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const TfTry target = { TRUE, rows[i].rv, FALSE };
		const TfTry control = { TRUE, rows[i].control_rv, rows[i].control_rv == CKR_OK };
		const TfAttempt *attempt = verdict(evidence, rows[i].kind, &target, &control);

		g_assert_cmpstr(tf_attempt_outcome_name(attempt->outcome), ==,
			tf_attempt_outcome_name(rows[i].outcome));
		g_assert_cmpint(attempt->control, ==, rows[i].control);
	}
}

static void test_success(void)
{
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	const TfTry none = { .was_made = FALSE };
	const TfTry key = { TRUE, CKR_OK, TRUE };
	const TfTry garbage = { TRUE, CKR_OK, FALSE };

	g_assert_cmpint(verdict(evidence, TF_ATTEMPT_READ, &key, &none)->outcome, ==, TF_ATTEMPT_LEAKED);
	g_assert_cmpint(
		verdict(evidence, TF_ATTEMPT_READ, &garbage, &none)->outcome, ==, TF_ATTEMPT_INCONCLUSIVE);
	/* A control that answers CKR_OK with anything else than the key shows that the token is no witness.
	 */
	g_assert_cmpint(verdict(evidence, TF_ATTEMPT_READ, &key, &garbage)->control, ==, TF_CONTROL_FAILED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/verdict/codes are judged by kind of attempt", test_codes);
	g_test_add_func("/verdict/a control gives a refusal its meaning", test_controls);
	g_test_add_func("/verdict/only the key itself is a leak", test_success);

	return g_test_run();
}
