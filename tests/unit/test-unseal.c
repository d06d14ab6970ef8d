/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/unseal.h"

#include <string.h>

#include "audit-case.h"
#include "base/error.h"
#include "key/envelope.h"

#define WORDS "tokenferry-pins 1\n"

/* libp11 brings the module up by itself: ours is put down first. */
static TfSecret *unseal_on(
	TfAuditCase *audited, X509 *sealed_to, GBytes *key_id, guint seconds, GError **error)
{
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(TfModuleFacts) module = tf_module_facts_copy(tf_module_facts(audited->token->module));
	g_autoptr(TfTokenFacts) token = tf_token_facts_copy(audited->token->status->facts);
	g_autoptr(TfSecret) words = tf_secret_new_copy(WORDS, strlen(WORDS));
	g_autoptr(GBytes) envelope = tf_envelope_seal(words, sealed_to, NULL);
	const TfUnsealing unsealing = { .module = module,
		.arguments = audited->token->arguments,
		.token = token,
		.key_id = key_id,
		.recipient = sealed_to,
		.seconds = seconds };

	g_assert_nonnull(envelope);
	g_clear_pointer(&audited->token->session, tf_session_free);
	g_clear_pointer(&audited->token->module, tf_module_free);

	return tf_token_unseal(&unsealing, pin, envelope, "1.p7m", error);
}

/* SoftHSM's own OAEP knows SHA-1 only; ours is SHA-256, taken off here. */
static void test_kinds(void)
{
	static const struct {
		const gchar *type, *usage;
	} rows[] = { { "rsa2048", "keyEncipherment" }, { "ec256", "digitalSignature,keyAgreement" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfAuditCase) audited =
			tf_audit_case_for_usage(tf_open_soft_token(), rows[i].type, rows[i].usage);
		g_autoptr(GError) error = NULL;
		g_autoptr(TfSecret) words =
			unseal_on(audited, audited->member->certificate, audited->key_id, 0, &error);

		g_assert_no_error(error);
		g_assert_cmpmem(tf_secret_peek(words), (int)tf_secret_length(words), WORDS, strlen(WORDS));
	}
}

static void test_another_key(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_for_usage(tf_open_soft_token(), "rsa2048", "keyEncipherment");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("rsa2048");
	g_autoptr(X509) certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = other, .name = "Federation" });
	g_autoptr(GError) error = NULL;

	g_assert_null(unseal_on(audited, certificate, audited->key_id, 0, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_ENVELOPE_UNREADABLE);
}

static void test_no_key(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_for_usage(tf_open_soft_token(), "rsa2048", "keyEncipherment");
	g_autoptr(GBytes) id = g_bytes_new_static("nobody", 6);
	g_autoptr(GError) error = NULL;

	g_assert_null(unseal_on(audited, audited->member->certificate, id, 0, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, "PKCS11_get_private_key");
}

/* libp11 waits for ever for a session that is not opened. */
static void test_stuck(void)
{
	g_autoptr(TfAuditCase) audited =
		tf_audit_case_mock("rsa2048", "fail=C_OpenSession:1:CKR_DEVICE_ERROR\n");
	g_autoptr(GError) error = NULL;

	g_assert_null(unseal_on(audited, audited->member->certificate, audited->key_id, 1, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_FAILED);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, "it did not answer in time");
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/unseal/RSA and EC keys on a token open what was sealed to them", test_kinds);
	g_test_add_func("/unseal/another key on the token opens nothing", test_another_key);
	g_test_add_func("/unseal/a key that is not there is said", test_no_key);
	g_test_add_func("/unseal/a module that does not answer is left after the deadline", test_stuck);

	return g_test_run();
}
