/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"
#include "private-key.h"

typedef PKCS8_PRIV_KEY_INFO Info;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Info, PKCS8_PRIV_KEY_INFO_free)

static const gchar *const numbers[] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
	OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
	OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };

static void test_every_number_of_an_rsa_key_is_read(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(Info) info = EVP_PKEY2PKCS8(key);
	g_autoptr(EVP_PKEY) read = tf_private_key_read(info);

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autoptr(BIGNUM) expected = NULL;
		g_autoptr(BIGNUM) number = NULL;

		g_assert_cmpint(EVP_PKEY_get_bn_param(key, numbers[i], &expected), ==, 1);
		g_assert_cmpint(EVP_PKEY_get_bn_param(read, numbers[i], &number), ==, 1);
		g_assert_cmpint(BN_cmp(number, expected), ==, 0);
	}
}

static void test_other_kinds_of_key_are_read_too(void)
{
	EVP_PKEY *const keys[] = { tf_fixture_key("ec256"), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(EVP_PKEY) key = keys[i];
		g_autoptr(Info) info = EVP_PKEY2PKCS8(key);
		g_autoptr(EVP_PKEY) read = tf_private_key_read(info);

		g_assert_nonnull(read);
		g_assert_cmpint(EVP_PKEY_eq(read, key), ==, 1);
	}
}

/* A version of its own, and more numbers than the usual ones: left to libcrypto. */
static void test_a_key_of_three_primes_is_read_with_its_third(void)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(Info) info = NULL;
	g_autoptr(EVP_PKEY) read = NULL;
	g_autoptr(BIGNUM) third = NULL;

	g_assert_cmpint(EVP_PKEY_keygen_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_keygen_primes(context, 3), ==, 1);
	g_assert_cmpint(EVP_PKEY_generate(context, &key), ==, 1);
	info = tf_private_key_write(key);

	read = tf_private_key_read(info);

	g_assert_nonnull(read);
	g_assert_cmpint(EVP_PKEY_get_bn_param(read, OSSL_PKEY_PARAM_RSA_FACTOR3, &third), ==, 1);
}

static void test_keys_are_written_as_libcrypto_writes_them(void)
{
	const gchar *const types[] = { "rsa1024", "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(Info) expected = EVP_PKEY2PKCS8(key);
		g_autoptr(Info) written = tf_private_key_write(key);
		guint8 *expected_der = NULL;
		guint8 *der = NULL;
		int length = i2d_PKCS8_PRIV_KEY_INFO(written, &der);

		g_assert_cmpint(length, ==, i2d_PKCS8_PRIV_KEY_INFO(expected, &expected_der));
		g_assert_cmpint(memcmp(der, expected_der, (gsize)length), ==, 0);
		OPENSSL_free(expected_der);
		OPENSSL_free(der);
	}
}

static void test_what_is_cut_off_is_no_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(Info) whole = EVP_PKEY2PKCS8(key);
	g_autoptr(Info) info = PKCS8_PRIV_KEY_INFO_new();
	const guint8 *der = NULL;
	guint8 *part = NULL;
	int length = 0;

	g_assert_cmpint(PKCS8_pkey_get0(NULL, &der, &length, NULL, whole), ==, 1);
	part = OPENSSL_memdup(der, (gsize)length - 1);
	g_assert_cmpint(
		PKCS8_pkey_set0(info, OBJ_nid2obj(NID_rsaEncryption), 0, V_ASN1_NULL, NULL, part, length - 1),
		==, 1);

	g_assert_null(tf_private_key_read(info));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/private-key/every number of an RSA key is read", test_every_number_of_an_rsa_key_is_read);
	g_test_add_func("/private-key/other kinds of key are read too", test_other_kinds_of_key_are_read_too);
	g_test_add_func("/private-key/a key of three primes is read with its third",
		test_a_key_of_three_primes_is_read_with_its_third);
	g_test_add_func("/private-key/keys are written as libcrypto writes them",
		test_keys_are_written_as_libcrypto_writes_them);
	g_test_add_func("/private-key/what is cut off is no key", test_what_is_cut_off_is_no_key);

	return g_test_run();
}
