/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "component.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

static const CK_ATTRIBUTE_TYPE rsa_types[] = { CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1,
	CKA_EXPONENT_2, CKA_COEFFICIENT };
static const CK_ATTRIBUTE_TYPE ec_types[] = { CKA_VALUE };

#define NAME(type) type, #type

static const struct {
	CK_ATTRIBUTE_TYPE type;
	const gchar *name;
	const gchar *parameter;
} names[] = {
	{ NAME(CKA_PRIVATE_EXPONENT), OSSL_PKEY_PARAM_RSA_D },
	{ NAME(CKA_PRIME_1), OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ NAME(CKA_PRIME_2), OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ NAME(CKA_EXPONENT_1), OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ NAME(CKA_EXPONENT_2), OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ NAME(CKA_COEFFICIENT), OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
	{ NAME(CKA_VALUE), OSSL_PKEY_PARAM_PRIV_KEY },
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_clear_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)

const CK_ATTRIBUTE_TYPE *tf_component_types(EVP_PKEY *key, gsize *ret_n)
{
	gboolean is_rsa = EVP_PKEY_is_a(key, "RSA") == 1;

	*ret_n = is_rsa ? G_N_ELEMENTS(rsa_types) : G_N_ELEMENTS(ec_types);

	return is_rsa ? rsa_types : ec_types;
}

const gchar *tf_component_name(CK_ATTRIBUTE_TYPE type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (names[i].type == type)
			return names[i].name;
	}

	g_assert_not_reached();
}

static BIGNUM *to_number(const TfSecret *value)
{
	BIGNUM *number = BN_secure_new();

	if (number != NULL && BN_bin2bn(tf_secret_peek(value), (int)tf_secret_length(value), number) == NULL)
		g_clear_pointer(&number, BN_clear_free);

	return number;
}

/* 2^(e * exponent) - 2 modulo n: 0 for the private exponent, a multiple of a prime for a CRT exponent. */
static gboolean round_trip(
	const BIGNUM *n, const BIGNUM *e, const BIGNUM *exponent, BIGNUM *difference, BN_CTX *context)
{
	g_autoptr(BIGNUM) two = BN_new();

	return two != NULL && BN_set_word(two, 2) == 1 && BN_mod_exp(difference, two, e, n, context) == 1 &&
	       BN_mod_exp(difference, difference, exponent, n, context) == 1 &&
	       BN_mod_sub(difference, difference, two, n, context) == 1;
}

static gboolean rsa_exponent_matches(
	const BIGNUM *n, const BIGNUM *e, const BIGNUM *number, gboolean is_whole, BN_CTX *context)
{
	g_autoptr(BIGNUM) difference = BN_secure_new();

	if (difference == NULL || BN_num_bits(number) > BN_num_bits(n))
		return FALSE;
	if (!round_trip(n, e, number, difference, context))
		return FALSE;
	if (is_whole || BN_is_zero(difference))
		return BN_is_zero(difference);

	return BN_gcd(difference, difference, n, context) == 1 && !BN_is_one(difference);
}

static gboolean rsa_prime_matches(const BIGNUM *n, const BIGNUM *number, BN_CTX *context)
{
	g_autoptr(BIGNUM) rest = BN_secure_new();

	return rest != NULL && !BN_is_one(number) && BN_cmp(number, n) < 0 &&
	       BN_mod(rest, n, number, context) == 1 && BN_is_zero(rest);
}

static gboolean rsa_coefficient_fits(const BIGNUM *n, const BIGNUM *number)
{
	int half = BN_num_bits(n) / 2;

	/* A number modulo a prime is rarely more than 64 bits shorter. */
	return BN_num_bits(number) > half - 64 && BN_num_bits(number) <= half + 1;
}

static gboolean rsa_matches(EVP_PKEY *public, CK_ATTRIBUTE_TYPE type, const BIGNUM *number)
{
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();
	g_autoptr(BIGNUM) n = NULL;
	g_autoptr(BIGNUM) e = NULL;

	if (context == NULL || EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
		EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return FALSE;
	if (type == CKA_PRIME_1 || type == CKA_PRIME_2)
		return rsa_prime_matches(n, number, context);
	if (type == CKA_COEFFICIENT)
		return rsa_coefficient_fits(n, number);

	return rsa_exponent_matches(n, e, number, type == CKA_PRIVATE_EXPONENT, context);
}

static gboolean ec_matches(EVP_PKEY *public, const BIGNUM *number)
{
	gchar name[64];
	guint8 encoded[256];
	gsize length = 0;
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();
	g_autoptr(EC_GROUP) group = NULL;
	g_autoptr(EC_POINT) expected = NULL;
	g_autoptr(EC_POINT) found = NULL;

	if (EVP_PKEY_get_group_name(public, name, sizeof(name), NULL) != 1 ||
		EVP_PKEY_get_octet_string_param(
			public, OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof(encoded), &length) != 1)
		return FALSE;
	group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
	if (group == NULL || context == NULL)
		return FALSE;
	expected = EC_POINT_new(group);
	found = EC_POINT_new(group);

	return expected != NULL && found != NULL &&
	       EC_POINT_oct2point(group, expected, encoded, length, context) == 1 &&
	       EC_POINT_mul(group, found, number, NULL, NULL, context) == 1 &&
	       EC_POINT_cmp(group, expected, found, context) == 0;
}

/* A public half alone has no such number. That it is another one says nothing: a private exponent has several
 * forms. */
static gboolean is_known(EVP_PKEY *key, CK_ATTRIBUTE_TYPE type, const BIGNUM *number)
{
	BIGNUM *own = NULL;
	gboolean is_same = FALSE;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (names[i].type == type && EVP_PKEY_get_bn_param(key, names[i].parameter, &own) == 1)
			is_same = BN_cmp(own, number) == 0;
	}
	BN_clear_free(own);

	return is_same;
}

gboolean tf_component_matches(EVP_PKEY *public, CK_ATTRIBUTE_TYPE type, const TfSecret *value)
{
	g_autoptr(BIGNUM) number = to_number(value);

	if (number == NULL || BN_is_zero(number))
		return FALSE;
	if (is_known(public, type, number))
		return TRUE;

	return EVP_PKEY_is_a(public, "RSA") == 1 ? rsa_matches(public, type, number)
						 : ec_matches(public, number);
}

gboolean tf_component_in_pkcs8(EVP_PKEY *public, const TfSecret *encoded)
{
	const guint8 *at = tf_secret_peek(encoded);
	g_autoptr(PKCS8_PRIV_KEY_INFO) info =
		d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)tf_secret_length(encoded));
	g_autoptr(EVP_PKEY) key = info != NULL ? EVP_PKCS82PKEY(info) : NULL;
	gboolean is_rsa = EVP_PKEY_is_a(public, "RSA") == 1;
	g_autoptr(BIGNUM) number = NULL;

	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_get_base_id(public) ||
		EVP_PKEY_get_bn_param(
			key, is_rsa ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1)
		return FALSE;

	return is_rsa ? rsa_matches(public, CKA_PRIVATE_EXPONENT, number) : ec_matches(public, number);
}
