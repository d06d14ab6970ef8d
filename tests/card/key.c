/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#define MAX_POINT 133 /* uncompressed, on P-521 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIGNUM, BN_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_POINT, EC_POINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM, OSSL_PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)

typedef struct Name {
	guint8 component;
	const gchar *parameter;
} Name;

static const Name rsa_names[] = {
	{ CARD_COMPONENT_MODULUS, OSSL_PKEY_PARAM_RSA_N },
	{ CARD_COMPONENT_EXPONENT, OSSL_PKEY_PARAM_RSA_E },
	{ CARD_COMPONENT_PRIME_P, OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ CARD_COMPONENT_PRIME_Q, OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ CARD_COMPONENT_DP, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ CARD_COMPONENT_DQ, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ CARD_COMPONENT_INVERSE, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

#define N_RSA G_N_ELEMENTS(rsa_names)

GBytes *card_key_component(const CardFile *file, guint8 component)
{
	return file->components[component - CARD_COMPONENT_FIRST];
}

void card_key_set_component(CardFile *file, guint8 component, gconstpointer bytes, gsize length)
{
	GBytes **place = &file->components[component - CARD_COMPONENT_FIRST];

	g_bytes_unref(*place);
	*place = g_bytes_new(bytes, length);
}

static BIGNUM *read_number(const CardFile *file, guint8 component)
{
	GBytes *bytes = card_key_component(file, component);

	if (bytes == NULL)
		return NULL;

	return BN_bin2bn(g_bytes_get_data(bytes, NULL), (int)g_bytes_get_size(bytes), NULL);
}

/* The card never gets d: it is the inverse of e modulo (p - 1)(q - 1). */
static BIGNUM *compute_exponent(BIGNUM *const numbers[N_RSA])
{
	const BIGNUM *modulus = numbers[0], *exponent = numbers[1], *p = numbers[2], *q = numbers[3];
	g_autoptr(BN_CTX) scratch = BN_CTX_new();
	g_autoptr(BIGNUM) product = BN_new();
	g_autoptr(BIGNUM) p_1 = BN_dup(p);
	g_autoptr(BIGNUM) q_1 = BN_dup(q);

	if (BN_mul(product, p, q, scratch) != 1 || BN_cmp(product, modulus) != 0)
		return NULL;
	if (BN_sub_word(p_1, 1) != 1 || BN_sub_word(q_1, 1) != 1 || BN_mul(product, p_1, q_1, scratch) != 1)
		return NULL;

	return BN_mod_inverse(NULL, exponent, product, scratch);
}

static EVP_PKEY *build_from(const gchar *type, OSSL_PARAM_BLD *builder, int selection)
{
	EVP_PKEY *pkey = NULL;
	g_autoptr(OSSL_PARAM) parameters = OSSL_PARAM_BLD_to_param(builder);
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

	if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1)
		return NULL;

	return EVP_PKEY_fromdata(context, &pkey, selection, parameters) == 1 ? pkey : NULL;
}

static void free_numbers(BIGNUM *numbers[N_RSA])
{
	for (gsize i = 0; i < N_RSA; i++)
		BN_free(numbers[i]);
}

static EVP_PKEY *build_rsa(const CardFile *file)
{
	EVP_PKEY *pkey = NULL;
	gboolean is_complete = TRUE;
	BIGNUM *numbers[N_RSA];
	g_autoptr(BIGNUM) d = NULL;
	g_autoptr(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();

	for (gsize i = 0; i < N_RSA; i++) {
		numbers[i] = read_number(file, rsa_names[i].component);
		is_complete = is_complete && numbers[i] != NULL;
	}
	if (is_complete && BN_num_bits(numbers[0]) == file->size)
		d = compute_exponent(numbers);
	if (d != NULL) {
		for (gsize i = 0; i < N_RSA; i++)
			OSSL_PARAM_BLD_push_BN(builder, rsa_names[i].parameter, numbers[i]);
		OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d);
		pkey = build_from("RSA", builder, EVP_PKEY_KEYPAIR);
	}
	free_numbers(numbers);

	return pkey;
}

static const gchar *curve_of(const CardFile *file)
{
	switch (file->size) {
	case 256:
		return "prime256v1";
	case 384:
		return "secp384r1";
	case 521:
		return "secp521r1";
	default:
		return NULL;
	}
}

/* The public point d times G, uncompressed; its length, or 0. */
static gsize compute_point(const gchar *curve, const BIGNUM *d, guint8 ret_point[MAX_POINT])
{
	g_autoptr(EC_GROUP) group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(curve));
	g_autoptr(EC_POINT) point = EC_POINT_new(group);

	if (BN_is_zero(d) || BN_cmp(d, EC_GROUP_get0_order(group)) >= 0 ||
		EC_POINT_mul(group, point, d, NULL, NULL, NULL) != 1)
		return 0;

	return EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret_point, MAX_POINT, NULL);
}

static EVP_PKEY *build_ec(const CardFile *file)
{
	guint8 point[MAX_POINT];
	gsize length = 0;
	const gchar *curve = curve_of(file);
	g_autoptr(BIGNUM) d = read_number(file, CARD_COMPONENT_EC_SECRET);
	g_autoptr(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();

	if (curve == NULL || d == NULL)
		return NULL;
	length = compute_point(curve, d, point);
	if (length == 0)
		return NULL;

	OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
	OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, d);

	return build_from("EC", builder, EVP_PKEY_KEYPAIR);
}

EVP_PKEY *card_key_build(const CardFile *file)
{
	if (file->type == CARD_FILE_RSA)
		return build_rsa(file);
	if (file->type == CARD_FILE_EC)
		return build_ec(file);

	return NULL;
}

EVP_PKEY *card_key_build_peer(const CardFile *file, const guint8 *point, gsize length)
{
	const gchar *curve = curve_of(file);
	g_autoptr(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();

	if (file->type != CARD_FILE_EC || curve == NULL)
		return NULL;

	OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0);
	OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length);

	return build_from("EC", builder, EVP_PKEY_PUBLIC_KEY);
}

static gboolean keep(CardFile *file, const EVP_PKEY *pkey, const Name *name)
{
	BIGNUM *read = NULL;
	g_autoptr(BIGNUM) number = NULL;
	g_autofree guint8 *bytes = NULL;
	int length = 0;

	if (EVP_PKEY_get_bn_param(pkey, name->parameter, &read) != 1)
		return FALSE;
	number = read;
	length = BN_num_bytes(number);
	bytes = g_malloc((gsize)length + 1);
	BN_bn2bin(number, bytes);
	card_key_set_component(file, name->component, bytes, (gsize)length);

	return TRUE;
}

static gboolean keep_ec(CardFile *file, const EVP_PKEY *pkey)
{
	static const Name secret = { CARD_COMPONENT_EC_SECRET, OSSL_PKEY_PARAM_PRIV_KEY };
	guint8 point[MAX_POINT];
	gsize length = 0;
	g_autoptr(BIGNUM) d = NULL;

	if (!keep(file, pkey, &secret))
		return FALSE;
	d = read_number(file, CARD_COMPONENT_EC_SECRET);
	length = compute_point(curve_of(file), d, point);
	card_key_set_component(file, CARD_COMPONENT_EC_POINT, point, length);

	return length != 0;
}

gboolean card_key_generate(CardFile *file)
{
	g_autoptr(EVP_PKEY) pkey = NULL;

	if (file->type == CARD_FILE_RSA)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)file->size);
	else if (file->type == CARD_FILE_EC && curve_of(file) != NULL)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve_of(file));
	if (pkey == NULL)
		return FALSE;
	if (file->type == CARD_FILE_EC)
		return keep_ec(file, pkey);

	for (gsize i = 0; i < N_RSA; i++)
		if (!keep(file, pkey, &rsa_names[i]))
			return FALSE;

	return TRUE;
}
