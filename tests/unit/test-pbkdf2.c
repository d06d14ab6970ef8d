/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/evp.h>
#include <string.h>

#include "pbkdf2-private.h"

#define LENGTH_LIMIT 64

static void assert_as_libcrypto(gsize password_length, gsize salt_length, guint64 rounds, gsize length)
{
	guint8 bytes[200];
	guint8 expected[LENGTH_LIMIT];
	g_autoptr(TfSecret) key = tf_secret_new(LENGTH_LIMIT);
	g_autoptr(TfSecret) password = NULL;

	for (gsize i = 0; i < sizeof bytes; i++)
		bytes[i] = (guint8)(i * 7 + 1);
	password = tf_secret_new_copy(bytes, password_length);
	g_assert_cmpint(PKCS5_PBKDF2_HMAC((const char *)bytes, (int)password_length, bytes + 3,
				(int)salt_length, (int)rounds, EVP_sha256(), (int)length, expected),
		==, 1);

	g_assert_true(tf_pbkdf2_sha256(password, bytes + 3, salt_length, rounds, key, length));

	g_assert_cmpuint(tf_secret_length(key), ==, length);
	g_assert_cmpint(memcmp(tf_secret_peek(key), expected, length), ==, 0);
}

static void test_every_length_of_password_and_salt(void)
{
	const gsize lengths[] = { 1, 8, 55, 56, 63, 64, 65, 119, 128, 150 };

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		for (gsize j = 0; j < G_N_ELEMENTS(lengths); j++)
			assert_as_libcrypto(lengths[i], lengths[j], 3, 32);
	}
}

static void test_rounds_and_lengths_of_keys(void)
{
	const guint64 rounds[] = { 1, 2, 1000 };
	const gsize lengths[] = { 16, 24, 31, 32, 33, 64 };

	for (gsize i = 0; i < G_N_ELEMENTS(rounds); i++) {
		for (gsize j = 0; j < G_N_ELEMENTS(lengths); j++)
			assert_as_libcrypto(8, 16, rounds[i], lengths[j]);
	}
}

/* RFC 7914, 11. */
static void test_published_example(void)
{
	static const guint8 expected[] = { 0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91,
		0xc2, 0x25, 0x44, 0xb6, 0x05 };
	g_autoptr(TfSecret) password = tf_secret_new_copy("passwd", 6);
	g_autoptr(TfSecret) key = tf_secret_new(LENGTH_LIMIT);

	g_assert_true(tf_pbkdf2_sha256(password, (const guint8 *)"salt", 4, 1, key, 64));

	g_assert_cmpint(memcmp(tf_secret_peek(key), expected, sizeof expected), ==, 0);
}

static void test_no_password_is_an_empty_one(void)
{
	g_autoptr(TfSecret) empty = tf_secret_new(1);
	g_autoptr(TfSecret) of_none = tf_secret_new(LENGTH_LIMIT);
	g_autoptr(TfSecret) of_empty = tf_secret_new(LENGTH_LIMIT);

	g_assert_true(tf_pbkdf2_sha256(NULL, (const guint8 *)"salt", 4, 2, of_none, 32));
	g_assert_true(tf_pbkdf2_sha256(empty, (const guint8 *)"salt", 4, 2, of_empty, 32));

	g_assert_true(tf_secret_equal(of_none, of_empty));
}

static void test_a_key_without_room_is_refused(void)
{
	g_autoptr(TfSecret) password = tf_secret_new_copy("passwd", 6);
	g_autoptr(TfSecret) key = tf_secret_new(16);

	g_assert_false(tf_pbkdf2_sha256(password, (const guint8 *)"salt", 4, 1, key, 17));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pbkdf2/it agrees with libcrypto on passwords and salts of every length",
		test_every_length_of_password_and_salt);
	g_test_add_func("/pbkdf2/it agrees with libcrypto on rounds and lengths of keys",
		test_rounds_and_lengths_of_keys);
	g_test_add_func("/pbkdf2/it gives the published example", test_published_example);
	g_test_add_func("/pbkdf2/no password is an empty one", test_no_password_is_an_empty_one);
	g_test_add_func("/pbkdf2/a key without room is refused", test_a_key_without_room_is_refused);

	return g_test_run();
}
