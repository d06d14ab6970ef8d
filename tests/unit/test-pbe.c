/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "pkcs12-parts.h"

static GBytes *file_of_cipher(EVP_PKEY *key, X509_ALGOR *algorithm)
{
	g_assert_nonnull(algorithm);

	return tf_part_file(tf_part_bag(2, tf_part_locked_key(key, algorithm, "1234")), NULL);
}

static void assert_opens(GBytes *file, const gchar *cipher, gboolean is_weak)
{
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, "1234");
	const TfPkcs12Protection *protection = tf_pkcs12_protection(pkcs12);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 1);
	g_assert_cmpuint(protection->ciphers->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(protection->ciphers, 0), ==, cipher);
	g_assert_cmpint(protection->has_weak_cipher, ==, is_weak);
	g_assert_cmpint(tf_part_failure(file, "4321"), ==, TF_ERROR_PIN_CODE_WRONG);
}

static void test_pbes2(void)
{
	const gchar *const ciphers[] = { "AES-128-CBC", "AES-192-CBC", "AES-256-CBC", "DES-EDE3-CBC" };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
		g_autofree gchar *name = g_strconcat("PBES2 ", ciphers[i], NULL);
		g_autoptr(GBytes) file = file_of_cipher(
			key, PKCS5_pbe2_set_iv(EVP_get_cipherbyname(ciphers[i]), 100, NULL, 0, NULL, -1));

		assert_opens(file, name, FALSE);
	}
}

static void test_pseudorandom_functions(void)
{
	const int functions[] = { NID_hmacWithSHA1, NID_hmacWithSHA256, NID_hmacWithSHA512 };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
		g_autoptr(GBytes) file = file_of_cipher(
			key, PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 100, NULL, 0, NULL, functions[i]));

		assert_opens(file, "PBES2 AES-256-CBC", FALSE);
	}
}

static void test_scrypt(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file =
		file_of_cipher(key, PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, 1024, 8, 1));

	assert_opens(file, "PBES2 scrypt AES-256-CBC", FALSE);
}

static void test_scrypt_memory(void)
{
	/* 1 GiB, in fewer rounds than the limit; libcrypto would not even write such a file, so N is patched
	 * in. */
	static const guint8 small[] = { 0x02, 0x02, 0x04, 0x00, 0x02, 0x01, 0x08 };
	static const guint8 large[] = { 0x02, 0x02, 0x7F, 0xFF, 0x02, 0x01, 0x7F };
	g_autoptr(GBytes) file = tf_part_file(
		tf_part_bag(2, tf_part_locked_nonsense(
				       PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, 1024, 8, 1))),
		NULL);
	gsize length = g_bytes_get_size(file);
	guint8 *copy = g_memdup2(g_bytes_get_data(file, NULL), length);
	guint8 *found = memmem(copy, length, small, sizeof small);
	g_autoptr(GBytes) patched = NULL;

	g_assert_nonnull(found);
	memcpy(found, large, sizeof large);
	patched = g_bytes_new_take(copy, length);

	g_assert_cmpint(tf_part_failure(patched, "1234"), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

static void test_old_ciphers(void)
{
	const struct {
		int nid;
		const gchar *name;
		gboolean is_weak;
	} rows[] = {
		{ NID_pbe_WithSHA1And3_Key_TripleDES_CBC, "3DES-CBC", FALSE },
		{ NID_pbe_WithSHA1And2_Key_TripleDES_CBC, "3DES-2KEY-CBC", FALSE },
		{ NID_pbe_WithSHA1And128BitRC2_CBC, "RC2-128-CBC", FALSE },
		{ NID_pbe_WithSHA1And40BitRC2_CBC, "RC2-40-CBC", TRUE },
		{ NID_pbe_WithSHA1And128BitRC4, "RC4-128", FALSE },
		{ NID_pbe_WithSHA1And40BitRC4, "RC4-40", TRUE },
		{ NID_pbeWithMD5AndDES_CBC, "PBES1 DES-CBC", TRUE },
		{ NID_pbeWithSHA1AndRC2_CBC, "PBES1 RC2-CBC", FALSE },
	};
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) file = file_of_cipher(key, PKCS5_pbe_set(rows[i].nid, 100, NULL, 0));

		assert_opens(file, rows[i].name, rows[i].is_weak);
	}
}

static void test_unknown_cipher(void)
{
	g_autoptr(GBytes) file = tf_part_file(
		tf_part_bag(2, tf_part_locked_nonsense(
				       PKCS5_pbe2_set_iv(EVP_aes_256_cfb(), 100, NULL, 0, NULL, -1))),
		NULL);

	g_assert_cmpint(tf_part_failure(file, "1234"), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

static void assert_too_costly(X509_ALGOR *algorithm)
{
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(2, tf_part_locked_nonsense(algorithm)), NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);

	g_assert_null(pkcs12);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_TOO_COSTLY);
}

static void test_costly_ciphers(void)
{
	assert_too_costly(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), G_MAXINT, NULL, 0, NULL, -1));
	assert_too_costly(PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC, G_MAXINT, NULL, 0));
	assert_too_costly(
		PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), TF_PKCS12_ITERATION_LIMIT + 1, NULL, 0, NULL, -1));
}

static void test_costly_sum(void)
{
	const int iterations = (int)(TF_PKCS12_ITERATION_LIMIT / 2 + 1);
	g_autoptr(GBytes) file = tf_part_file(
		tf_part_bag(2, tf_part_locked_nonsense(
				       PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, NULL, 0, NULL, -1))),
		tf_part_bag(2, tf_part_locked_nonsense(
				       PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, NULL, 0, NULL, -1))),
		NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);

	g_assert_null(pkcs12);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_TOO_COSTLY);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pbe/PBES2 opens with every cipher in use", test_pbes2);
	g_test_add_func(
		"/pbe/PBKDF2 opens with every pseudorandom function in use", test_pseudorandom_functions);
	g_test_add_func("/pbe/scrypt opens", test_scrypt);
	g_test_add_func("/pbe/scrypt that asks for too much memory is refused", test_scrypt_memory);
	g_test_add_func("/pbe/the old ciphers open", test_old_ciphers);
	g_test_add_func("/pbe/an unknown cipher is told from a wrong PIN code", test_unknown_cipher);
	g_test_add_func("/pbe/costly ciphers are refused before anything is derived", test_costly_ciphers);
	g_test_add_func("/pbe/many costly parts are refused together", test_costly_sum);

	return g_test_run();
}
