/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What comes of the attempts, on real tokens and on lying ones. */
#include <string.h>

#include "audit-case.h"
#include "object.h"

static void test_rsa_refused(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
	g_assert_true(evidence->certificate_is_public);
	g_assert_cmpuint(evidence->copies, ==, 0);
	tf_audit_case_assert_attempt(evidence, "read CKA_PRIVATE_EXPONENT", TF_ATTEMPT_REFUSED,
		"CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_PASSED);
	tf_audit_case_assert_attempt(evidence, "copy as extractable", TF_ATTEMPT_REFUSED,
		"CKR_ACTION_PROHIBITED", TF_CONTROL_PASSED);
	tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
	tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
	tf_audit_case_assert_attempt(evidence, "wrap with CKM_DES3_CBC", TF_ATTEMPT_NOT_OFFERED,
		"CKR_MECHANISM_INVALID", TF_CONTROL_NONE);
	g_assert_cmpstr(evidence->challenge, ==, "signed");
}

static void test_ec_refused(void)
{
	const gchar *const types[] = { "ec256", "ec384" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), types[i]);
		g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

		g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
		tf_audit_case_assert_attempt(evidence, "read CKA_VALUE", TF_ATTEMPT_REFUSED,
			"CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_PASSED);
		tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
			"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
		g_assert_cmpstr(evidence->challenge, ==, "signed");
	}
}

static void test_leaves_nothing(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = NULL;

	g_assert_cmpuint(evidence->attempts->len, >, 0);
	tf_open_token_again(audited->token);
	objects = tf_objects_find(audited->token->session, NULL, 0, &error);

	g_assert_no_error(error);
	/* Private key, public key, certificate, intermediate. */
	g_assert_cmpuint(objects->len, ==, 4);
}

static void test_nss_refuted(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_nss_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refuted");
	tf_audit_case_assert_attempt(
		evidence, "copy as extractable", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
	tf_audit_case_assert_attempt(
		evidence, "wrap with CKM_AES_CBC_PAD", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
	g_assert_cmpstr(evidence->challenge, ==, "signed");
}

static void assert_leak(const gchar *key_type, const gchar *script, const gchar *name)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock(key_type, script);
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refuted");
	g_assert_cmpstr(tf_evidence_leak(evidence), ==, name);
}

static void test_leaked_component(void)
{
	assert_leak("rsa2048", "leak-exponent", "read CKA_PRIVATE_EXPONENT");
	assert_leak("ec256", "leak-exponent", "read CKA_VALUE");
}

static void test_leaked_by_wrapping(void)
{
	assert_leak("ec256", "wrap-succeeds", "wrap with CKM_AES_KEY_WRAP");
}

static void test_leaked_copy(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "copy-extractable");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_evidence_leak(evidence), ==, "copy as extractable");
	tf_audit_case_assert_attempt(
		evidence, "read CKA_VALUE of a copy", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
}

static void test_settable(void)
{
	assert_leak("ec256", "settable-extractable", "set CKA_EXTRACTABLE");
}

static void test_claims_extractable(void)
{
	assert_leak("ec256", "extractable-after", "CKA_EXTRACTABLE");
}

static void test_unclear_code(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_mock("ec256", "fail-from=C_CopyObject:1:CKR_GENERAL_ERROR");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
	tf_audit_case_assert_attempt(evidence, "copy as extractable", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_GENERAL_ERROR", TF_CONTROL_FAILED);
}

/* Who refuses everybody refuses nobody in particular. */
static void test_refusal_of_the_control_too(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_mock("ec256", "fail-from=C_WrapKey:1:CKR_KEY_UNEXTRACTABLE");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
	tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_FAILED);
}

static void test_without_controls(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_mock("ec256", "fail-from=C_CreateObject:1:CKR_FUNCTION_NOT_SUPPORTED\n"
					    "fail-from=C_GenerateKey:1:CKR_FUNCTION_NOT_SUPPORTED");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
	tf_audit_case_assert_attempt(
		evidence, "read CKA_VALUE", TF_ATTEMPT_REFUSED, "CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_NONE);
	tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_NOT_OFFERED,
		"CKR_FUNCTION_NOT_SUPPORTED", TF_CONTROL_NONE);
}

/* RSA wraps secret keys only (PKCS#11 mechanisms, 2.1.6), so that nothing stays open. */
static void test_without_an_rsa_wrapping_key(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfEvidence) evidence = NULL;

	audited->lacks_session_keys = TRUE;
	evidence = tf_audit_case_evidence(audited);

	tf_audit_case_assert_attempt(evidence, "wrap with CKM_RSA_PKCS", TF_ATTEMPT_NOT_OFFERED,
		"CKR_WRAPPING_KEY_HANDLE_INVALID", TF_CONTROL_NONE);
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
}

static void test_generated_wrapping_keys(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_mock("ec256", "fail-from=C_CreateObject:1:CKR_TEMPLATE_INCONSISTENT");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	tf_audit_case_assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_NONE);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/attempts/SoftHSM refuses to let an RSA key out", test_rsa_refused);
	g_test_add_func("/attempts/SoftHSM refuses to let an EC key out", test_ec_refused);
	g_test_add_func("/attempts/leaves nothing behind on the token", test_leaves_nothing);
	g_test_add_func("/attempts/NSS softokn lets the key out and is refuted", test_nss_refuted);
	g_test_add_func("/attempts/a readable component is a leak", test_leaked_component);
	g_test_add_func("/attempts/a wrapped key is a leak", test_leaked_by_wrapping);
	g_test_add_func("/attempts/an extractable copy is a leak", test_leaked_copy);
	g_test_add_func("/attempts/a settable CKA_EXTRACTABLE is a leak", test_settable);
	g_test_add_func(
		"/attempts/a token that calls the key extractable is believed", test_claims_extractable);
	g_test_add_func("/attempts/an unclear code proves nothing", test_unclear_code);
	g_test_add_func(
		"/attempts/a refusal of the control key too proves nothing", test_refusal_of_the_control_too);
	g_test_add_func("/attempts/refusals count where no control key can be made", test_without_controls);
	g_test_add_func("/attempts/an RSA wrap without a wrapping key is listed as not possible",
		test_without_an_rsa_wrapping_key);
	g_test_add_func("/attempts/wrapping keys are generated where values are refused",
		test_generated_wrapping_keys);

	return g_test_run();
}
