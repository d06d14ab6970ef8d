/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"
#include "key/spki.h"

static void expect_as_libcrypto_writes_it(EVP_PKEY *key)
{
	g_autoptr(GBytes) written = tf_spki_of_key(key);
	guint8 *der = NULL;
	int length = i2d_PUBKEY(key, &der);
	g_autoptr(GBytes) expected = g_bytes_new(der, (gsize)length);

	OPENSSL_free(der);
	g_assert_nonnull(written);
	g_assert_true(g_bytes_equal(written, expected));
}

static void test_every_kind_of_key_is_written_as_libcrypto_writes_it(void)
{
	const gchar *const types[] = { "rsa1024", "rsa2048", "ec256", "ec384" };
	g_autoptr(EVP_PKEY) other = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);

		expect_as_libcrypto_writes_it(key);
	}
	expect_as_libcrypto_writes_it(other);
}

static void test_curves_of_other_orders_are_written_as_libcrypto_writes_them(void)
{
	const gchar *const curves[] = { "P-521", "secp160r1", "secp224k1", "sect233k1", "sect409k1" };

	for (gsize i = 0; i < G_N_ELEMENTS(curves); i++) {
		g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[i]);

		g_assert_nonnull(key);
		expect_as_libcrypto_writes_it(key);
	}
}

static void test_a_compressed_point_is_the_same_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) plain = tf_spki_of_key(key);
	g_autoptr(GBytes) compressed = NULL;

	g_assert_cmpint(EVP_PKEY_set_utf8_string_param(key, "point-format", "compressed"), ==, 1);
	compressed = tf_spki_of_key(key);

	g_assert_true(g_bytes_equal(compressed, plain));
}

static void test_a_curve_that_is_spelt_out_is_not_named(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");

	g_assert_cmpint(EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit"), ==, 1);

	expect_as_libcrypto_writes_it(key);
}

static void test_every_kind_of_key_is_read_as_it_was_written(void)
{
	const gchar *const types[] = { "rsa1024", "rsa2048", "ec256", "ec384" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(GBytes) information = tf_spki_of_key(key);
		g_autoptr(EVP_PKEY) read = tf_spki_read(information);

		g_assert_nonnull(read);
		g_assert_cmpint(EVP_PKEY_eq(read, key), ==, 1);
	}
}

static void test_what_is_cut_or_goes_on_is_no_key(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(GBytes) information = tf_spki_of_key(key);
		gsize length = g_bytes_get_size(information);
		g_autofree guint8 *longer = g_malloc0(length + 1);
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(information, 0, length - 1);
		g_autoptr(GBytes) going_on = NULL;
		g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);

		memcpy(longer, g_bytes_get_data(information, NULL), length);
		going_on = g_bytes_new_take(g_steal_pointer(&longer), length + 1);

		g_assert_null(tf_spki_read(cut));
		g_assert_null(tf_spki_read(going_on));
		g_assert_null(tf_spki_read(nothing));
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spki/every kind of key is written as libcrypto writes it",
		test_every_kind_of_key_is_written_as_libcrypto_writes_it);
	g_test_add_func("/spki/curves whose order is of another length are written as libcrypto writes them",
		test_curves_of_other_orders_are_written_as_libcrypto_writes_them);
	g_test_add_func("/spki/a compressed point is the same key", test_a_compressed_point_is_the_same_key);
	g_test_add_func(
		"/spki/a curve that is spelt out is not named", test_a_curve_that_is_spelt_out_is_not_named);
	g_test_add_func("/spki/every kind of key is read as it was written",
		test_every_kind_of_key_is_read_as_it_was_written);
	g_test_add_func("/spki/what is cut or goes on is no key", test_what_is_cut_or_goes_on_is_no_key);

	return g_test_run();
}
