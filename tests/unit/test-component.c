/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>

#include "component.h"
#include "fixtures.h"

static const struct {
	CK_ATTRIBUTE_TYPE type;
	const gchar *parameter;
} rsa_rows[] = {
	{ CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D },
	{ CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

static TfSecret *part(EVP_PKEY *key, const gchar *parameter)
{
	g_autoptr(BIGNUM) number = NULL;
	TfSecret *value = NULL;

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, parameter, &number), ==, 1);
	value = tf_secret_new((gsize)BN_num_bytes(number));
	g_assert_nonnull(value);
	tf_secret_set_length(value, (gsize)BN_bn2bin(number, tf_secret_buffer(value)));

	return value;
}

/* As the key under audit is known. */
static EVP_PKEY *public_half(EVP_PKEY *key)
{
	guint8 *der = NULL;
	int length = i2d_PUBKEY(key, &der);
	const guint8 *at = der;
	EVP_PKEY *public = d2i_PUBKEY(NULL, &at, length);

	g_assert_nonnull(public);
	OPENSSL_free(der);

	return public;
}

static void test_rsa_own(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(EVP_PKEY) public = public_half(key);

	for (gsize i = 0; i < G_N_ELEMENTS(rsa_rows); i++) {
		g_autoptr(TfSecret) value = part(key, rsa_rows[i].parameter);

		g_assert_true(tf_component_matches(public, rsa_rows[i].type, value));
		g_assert_true(tf_component_matches(key, rsa_rows[i].type, value));
	}
}

static void test_rsa_other(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("rsa2048");

	/* All but the coefficient, which the public half cannot check. */
	for (gsize i = 0; i < G_N_ELEMENTS(rsa_rows) - 1; i++) {
		g_autoptr(TfSecret) value = part(other, rsa_rows[i].parameter);

		g_assert_false(tf_component_matches(key, rsa_rows[i].type, value));
	}
}

/* A private exponent has several forms, of which a token may give another one than it was given. */
static void test_rsa_other_form(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(BIGNUM) d = NULL;
	g_autoptr(BIGNUM) p = NULL;
	g_autoptr(BIGNUM) q = NULL;
	BN_CTX *context = BN_CTX_new();
	g_autoptr(TfSecret) value = NULL;

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_D, &d), ==, 1);
	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &p), ==, 1);
	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR2, &q), ==, 1);
	/* The half of (p - 1)(q - 1), a multiple of what d is defined by, less or more. */
	g_assert_cmpint(
		BN_sub_word(p, 1) & BN_sub_word(q, 1) & BN_mul(p, p, q, context) & BN_rshift1(p, p), ==, 1);
	g_assert_cmpint(BN_cmp(d, p) > 0 ? BN_sub(d, d, p) : BN_add(d, d, p), ==, 1);
	BN_CTX_free(context);
	value = tf_secret_new((gsize)BN_num_bytes(d));
	tf_secret_set_length(value, (gsize)BN_bn2bin(d, tf_secret_buffer(value)));

	g_assert_true(tf_component_matches(key, CKA_PRIVATE_EXPONENT, value));
}

static void test_ec(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec384");
	g_autoptr(EVP_PKEY) public = public_half(key);
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec384");
	g_autoptr(TfSecret) own = part(key, OSSL_PKEY_PARAM_PRIV_KEY);
	g_autoptr(TfSecret) foreign = part(other, OSSL_PKEY_PARAM_PRIV_KEY);

	g_assert_true(tf_component_matches(public, CKA_VALUE, own));
	g_assert_true(tf_component_matches(key, CKA_VALUE, own));
	g_assert_false(tf_component_matches(key, CKA_VALUE, foreign));
}

static void test_nothing(void)
{
	g_autoptr(EVP_PKEY) rsa = tf_fixture_key("rsa2048");
	g_autoptr(EVP_PKEY) ec = tf_fixture_key("ec256");
	const guint8 zeros[32] = { 0 };
	const guint8 one[1] = { 1 };
	const struct {
		gconstpointer bytes;
		gsize length;
	} values[] = { { "", 0 }, { zeros, sizeof(zeros) }, { one, sizeof(one) } };

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(TfSecret) value = tf_secret_new_copy(values[i].bytes, values[i].length);

		for (gsize j = 0; j < G_N_ELEMENTS(rsa_rows); j++)
			g_assert_false(tf_component_matches(rsa, rsa_rows[j].type, value));
		g_assert_false(tf_component_matches(ec, CKA_VALUE, value));
	}
}

static TfSecret *encode(EVP_PKEY *key, gsize padding)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	int length = i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
	TfSecret *encoded = NULL;
	guint8 *at = NULL;

	g_assert_cmpint(length, >, 0);
	encoded = tf_secret_new((gsize)length + padding);
	g_assert_nonnull(encoded);
	at = tf_secret_buffer(encoded);
	g_assert_cmpint(i2d_PKCS8_PRIV_KEY_INFO(info, &at), ==, length);
	tf_secret_set_length(encoded, (gsize)length + padding);
	PKCS8_PRIV_KEY_INFO_free(info);

	return encoded;
}

static void test_pkcs8(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(EVP_PKEY) other = tf_fixture_key(types[i]);
		g_autoptr(TfSecret) encoded = encode(key, 0);
		g_autoptr(TfSecret) padded = encode(key, 7);

		g_assert_true(tf_component_in_pkcs8(key, encoded));
		g_assert_true(tf_component_in_pkcs8(key, padded));
		g_assert_false(tf_component_in_pkcs8(other, encoded));
		tf_secret_set_length(encoded, tf_secret_length(encoded) / 2);
		g_assert_false(tf_component_in_pkcs8(key, encoded));
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/component/another form of the private exponent matches", test_rsa_other_form);
	g_test_add_func("/component/every component of an RSA key is known again", test_rsa_own);
	g_test_add_func("/component/those of another RSA key are not", test_rsa_other);
	g_test_add_func("/component/an EC key is known by its value", test_ec);
	g_test_add_func("/component/zeros and nothing are no component", test_nothing);
	g_test_add_func("/component/a key is found in a PKCS#8, padded or not", test_pkcs8);

	return g_test_run();
}
