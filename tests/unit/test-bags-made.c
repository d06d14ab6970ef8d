/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that none of the programs that people use writes. */
#include <glib.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "pkcs12-parts.h"

#define CODE "1234567"

static void test_repeated_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file =
		tf_part_file(tf_part_bag(1, tf_part_key(key)), tf_part_bag(1, tf_part_key(key)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 1);
	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_nested(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) hidden = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(key)),
		tf_part_bag(6,
			tf_part_der(0x30,
				tf_part_bag(6, tf_part_der(0x31, tf_part_bag(1, tf_part_key(hidden)), NULL)),
				NULL)),
		NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 2);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_nested_too_deeply(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	GBytes *bag = tf_part_bag(1, tf_part_key(key));
	g_autoptr(GBytes) file = NULL;

	for (guint i = 0; i < 200; i++)
		bag = tf_part_bag(6, tf_part_der(0x30, bag, NULL));
	file = tf_part_file(bag, NULL);

	g_assert_cmpint(tf_part_failure(file, NULL), ==, TF_ERROR_SOURCE_DAMAGED);
}

static void test_too_many(void)
{
	GBytes *bags = tf_part_bag(5, tf_part_secret());
	g_autoptr(GBytes) file = NULL;

	for (guint i = 0; i < 9; i++) {
		const guint8 *data = g_bytes_get_data(bags, NULL);
		gsize length = g_bytes_get_size(bags);
		GByteArray *twice = g_byte_array_new();

		g_byte_array_append(twice, data, (guint)length);
		g_byte_array_append(twice, data, (guint)length);
		g_bytes_unref(bags);
		bags = g_byte_array_free_to_bytes(twice);
	}
	file = tf_part_file(bags, NULL);

	g_assert_cmpint(tf_part_failure(file, NULL), ==, TF_ERROR_SOURCE_DAMAGED);
}

static void test_other_secrets(void)
{
	/* A secret bag, and a type that nobody knows. */
	const guint types[] = { 5, 99 };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(GBytes) file = tf_part_file(
			tf_part_bag(1, tf_part_key(key)), tf_part_bag(types[i], tf_part_secret()), NULL);
		g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

		g_assert_cmpuint(tf_pkcs12_contents(pkcs12)->n_secrets, ==, 1);
		g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
	}
}

static void assert_more_than_one_secret(GBytes *taken, const gchar *password)
{
	g_autoptr(GBytes) file = taken;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, password);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 1);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_hidden_keys(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(GBytes) hidden = tf_part_key(other);
	g_autoptr(GBytes) behind = tf_part_key_with_more(key, hidden, NULL, NULL);
	g_autoptr(GBytes) attribute = tf_part_key_with_more(key, NULL, "1.3.6.1.4.1.5923.1.9", hidden);
	GBytes *const infos[] = { behind, attribute };

	for (gsize i = 0; i < G_N_ELEMENTS(infos); i++) {
		assert_more_than_one_secret(tf_part_file(tf_part_bag(1, g_bytes_ref(infos[i])), NULL), NULL);
		assert_more_than_one_secret(
			tf_part_with_mac(tf_part_file(tf_part_bag(2, tf_part_locked(infos[i], CODE)), NULL),
				CODE, "SHA256", 10),
			CODE);
	}
}

static GBytes *data(GBytes *content, GBytes *behind)
{
	return tf_part_der(0x30, tf_part_oid("1.2.840.113549.1.7.1"),
		tf_part_der(0xA0, tf_part_der(0x04, content, behind, NULL), NULL), NULL);
}

/* A file of one key, with these octets behind its bags and behind its safes (NULL: none). */
static GBytes *file_with(EVP_PKEY *key, GBytes *behind_bags, GBytes *behind_safes)
{
	GBytes *bags = tf_part_der(0x30, tf_part_bag(1, tf_part_key(key)), NULL);
	GBytes *safes = tf_part_der(0x30, data(bags, behind_bags), NULL);

	return tf_part_der(0x30, tf_part_der(0x02, g_bytes_new_static("\003", 1), NULL),
		data(safes, behind_safes), NULL);
}

static void write_pem(const gchar *directory, EVP_PKEY *key)
{
	g_autofree gchar *path = g_build_filename(directory, "key.pem", NULL);
	g_autoptr(GBytes) pem = tf_fixture_key_pem(key);

	tf_fixture_write(path, pem);
}

/* "Local Key Set" has no value at all. */
static void test_windows_attributes(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = NULL;
	g_autoptr(TfPkcs12) pkcs12 = NULL;

	write_pem(directory, key);
	tf_fixture_run(directory, "openssl", "pkcs12", "-export", "-nocerts", "-inkey", "key.pem", "-passout",
		"pass:" CODE, "-name", "証明書", "-LMK", "-CSP",
		"Microsoft Enhanced RSA and AES Cryptographic Provider", "-keysig", "-out", "a.p12", NULL);
	file = tf_part_load(directory, "a.p12");
	pkcs12 = tf_part_opened(file, CODE);

	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
	tf_fixture_remove(directory);
}

static void test_tails(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(GBytes) padded =
		file_with(key, g_bytes_new_static("\0\0\0\0", 4), g_bytes_new_static("\0\0\0\0", 4));
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(padded, NULL);

	assert_more_than_one_secret(file_with(key, tf_part_key(other), NULL), NULL);
	assert_more_than_one_secret(file_with(key, NULL, tf_part_key(other)), NULL);
	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_second_password(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = tf_part_with_mac(
		tf_part_file(
			tf_part_bag(2,
				tf_part_locked_key(key,
					PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 10, NULL, 0, NULL, -1), CODE)),
			tf_part_bag(2, tf_part_locked_key(other,
					       PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 10, NULL, 0, NULL, -1),
					       "other")),
			NULL),
		CODE, "SHA256", 10);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, CODE);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 1);
	g_assert_cmpuint(tf_pkcs12_contents(pkcs12)->n_secrets, ==, 1);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_only_second_password(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = tf_part_with_mac(
		tf_part_file(
			tf_part_bag(2, tf_part_locked_key(key,
					       PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 10, NULL, 0, NULL, -1),
					       "other")),
			NULL),
		CODE, "SHA256", 10);

	g_assert_cmpint(tf_part_failure(file, CODE), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bags-made/a key that is there twice counts once", test_repeated_key);
	g_test_add_func("/bags-made/a key in a nested safe is found", test_nested);
	g_test_add_func("/bags-made/endless nesting is refused", test_nested_too_deeply);
	g_test_add_func("/bags-made/too many bags are refused", test_too_many);
	g_test_add_func("/bags-made/what is not known counts as a secret", test_other_secrets);
	g_test_add_func("/bags-made/a key hidden in another one's form counts as a secret", test_hidden_keys);
	g_test_add_func("/bags-made/what Windows writes beside a key is no secret", test_windows_attributes);
	g_test_add_func("/bags-made/what stands behind bags and safes counts as a secret", test_tails);
	g_test_add_func("/bags-made/a key under another password counts as a secret", test_second_password);
	g_test_add_func("/bags-made/a file of two passwords is told from a wrong PIN code",
		test_only_second_password);

	return g_test_run();
}
