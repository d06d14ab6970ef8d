/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrapping-pair.h"

#include <openssl/rsa.h>
#include <string.h>

#include "base/secret.h"

static gsize crypt_with(EVP_PKEY *key, gboolean encrypts, const guint8 *in, gsize in_length, guint8 *out)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	gsize length = TF_WRAPPING_PAIR_BYTES;
	int status = 0;

	g_assert_cmpint(encrypts ? EVP_PKEY_encrypt_init(context) : EVP_PKEY_decrypt_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING), ==, 1);
	status = encrypts ? EVP_PKEY_encrypt(context, out, &length, in, in_length)
			  : EVP_PKEY_decrypt(context, out, &length, in, in_length);
	g_assert_cmpint(status, ==, 1);

	return length;
}

static void test_opens(void)
{
	static const guint8 secret[] = "an AES key of thirty-two bytes..";
	guint8 wrapped[TF_WRAPPING_PAIR_BYTES];
	guint8 plain[TF_WRAPPING_PAIR_BYTES];

	for (guint i = 0; i < 8; i++) {
		g_autoptr(EVP_PKEY) pair = tf_wrapping_pair_new();
		gsize length = 0;

		g_assert_nonnull(pair);
		length = crypt_with(pair, TRUE, secret, sizeof secret, wrapped);
		length = crypt_with(pair, FALSE, wrapped, length, plain);

		g_assert_cmpuint(length, ==, sizeof secret);
		g_assert_cmpint(memcmp(plain, secret, sizeof secret), ==, 0);
	}
}

static void test_full_length(void)
{
	for (guint i = 0; i < 16; i++) {
		g_autoptr(EVP_PKEY) pair = tf_wrapping_pair_new();

		g_assert_nonnull(pair);
		g_assert_cmpint(EVP_PKEY_get_bits(pair), ==, (int)TF_WRAPPING_PAIR_BYTES * 8);
	}
}

static void test_fresh(void)
{
	g_autoptr(EVP_PKEY) one = tf_wrapping_pair_new();
	g_autoptr(EVP_PKEY) other = tf_wrapping_pair_new();

	g_assert_cmpint(EVP_PKEY_eq(one, other), ==, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wrapping-pair/the private half opens what the public half encrypted", test_opens);
	g_test_add_func("/wrapping-pair/the modulus has its full length", test_full_length);
	g_test_add_func("/wrapping-pair/no two are the same", test_fresh);

	return g_test_run();
}
