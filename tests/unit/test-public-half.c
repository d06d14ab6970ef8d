/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/hex.h"
#include "base/secret.h"
#include "fixtures.h"
#include "public-half.h"

/* g_assert_cmpmem() counts in int. */
static void expect_bytes(gconstpointer bytes, gsize length, gconstpointer expected, gsize n)
{
	g_assert_cmpuint(length, ==, n);
	g_assert_true(memcmp(bytes, expected, n) == 0);
}

static void rsa(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);

	g_assert_cmpuint(half->type, ==, CKK_RSA);
	g_assert_cmpuint(g_bytes_get_size(half->modulus), ==, 256);
	expect_bytes(
		g_bytes_get_data(half->exponent, NULL), g_bytes_get_size(half->exponent), "\x01\x00\x01", 3);
}

static void ec(void)
{
	static const guint8 prime256v1[] = { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);

	g_assert_cmpuint(half->type, ==, CKK_EC);
	expect_bytes(g_bytes_get_data(half->parameters, NULL), g_bytes_get_size(half->parameters), prime256v1,
		sizeof prime256v1);
	g_assert_cmpuint(g_bytes_get_size(half->point), ==, 65);
	expect_bytes(g_bytes_get_data(half->wrapped_point, NULL), 3, "\x04\x41\x04", 3);
}

static void compressed(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec384");
	g_autoptr(TfPublicHalf) plain = tf_public_half_new(key);
	g_autoptr(TfPublicHalf) half = NULL;

	g_assert_cmpint(EVP_PKEY_set_utf8_string_param(key, "point-format", "compressed"), ==, 1);
	half = tf_public_half_new(key);

	g_assert_true(g_bytes_equal(half->wrapped_point, plain->wrapped_point));
}

static void other_kind(void)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	g_assert_null(tf_public_half_new(key));
}

/* SHA-1 of the modulus, as NSS does it. */
static void id(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);
	g_autoptr(GBytes) found = tf_public_half_id(half);
	g_autofree gchar *hex = tf_hex(g_bytes_get_data(found, NULL), g_bytes_get_size(found));
	g_autofree gchar *expected = g_compute_checksum_for_bytes(G_CHECKSUM_SHA1, half->modulus);

	g_assert_cmpstr(hex, ==, expected);
}

static void equality(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("rsa1024");
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);
	g_autoptr(TfPublicHalf) other_half = tf_public_half_new(other);
	guint8 longer[129] = { 0 };
	g_autoptr(GBytes) with_zero = NULL;

	memcpy(longer + 1, g_bytes_get_data(half->modulus, NULL), 128);
	with_zero = g_bytes_new(longer, sizeof longer);

	g_assert_true(tf_public_half_equals(half, half->modulus));
	g_assert_true(tf_public_half_equals(half, with_zero));
	g_assert_false(tf_public_half_equals(half, other_half->modulus));
}

static void bare_point(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);

	g_assert_true(tf_public_half_equals(half, half->wrapped_point));
	g_assert_true(tf_public_half_equals(half, half->point));
	g_assert_false(tf_public_half_equals(half, half->parameters));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/public-half/gives modulus and exponent of an RSA key", rsa);
	g_test_add_func("/public-half/gives curve and point of an EC key", ec);
	g_test_add_func("/public-half/gives the whole point of a compressed key", compressed);
	g_test_add_func("/public-half/refuses another kind of key", other_kind);
	g_test_add_func("/public-half/names a key as NSS does", id);
	g_test_add_func("/public-half/compares numbers without leading zeros", equality);
	g_test_add_func("/public-half/compares points with and without OCTET STRING", bare_point);

	return g_test_run();
}
