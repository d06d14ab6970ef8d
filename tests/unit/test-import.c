/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "import-world.h"
#include "key/certificate.h"

static TfClaim flag(TfImportWorld *world, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	g_autoptr(GError) error = NULL;
	TfClaim value = TF_CLAIM_UNKNOWN;

	(void)tf_object_read_boolean(world->token->session, object, type, &value, &error);
	g_assert_no_error(error);

	return value;
}

/* Signs by the token, and verifies with the certificate. */
static void expect_signature(TfImportWorld *world)
{
	TfSession *session = world->token->session;
	CK_FUNCTION_LIST *functions = tf_session_functions(session);
	gboolean is_rsa = EVP_PKEY_is_a(world->member->key, "RSA");
	CK_MECHANISM mechanism = { is_rsa ? CKM_SHA256_RSA_PKCS : CKM_ECDSA, NULL, 0 };
	guint8 message[32] = "signed by the token, not by us.";
	guint8 signature[1024];
	CK_ULONG length = sizeof signature;

	g_assert_cmpuint(functions->C_SignInit(tf_session_handle(session), &mechanism,
				 tf_import_world_only(world, CKO_PRIVATE_KEY, world->key_id)),
		==, CKR_OK);
	g_assert_cmpuint(
		functions->C_Sign(tf_session_handle(session), message, sizeof message, signature, &length),
		==, CKR_OK);
	g_assert_cmpuint(length, >, 0);
	if (is_rsa) {
		g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

		g_assert_cmpint(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
					X509_get0_pubkey(world->member->certificate)),
			==, 1);
		g_assert_cmpint(EVP_DigestVerify(context, signature, length, message, sizeof message), ==, 1);
	}
}

static void complete(TfOpenToken *token, const gchar *key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(token, key_type);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;
	CK_OBJECT_HANDLE key = 0;

	(void)tf_import_world_write(world, FALSE, &dropped, &error);
	g_assert_no_error(error);
	tf_open_token_again(world->token);

	tf_import_world_expect_complete(world);
	key = tf_import_world_only(world, CKO_PRIVATE_KEY, world->key_id);
	g_assert_cmpint(flag(world, key, CKA_EXTRACTABLE), ==, TF_CLAIM_FALSE);
	g_assert_cmpint(flag(world, key, CKA_SENSITIVE), ==, TF_CLAIM_TRUE);
	g_assert_cmpint(flag(world, key, CKA_SIGN), ==, TF_CLAIM_TRUE);
	g_assert_cmpint(flag(world, key, CKA_DECRYPT), ==, TF_CLAIM_FALSE);
	g_assert_cmpint(flag(world, key, CKA_UNWRAP), ==, TF_CLAIM_FALSE);
	expect_signature(world);
	for (guint i = 0; i < dropped->len; i++)
		g_test_message("dropped %s", (const gchar *)g_ptr_array_index(dropped, i));
}

static void soft_rsa(void)
{
	complete(tf_open_soft_token(), "rsa2048");
}

static void soft_p256(void)
{
	complete(tf_open_soft_token(), "ec256");
}

static void soft_p384(void)
{
	complete(tf_open_soft_token(), "ec384");
}

static void nss_rsa(void)
{
	complete(tf_open_nss_token(), "rsa2048");
}

static void nss_ec(void)
{
	complete(tf_open_nss_token(), "ec256");
}

static void second_time(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GPtrArray) untouched = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_import_world_write(world, FALSE, &dropped, NULL));
	g_assert_false(tf_import_world_write(world, FALSE, &untouched, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_KEY_EXISTS);
	g_assert_null(untouched);
	tf_import_world_expect_complete(world);
}

static void able(gconstpointer key_type)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), key_type);
	g_autoptr(GError) error = NULL;

	(void)tf_import_check(world->token->session, world->keypair, &error);

	g_assert_no_error(error);
}

static void unable(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(
		tf_open_mock_token("fail=C_GetMechanismInfo:1:CKR_MECHANISM_INVALID\n"), "ec256");
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_import_check(world->token->session, world->keypair, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_UNSUPPORTED);
	g_assert_nonnull(strstr(error->message, "CKM_ECDSA"));
}

/* What another program sees without login: the certificate under the CKA_ID of the key. */
static void seen_by_others(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "rsa2048");
	g_autofree gchar *id = tf_hex(g_bytes_get_data(world->key_id, NULL), g_bytes_get_size(world->key_id));
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(directory, "certificate.der", NULL);
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GBytes) der = NULL;
	g_autoptr(X509) found = NULL;

	g_assert_true(tf_import_world_write(world, FALSE, &dropped, NULL));
	tf_open_token_close(world->token);
	tf_fixture_run(directory, "pkcs11-tool", "--module", TF_SOFT_MODULE, "--token-label", TF_SOFT_LABEL,
		"--read-object", "--type", "cert", "--id", id, "--output-file", path, NULL);
	der = tf_file_load(path, 65536, NULL);
	found = tf_certificate_parse(der, path, NULL);

	g_assert_cmpint(X509_cmp(found, world->member->certificate), ==, 0);
	tf_fixture_remove(directory);
}

/* SoftHSM gives handles in the order of creation. */
static void certificate_first(void)
{
	g_autoptr(TfImportWorld) world = tf_import_world_new(tf_open_soft_token(), "ec256");
	const TfImportOptions options = {
		.key_id = world->key_id, .certificate_first = TRUE, .makes_public_key = TRUE
	};
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	(void)tf_import(world->token->session, world->keypair, &options, &dropped, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_import_world_count(world, CKO_PUBLIC_KEY, NULL), ==, 0);
	g_assert_cmpuint(tf_import_world_only(world, CKO_CERTIFICATE, world->key_id), <,
		tf_import_world_only(world, CKO_PRIVATE_KEY, world->key_id));
	expect_signature(world);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/import/writes an RSA key to SoftHSM", soft_rsa);
	g_test_add_func("/import/writes a P-256 key to SoftHSM", soft_p256);
	g_test_add_func("/import/writes a P-384 key to SoftHSM", soft_p384);
	g_test_add_func("/import/writes an RSA key to NSS", nss_rsa);
	g_test_add_func("/import/writes an EC key to NSS", nss_ec);
	g_test_add_func("/import/refuses a key that is there already", second_time);
	g_test_add_data_func("/import/sees that a token can take an RSA key", "rsa2048", able);
	g_test_add_data_func("/import/sees that a token can take an EC key", "ec384", able);
	g_test_add_func("/import/sees that a token cannot take the key", unable);
	g_test_add_func("/import/lets other programs find the certificate", seen_by_others);
	g_test_add_func("/import/the token's family says what is written first, and what not at all",
		certificate_first);

	return g_test_run();
}
