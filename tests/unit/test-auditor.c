/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "audit-case.h"
#include "module-private.h"
#include "session-private.h"

/* Every signature that came back is a proof on its own. */
static void assert_proven(TfAuditCase *audited, const TfEvidence *evidence)
{
	const TfTokenFacts *token = audited->token->status->facts;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(evidence->challenge, ==, "signed");
	g_assert_cmpstr(evidence->unanswered, ==, NULL);
	g_assert_cmpuint(evidence->responses->len, ==, 2);
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		(void)tf_proof_check(tf_challenge_statement(audited->challenge), response->bytes,
			audited->member->certificate, token->manufacturer, token->model, token->serial,
			&error);
		g_assert_no_error(error);
	}
	proof = tf_proof_new(audited->challenge,
		((const TfResponse *)g_ptr_array_index(evidence->responses, 1))->bytes,
		audited->member->certificate, &error);
	g_assert_no_error(error);
	g_assert_nonnull(proof);
}

static void test_answers_twice(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), types[i]);
		g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

		assert_proven(audited, evidence);
		g_assert_true(evidence->certificate_is_public);
		g_assert_cmpuint(evidence->copies, ==, 0);
	}
}

static void test_wrong_signature(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(TfAuditCase) audited = tf_audit_case_mock(types[i], "wrong-signature");
		g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);
		g_autoptr(GError) error = NULL;
		const TfResponse *response = g_ptr_array_index(evidence->responses, 0);
		g_autoptr(TfProof) proof = tf_proof_new(
			audited->challenge, response->bytes, audited->member->certificate, &error);

		g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
		g_assert_null(proof);
	}
}

static void test_does_not_sign(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "fail-from=C_Sign:1:CKR_DEVICE_ERROR");
	g_autoptr(TfEvidence) evidence = tf_audit_case_evidence(audited);

	g_assert_cmpstr(evidence->challenge, ==, "none");
	g_assert_cmpstr(
		evidence->unanswered, ==, "Cryptoki: C_Sign: CKR_DEVICE_ERROR; libp11: EVP_DigestSign");
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
}

static void test_decrypts(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_for_usage(tf_open_soft_token(), "rsa2048", "critical,keyEncipherment");
	g_autoptr(GBytes) answer = NULL;
	g_autoptr(TfEvidence) evidence = NULL;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(GError) error = NULL;

	audited->ciphertext = tf_challenge_encrypt(audited->challenge, audited->member->certificate, &error);
	g_assert_no_error(error);
	evidence = tf_audit_case_run(audited, TF_AUDIT_HONEST, &answer, &error);
	g_assert_no_error(error);

	proof = tf_proof_new_decrypted(audited->challenge, answer, audited->member->certificate, &error);

	g_assert_no_error(error);
	g_assert_nonnull(proof);
	g_assert_cmpstr(evidence->challenge, ==, "decrypted");
}

static void test_copies(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	CK_FUNCTION_LIST *functions = tf_module_functions(audited->token->module);
	CK_OBJECT_HANDLE copy = 0;
	g_autoptr(TfEvidence) evidence = NULL;

	g_assert_cmpuint(tf_soft_create_key(functions, tf_session_handle(audited->token->session),
				 audited->member->key, audited->key_id, &copy),
		==, CKR_OK);

	evidence = tf_audit_case_evidence(audited);

	g_assert_cmpuint(evidence->copies, ==, 1);
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
}

static void test_key_missing(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");

	g_bytes_unref(audited->key_id);
	audited->key_id = g_bytes_new_static("nobody", 6);

	tf_audit_case_assert_fails(audited, TF_ERROR_TOKEN_KEY_MISSING);
}

static void test_removed(void)
{
	const gchar *const scripts[] = { "disappear-nth=40", "fail=C_CopyObject:1:CKR_DEVICE_REMOVED",
		"fail=C_WrapKey:3:CKR_DEVICE_REMOVED", "wrong-token-serial-nth=2",
		"wrong-token-serial-nth=1" };
	const TfErrorCode codes[] = { TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_REMOVED,
		TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_MISSING };

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", scripts[i]);

		tf_audit_case_assert_fails(audited, codes[i]);
	}
}

static void test_pin_guard(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "final-try");
	g_autofree gchar *log = NULL;
	g_autofree gchar *path = g_build_filename(audited->token->soft->directory, "mock.log", NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
	tf_audit_case_assert_fails(audited, TF_ERROR_PIN_LAST_TRY);

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	g_assert_null(strstr(log, "C_Login"));
}

static void test_wrong_pin(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_mock("ec256", "fail=C_Login:1:CKR_PIN_INCORRECT");

	tf_audit_case_assert_fails(audited, TF_ERROR_PIN_WRONG);
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/auditor/Cryptoki and libp11 answer the challenge", test_answers_twice);
	g_test_add_func("/auditor/a wrong signature makes no proof", test_wrong_signature);
	g_test_add_func(
		"/auditor/a token that does not sign leaves the challenge unanswered", test_does_not_sign);
	g_test_add_func("/auditor/a decryption answers the challenge", test_decrypts);
	g_test_add_func("/auditor/further keys of the same ID are counted", test_copies);
	g_test_add_func("/auditor/a missing key is said", test_key_missing);
	g_test_add_func("/auditor/a token that goes in the middle is said", test_removed);
	g_test_add_func("/auditor/the last try of a PIN is not used", test_pin_guard);
	g_test_add_func("/auditor/a wrong PIN comes back as such", test_wrong_pin);

	return g_test_run();
}
