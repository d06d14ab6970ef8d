/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/keypair.h"

#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"
#include "key/rsa-key.h"

static X509 *certificate_for(EVP_PKEY *key)
{
	return tf_fixture_certificate(&(TfFixtureCertificate){ .key = key, .name = "member" });
}

static void assert_refused(EVP_PKEY *key, X509 *certificate, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) keypair = tf_keypair_new(key, certificate, NULL, NULL, "test.p12", &error);

	g_assert_null(keypair);
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void test_types(void)
{
	const gchar *const types[] = { "rsa1024", "rsa2048", "ec256", "ec384" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(X509) certificate = certificate_for(key);
		g_autoptr(GError) error = NULL;
		g_autoptr(TfKeypair) keypair =
			tf_keypair_new(key, certificate, NULL, "name", "test.p12", &error);

		g_assert_no_error(error);
		g_assert_cmpstr(tf_keypair_friendly_name(keypair), ==, "name");
		g_assert_cmpint(tf_keypair_is_weak(keypair), ==, i == 0);
	}
}

static void test_other_types(void)
{
	const gchar *const types[] = { "rsa512", "ec:secp521r1", "ec:secp256k1" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(types[i]);
		g_autoptr(EVP_PKEY) signer = tf_fixture_key("ec256");
		g_autoptr(X509) root = certificate_for(signer);
		g_autoptr(X509) certificate = tf_fixture_certificate(&(TfFixtureCertificate){
			.key = key, .name = "member", .issuer = root, .issuer_key = signer });

		assert_refused(key, certificate, TF_ERROR_SOURCE_UNSUPPORTED);
	}
}

static void test_mismatch(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_for(other);

	assert_refused(key, certificate, TF_ERROR_SOURCE_MISMATCH);
}

/* The same public half, and a private half that does not belong to it. */
static EVP_PKEY *crooked_ec_key(EVP_PKEY *key)
{
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *crooked = NULL;
	g_autoptr(BIGNUM) number = NULL;
	guint8 point[128];
	gsize length = 0;

	g_assert_cmpint(EVP_PKEY_get_bn_param(other, OSSL_PKEY_PARAM_PRIV_KEY, &number), ==, 1);
	g_assert_cmpint(
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &length),
		==, 1);
	OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, number);
	OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length);
	parameters = OSSL_PARAM_BLD_to_param(builder);
	g_assert_cmpint(EVP_PKEY_fromdata_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_fromdata(context, &crooked, EVP_PKEY_KEYPAIR, parameters), ==, 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);

	return crooked;
}

static void test_crooked_ec(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) crooked = crooked_ec_key(key);
	g_autoptr(X509) certificate = certificate_for(key);

	assert_refused(crooked, certificate, TF_ERROR_SOURCE_MISMATCH);
}

#define N_RSA_NUMBERS 8
#define CROOKED_NONE  G_MAXSIZE

/* With the number at 'wrong' raised by 2, and with no more than n, e and d unless it 'has_primes'. */
static EVP_PKEY *crooked_rsa_key(EVP_PKEY *key, gsize wrong, gboolean has_primes)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	const gchar *const names[] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	BIGNUM *numbers[G_N_ELEMENTS(names)] = { NULL };
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM *parameters = NULL;
	EVP_PKEY *crooked = NULL;

	for (gsize i = 0; i < (has_primes ? G_N_ELEMENTS(names) : 3); i++) {
		g_assert_cmpint(EVP_PKEY_get_bn_param(key, names[i], &numbers[i]), ==, 1);
		if (i == wrong)
			g_assert_cmpint(BN_add_word(numbers[i], 2), ==, 1);
		OSSL_PARAM_BLD_push_BN(builder, names[i], numbers[i]);
	}
	parameters = OSSL_PARAM_BLD_to_param(builder);
	g_assert_cmpint(EVP_PKEY_fromdata_init(context), ==, 1);
	g_assert_cmpint(EVP_PKEY_fromdata(context, &crooked, EVP_PKEY_KEYPAIR, parameters), ==, 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(builder);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		BN_clear_free(numbers[i]);

	return crooked;
}

static void test_crooked_rsa(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(X509) certificate = certificate_for(key);

	for (gsize wrong = 0; wrong < N_RSA_NUMBERS; wrong++) {
		g_autoptr(EVP_PKEY) crooked = crooked_rsa_key(key, wrong, TRUE);

		assert_refused(crooked, certificate, TF_ERROR_SOURCE_MISMATCH);
	}
}

static void draw_prime(BIGNUM *prime, int bits)
{
	g_assert_cmpint(BN_generate_prime_ex(prime, bits, 0, NULL, NULL, NULL), ==, 1);
}

/* All of its numbers fit each other, but one of its two primes is a product. */
static EVP_PKEY *composite_rsa_key(void)
{
	BN_CTX *context = BN_CTX_new();
	g_autoptr(BIGNUM) p = BN_new();
	g_autoptr(BIGNUM) q = BN_new();
	g_autoptr(BIGNUM) n = BN_new();
	g_autoptr(BIGNUM) e = BN_new();
	g_autoptr(BIGNUM) d = BN_new();
	g_autoptr(BIGNUM) p1 = BN_new();
	g_autoptr(BIGNUM) q1 = BN_new();
	g_autoptr(BIGNUM) phi = BN_new();
	g_autoptr(BIGNUM) dp = BN_new();
	g_autoptr(BIGNUM) dq = BN_new();
	g_autoptr(BIGNUM) qinv = BN_new();
	EVP_PKEY *key = NULL;

	g_assert_cmpint(BN_set_word(e, 65537), ==, 1);
	do {
		draw_prime(p, 256);
		draw_prime(q, 256);
		g_assert_cmpint(BN_mul(p, p, q, context), ==, 1);
		draw_prime(q, 512);
		g_assert_cmpint(BN_sub(p1, p, BN_value_one()), ==, 1);
		g_assert_cmpint(BN_sub(q1, q, BN_value_one()), ==, 1);
		g_assert_cmpint(BN_mul(phi, p1, q1, context), ==, 1);
		g_assert_cmpint(BN_mul(n, p, q, context), ==, 1);
	} while (BN_num_bits(n) < 1024 || BN_mod_inverse(d, e, phi, context) == NULL);
	g_assert_cmpint(BN_mod(dp, d, p1, context), ==, 1);
	g_assert_cmpint(BN_mod(dq, d, q1, context), ==, 1);
	g_assert_nonnull(BN_mod_inverse(qinv, q, p, context));
	key = tf_rsa_key_of(
		(const TfRsaNumber[]){
			{ OSSL_PKEY_PARAM_RSA_N, n },
			{ OSSL_PKEY_PARAM_RSA_E, e },
			{ OSSL_PKEY_PARAM_RSA_D, d },
			{ OSSL_PKEY_PARAM_RSA_FACTOR1, p },
			{ OSSL_PKEY_PARAM_RSA_FACTOR2, q },
			{ OSSL_PKEY_PARAM_RSA_EXPONENT1, dp },
			{ OSSL_PKEY_PARAM_RSA_EXPONENT2, dq },
			{ OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qinv },
		},
		8);
	g_assert_nonnull(key);
	BN_CTX_free(context);

	return key;
}

static void test_composite(void)
{
	g_autoptr(EVP_PKEY) issuer_key = tf_fixture_key("ec256");
	g_autoptr(X509) issuer = certificate_for(issuer_key);
	g_autoptr(EVP_PKEY) key = composite_rsa_key();
	g_autoptr(X509) certificate = tf_fixture_certificate(&(TfFixtureCertificate){
		.key = key, .name = "member", .issuer = issuer, .issuer_key = issuer_key });

	assert_refused(key, certificate, TF_ERROR_SOURCE_MISMATCH);
}

static EVP_PKEY *key_of_exponent(const EVP_PKEY *key, gulong exponent, gboolean lacks_coefficient)
{
	const gchar *const names[] = { OSSL_PKEY_PARAM_RSA_N, OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2, OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	TfRsaNumber numbers[G_N_ELEMENTS(names)];
	BIGNUM *values[G_N_ELEMENTS(names)] = { NULL };
	EVP_PKEY *made = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_assert_cmpint(EVP_PKEY_get_bn_param(key, names[i], &values[i]), ==, 1);
		numbers[i] = (TfRsaNumber){ names[i], values[i] };
	}
	g_assert_cmpint(BN_set_word(values[1], exponent), ==, 1);
	if (lacks_coefficient)
		BN_zero(values[G_N_ELEMENTS(names) - 1]);
	made = tf_rsa_key_of(numbers, G_N_ELEMENTS(names));
	g_assert_nonnull(made);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		BN_clear_free(values[i]);

	return made;
}

static void test_exponents(void)
{
	const gulong exponents[] = { 1, 2, 65536 };
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(X509) certificate = certificate_for(key);

	for (gsize i = 0; i < G_N_ELEMENTS(exponents); i++) {
		g_autoptr(EVP_PKEY) odd = key_of_exponent(key, exponents[i], FALSE);

		assert_refused(odd, certificate, TF_ERROR_SOURCE_UNSUPPORTED);
	}
}

static void test_without_coefficient(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(EVP_PKEY) bare = key_of_exponent(key, 65537, TRUE);
	g_autoptr(X509) certificate = certificate_for(key);

	assert_refused(bare, certificate, TF_ERROR_SOURCE_UNSUPPORTED);
}

static void test_without_primes(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(EVP_PKEY) bare = crooked_rsa_key(key, CROOKED_NONE, FALSE);
	g_autoptr(X509) certificate = certificate_for(key);

	assert_refused(bare, certificate, TF_ERROR_SOURCE_UNSUPPORTED);
}

/* An EC key that spells its curve out. */
static void test_explicit_curve(void)
{
	g_autoptr(EVP_PKEY) named = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) spelt = NULL;
	g_autoptr(X509) certificate = certificate_for(named);
	guint8 *der = NULL;
	const guint8 *at = NULL;
	int length = 0;

	g_assert_cmpint(
		EVP_PKEY_set_utf8_string_param(named, OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), ==, 1);
	length = i2d_PrivateKey(named, &der);
	at = der;
	spelt = d2i_AutoPrivateKey(NULL, &at, length);
	OPENSSL_clear_free(der, (gsize)length);
	g_assert_nonnull(spelt);

	assert_refused(spelt, certificate, TF_ERROR_SOURCE_UNSUPPORTED);
}

static void test_chain_order(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) stranger = tf_fixture_member("ec256", "stranger", "issuer");
	g_autoptr(TfX509Stack) others = sk_X509_new_null();
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	X509 *const pile[] = { sk_X509_value(member->chain, 1), stranger->certificate,
		sk_X509_value(stranger->chain, 0), member->certificate, sk_X509_value(member->chain, 0),
		sk_X509_value(stranger->chain, 1) };

	for (gsize i = 0; i < G_N_ELEMENTS(pile); i++) {
		(void)X509_up_ref(pile[i]);
		(void)sk_X509_push(others, pile[i]);
	}
	keypair = tf_keypair_new(member->key, member->certificate, others, NULL, "test.p12", &error);

	g_assert_no_error(error);
	g_assert_cmpint(sk_X509_num(tf_keypair_chain(keypair)), ==, 2);
	g_assert_cmpint(
		X509_cmp(sk_X509_value(tf_keypair_chain(keypair), 0), sk_X509_value(member->chain, 0)), ==,
		0);
	g_assert_cmpint(
		X509_cmp(sk_X509_value(tf_keypair_chain(keypair), 1), sk_X509_value(member->chain, 1)), ==,
		0);
}

/* Two authorities that certify each other: no end, were each certificate not used once. */
static void test_chain_loop(void)
{
	g_autoptr(EVP_PKEY) a_key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) b_key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	TfFixtureCertificate a = { .key = a_key, .name = "A", .usage = "keyCertSign", .is_authority = TRUE };
	TfFixtureCertificate b = { .key = b_key, .name = "B", .usage = "keyCertSign", .is_authority = TRUE };
	g_autoptr(X509) a_root = tf_fixture_certificate(&a);
	g_autoptr(X509) b_root = tf_fixture_certificate(&b);
	g_autoptr(X509) certificate = tf_fixture_certificate(&(TfFixtureCertificate){
		.key = key, .name = "member", .issuer = a_root, .issuer_key = a_key });
	g_autoptr(TfX509Stack) others = sk_X509_new_null();
	g_autoptr(TfKeypair) keypair = NULL;

	a.issuer = b_root;
	a.issuer_key = b_key;
	b.issuer = a_root;
	b.issuer_key = a_key;
	(void)sk_X509_push(others, tf_fixture_certificate(&a));
	(void)sk_X509_push(others, tf_fixture_certificate(&b));
	keypair = tf_keypair_new(key, certificate, others, NULL, "test.p12", NULL);

	g_assert_cmpint(sk_X509_num(tf_keypair_chain(keypair)), ==, 2);
}

static void test_numbers(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(X509) certificate = certificate_for(key);
	g_autoptr(TfKeypair) keypair = tf_keypair_new(key, certificate, NULL, NULL, "test.p12", NULL);
	g_autoptr(TfSecret) prime = tf_keypair_number(keypair, OSSL_PKEY_PARAM_RSA_FACTOR1);
	g_autoptr(BIGNUM) expected = NULL;
	g_autoptr(BIGNUM) number = BN_secure_new();

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR1, &expected), ==, 1);
	BN_bin2bn(tf_secret_peek(prime), (int)tf_secret_length(prime), number);
	g_assert_cmpint(BN_cmp(number, expected), ==, 0);
	g_assert_cmpuint(tf_secret_length(prime), ==, 64);
	g_assert_null(tf_keypair_number(keypair, OSSL_PKEY_PARAM_RSA_FACTOR3));
}

static void test_ec_number(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec384");
	g_autoptr(X509) certificate = certificate_for(key);
	g_autoptr(TfKeypair) keypair = tf_keypair_new(key, certificate, NULL, NULL, "test.p12", NULL);
	g_autoptr(TfSecret) secret = tf_keypair_number(keypair, OSSL_PKEY_PARAM_PRIV_KEY);
	g_autoptr(BIGNUM) expected = NULL;
	g_autoptr(BIGNUM) number = BN_secure_new();

	g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &expected), ==, 1);
	BN_bin2bn(tf_secret_peek(secret), (int)tf_secret_length(secret), number);
	g_assert_cmpint(BN_cmp(number, expected), ==, 0);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keypair/RSA, P-256 and P-384 are taken", test_types);
	g_test_add_func("/keypair/other types and sizes are refused", test_other_types);
	g_test_add_func("/keypair/the certificate of another key is refused", test_mismatch);
	g_test_add_func("/keypair/an EC key of crossed halves is refused", test_crooked_ec);
	g_test_add_func("/keypair/an RSA key of which one number is wrong is refused", test_crooked_rsa);
	g_test_add_func("/keypair/an RSA key of a prime that is none is refused", test_composite);
	g_test_add_func("/keypair/an RSA key that everybody could sign with is refused", test_exponents);
	g_test_add_func("/keypair/an RSA key whose coefficient is 0 is refused", test_without_coefficient);
	g_test_add_func("/keypair/an RSA key without primes is refused", test_without_primes);
	g_test_add_func("/keypair/an EC key that spells out its curve is refused", test_explicit_curve);
	g_test_add_func("/keypair/the chain is put in order", test_chain_order);
	g_test_add_func("/keypair/a chain that loops ends", test_chain_loop);
	g_test_add_func("/keypair/an RSA key gives its numbers", test_numbers);
	g_test_add_func("/keypair/an EC key gives its number", test_ec_number);

	return g_test_run();
}
