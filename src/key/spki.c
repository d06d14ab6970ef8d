/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/spki.h"

#include <openssl/asn1t.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "rsa-structure.h"

#define UNCOMPRESSED 0x04u /* SEC 1, 2.3.3 */

typedef X509_PUBKEY Information;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Information, X509_PUBKEY_free)

/* An X509_PUBKEY would be searched a decoder for as it is read. */
typedef struct Parts {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *bits;
} Parts;

/* clang-format off */
ASN1_SEQUENCE(Parts) = {
	ASN1_SIMPLE(Parts, algorithm, X509_ALGOR),
	ASN1_SIMPLE(Parts, bits, ASN1_BIT_STRING)
} static_ASN1_SEQUENCE_END(Parts)
	/* clang-format on */

	static void free_parts(Parts * parts)
{
	ASN1_item_free((ASN1_VALUE *)parts, ASN1_ITEM_rptr(Parts));
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, free_parts)

static GBytes *take_der(guint8 **der, int length)
{
	GBytes *bytes = length > 0 ? g_bytes_new(*der, (gsize)length) : NULL;

	OPENSSL_free(*der);

	return bytes;
}

/* 'parameter' and 'bits' are taken; of libcrypto's memory. */
static GBytes *assemble(int algorithm, int parameter_type, ASN1_OBJECT *parameter, guint8 *bits, int length)
{
	g_autoptr(Information) information = X509_PUBKEY_new();
	guint8 *der = NULL;

	if (information == NULL || X509_PUBKEY_set0_param(information, OBJ_nid2obj(algorithm), parameter_type,
					   parameter, bits, length) != 1) {
		ASN1_OBJECT_free(parameter);
		OPENSSL_free(bits);
		return NULL;
	}

	return take_der(&der, i2d_X509_PUBKEY(information, &der));
}

static GBytes *of_rsa(EVP_PKEY *key)
{
	g_autoptr(BIGNUM) n = NULL;
	g_autoptr(BIGNUM) e = NULL;
	guint8 *bits = NULL;
	int length = 0;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return NULL;
	length = tf_rsa_structure_write(n, e, &bits);

	return length > 0 ? assemble(NID_rsaEncryption, V_ASN1_NULL, NULL, bits, length) : NULL;
}

/* Of other curves the length of a coordinate is not that of the order, by which libcrypto sizes a key. */
static int curve_of_equal_lengths(int curve)
{
	return curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 || curve == NID_secp521r1 ? curve
												 : NID_undef;
}

/* NID_undef for a curve that is spelt out: then it is not its name that the key carries. */
static int named_curve_of(EVP_PKEY *key)
{
	gchar encoding[32] = "";
	gchar name[80];

	if (EVP_PKEY_get_utf8_string_param(
		    key, OSSL_PKEY_PARAM_EC_ENCODING, encoding, sizeof encoding, NULL) != 1 ||
		!g_str_equal(encoding, OSSL_PKEY_EC_ENCODING_GROUP) ||
		EVP_PKEY_get_group_name(key, name, sizeof name, NULL) != 1)
		return NID_undef;

	return curve_of_equal_lengths(OBJ_txt2nid(name));
}

static GBytes *of_named_curve(EVP_PKEY *key, int curve)
{
	g_autoptr(BIGNUM) x = NULL;
	g_autoptr(BIGNUM) y = NULL;
	int size = (EVP_PKEY_get_bits(key) + 7) / 8;
	guint8 *bits = OPENSSL_malloc(1 + 2 * (gsize)size);

	if (bits == NULL || EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) != 1 ||
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) != 1 ||
		BN_bn2binpad(x, bits + 1, size) != size || BN_bn2binpad(y, bits + 1 + size, size) != size) {
		OPENSSL_free(bits);
		return NULL;
	}
	bits[0] = UNCOMPRESSED;

	return assemble(NID_X9_62_id_ecPublicKey, V_ASN1_OBJECT, OBJ_nid2obj(curve), bits, 1 + 2 * size);
}

/* NULL when 'key' need not be changed. */
static EVP_PKEY *with_plain_point(EVP_PKEY *key)
{
	gchar form[32] = "";
	g_autoptr(EVP_PKEY) copy = NULL;

	if (!EVP_PKEY_is_a(key, "EC") ||
		EVP_PKEY_get_utf8_string_param(
			key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, form, sizeof form, NULL) != 1 ||
		g_str_equal(form, OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED))
		return NULL;

	copy = EVP_PKEY_dup(key);
	if (copy == NULL || EVP_PKEY_set_utf8_string_param(copy, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
				    OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1)
		return NULL;

	return g_steal_pointer(&copy);
}

/* What is not met every day. */
static GBytes *of_other(EVP_PKEY *key)
{
	g_autoptr(EVP_PKEY) plain = with_plain_point(key);
	guint8 *der = NULL;

	return take_der(&der, i2d_PUBKEY(plain != NULL ? plain : key, &der));
}

GBytes *tf_spki_of_key(EVP_PKEY *key)
{
	gboolean is_ec = EVP_PKEY_is_a(key, "EC") == 1;
	int curve = is_ec ? named_curve_of(key) : NID_undef;
	GBytes *information = NULL;

	if (EVP_PKEY_is_a(key, "RSA") == 1)
		information = of_rsa(key);
	else if (curve != NID_undef)
		information = of_named_curve(key, curve);
	else
		information = of_other(key);
	ERR_clear_error();

	return information;
}

/* NULL for what is no RSA key, or is written in another way than this program writes it. */
static EVP_PKEY *read_rsa(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	g_autoptr(Parts) parts =
		length <= G_MAXINT ? (Parts *)ASN1_item_d2i(NULL, &at, (long)length, ASN1_ITEM_rptr(Parts))
				   : NULL;
	const ASN1_OBJECT *algorithm = NULL;
	int parameter_type = V_ASN1_UNDEF;

	if (parts == NULL || at != der + length)
		return NULL;
	X509_ALGOR_get0(&algorithm, &parameter_type, NULL, parts->algorithm);
	if (OBJ_obj2nid(algorithm) != NID_rsaEncryption || parameter_type != V_ASN1_NULL)
		return NULL;

	return tf_rsa_structure_read_public(
		ASN1_STRING_get0_data(parts->bits), (gsize)ASN1_STRING_length(parts->bits));
}

EVP_PKEY *tf_spki_read(GBytes *information)
{
	gsize length = 0;
	const guint8 *der = g_bytes_get_data(information, &length);
	const guint8 *at = der;
	g_autoptr(EVP_PKEY) key = NULL;

	if (length == 0 || length > G_MAXINT)
		return NULL;
	key = read_rsa(der, length);
	if (key == NULL)
		key = d2i_PUBKEY(NULL, &at, (long)length);
	else
		at = der + length;
	ERR_clear_error();

	return key != NULL && at == der + length ? g_steal_pointer(&key) : NULL;
}
