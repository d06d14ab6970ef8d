/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-case.h"
#include "signer.h"

/* libp11 brings the module up by itself: ours is put down first. */
static TfSigner *sign_on(TfAuditCase *audited, GBytes *key_id, const gchar *serial, const gchar **ret_failure)
{
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	g_autoptr(TfModuleFacts) module = tf_module_facts_copy(tf_module_facts(audited->token->module));
	g_autoptr(TfTokenFacts) token = tf_token_facts_copy(audited->token->status->facts);
	g_autoptr(TfSigner) signer = NULL;

	g_clear_pointer(&audited->token->session, tf_session_free);
	g_clear_pointer(&audited->token->module, tf_module_free);
	if (serial != NULL) {
		g_free(token->serial);
		token->serial = g_strdup(serial);
	}

	signer = tf_signer_new(module, audited->token->arguments, ret_failure);
	g_assert_nonnull(signer);

	return tf_signer_take(signer, token, key_id, pin, ret_failure) ? g_steal_pointer(&signer) : NULL;
}

static void test_signs(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };
	g_autoptr(GBytes) message = g_bytes_new_static("message", 7);

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), types[i]);
		const gchar *failure = NULL;
		g_autoptr(TfSigner) signer = sign_on(audited, audited->key_id, NULL, &failure);
		g_autoptr(GBytes) signature = NULL;
		g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

		g_assert_nonnull(signer);
		signature = tf_signer_sign(signer, message);

		g_assert_nonnull(signature);
		g_assert_cmpint(
			EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, audited->member->key), ==, 1);
		g_assert_cmpint(EVP_DigestVerify(context, g_bytes_get_data(signature, NULL),
					g_bytes_get_size(signature), (const guint8 *)"message", 7),
			==, 1);
	}
}

static void test_another_token(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	const gchar *failure = NULL;
	g_autoptr(TfSigner) signer = sign_on(audited, audited->key_id, "0123456789abcdef", &failure);

	g_assert_null(signer);
	g_assert_cmpstr(failure, ==, "PKCS11_enumerate_slots");
}

static void test_no_key(void)
{
	g_autoptr(TfAuditCase) audited = tf_audit_case_new(tf_open_soft_token(), "ec256");
	g_autoptr(GBytes) id = g_bytes_new_static("nobody", 6);
	const gchar *failure = NULL;
	g_autoptr(TfSigner) signer = sign_on(audited, id, NULL, &failure);

	g_assert_null(signer);
	g_assert_cmpstr(failure, ==, "PKCS11_get_private_key");
}

int main(int argc, char **argv)
{
	tf_audit_case_setup(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/signer/signs as a client does", test_signs);
	g_test_add_func("/signer/takes no other token", test_another_token);
	g_test_add_func("/signer/says that the key is not there", test_no_key);

	return g_test_run();
}
