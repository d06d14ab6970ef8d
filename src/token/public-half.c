/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "public-half.h"

#include <openssl/core_names.h>
#include <openssl/objects.h>
#include <string.h>

typedef ASN1_OCTET_STRING OctetString;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OctetString, ASN1_OCTET_STRING_free)
typedef ASN1_OBJECT ObjectIdentifier;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ObjectIdentifier, ASN1_OBJECT_free)

/* Takes what an i2d function allocated. 'der' is looked at only here, after the call that set it: the order
 * in which a caller's arguments are evaluated is the compiler's. */
static GBytes *take_der(guint8 **der, int length)
{
	GBytes *bytes = length > 0 ? g_bytes_new(*der, (gsize)length) : NULL;

	OPENSSL_free(*der);

	return bytes;
}

/* Public numbers only. 'size' 0: as many bytes as it takes. */
static GBytes *number_of(EVP_PKEY *key, const char *name, gsize size)
{
	BIGNUM *number = NULL;
	g_autofree guint8 *bytes = NULL;
	gsize length = 0;

	if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
		return NULL;

	length = size > 0 ? size : (gsize)BN_num_bytes(number);
	bytes = g_malloc(length);
	if (BN_bn2binpad(number, bytes, (int)length) < 0)
		length = 0;
	BN_free(number);

	return length > 0 ? g_bytes_new_take(g_steal_pointer(&bytes), length) : NULL;
}

static gboolean fill_rsa(TfPublicHalf *half, EVP_PKEY *key)
{
	half->type = CKK_RSA;
	half->modulus = number_of(key, OSSL_PKEY_PARAM_RSA_N, 0);
	half->exponent = number_of(key, OSSL_PKEY_PARAM_RSA_E, 0);

	return half->modulus != NULL && half->exponent != NULL;
}

static GBytes *curve_of(EVP_PKEY *key)
{
	gchar name[80];
	gsize length = 0;
	g_autoptr(ObjectIdentifier) object = NULL;
	guint8 *der = NULL;

	if (EVP_PKEY_get_group_name(key, name, sizeof name, &length) != 1)
		return NULL;
	object = OBJ_txt2obj(name, 0);
	if (object == NULL)
		return NULL;

	return take_der(&der, i2d_ASN1_OBJECT(object, &der));
}

/* From the coordinates: a key out of a certificate may carry its point in compressed form. */
static GBytes *point_of(EVP_PKEY *key, gsize field_size)
{
	g_autoptr(GBytes) x = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, field_size);
	g_autoptr(GBytes) y = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, field_size);
	GByteArray *point = NULL;

	if (x == NULL || y == NULL)
		return NULL;

	point = g_byte_array_append(g_byte_array_new(), (const guint8 *)"\x04", 1);
	g_byte_array_append(point, g_bytes_get_data(x, NULL), (guint)g_bytes_get_size(x));
	g_byte_array_append(point, g_bytes_get_data(y, NULL), (guint)g_bytes_get_size(y));

	return g_byte_array_free_to_bytes(point);
}

static GBytes *octet_string_of(GBytes *content)
{
	g_autoptr(OctetString) string = ASN1_OCTET_STRING_new();
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(content, &length);
	guint8 *der = NULL;

	if (string == NULL || ASN1_OCTET_STRING_set(string, bytes, (int)length) != 1)
		return NULL;

	return take_der(&der, i2d_ASN1_OCTET_STRING(string, &der));
}

static gboolean fill_ec(TfPublicHalf *half, EVP_PKEY *key)
{
	half->type = CKK_EC;
	half->field_size = ((gsize)EVP_PKEY_get_bits(key) + 7) / 8;
	half->parameters = curve_of(key);
	half->point = point_of(key, half->field_size);
	half->wrapped_point = half->point != NULL ? octet_string_of(half->point) : NULL;

	return half->parameters != NULL && half->wrapped_point != NULL;
}

TfPublicHalf *tf_public_half_new(EVP_PKEY *key)
{
	g_autoptr(TfPublicHalf) half = g_new0(TfPublicHalf, 1);

	if (EVP_PKEY_is_a(key, "RSA")) {
		if (!fill_rsa(half, key))
			return NULL;
	} else if (!EVP_PKEY_is_a(key, "EC") || !fill_ec(half, key)) {
		return NULL;
	}

	return g_steal_pointer(&half);
}

void tf_public_half_free(TfPublicHalf *half)
{
	if (half == NULL)
		return;

	g_clear_pointer(&half->modulus, g_bytes_unref);
	g_clear_pointer(&half->exponent, g_bytes_unref);
	g_clear_pointer(&half->parameters, g_bytes_unref);
	g_clear_pointer(&half->point, g_bytes_unref);
	g_clear_pointer(&half->wrapped_point, g_bytes_unref);
	g_free(half);
}

GBytes *tf_public_half_id(const TfPublicHalf *half)
{
	GBytes *named = half->modulus != NULL ? half->modulus : half->point;
	guint8 digest[20];

	if (EVP_Digest(g_bytes_get_data(named, NULL), g_bytes_get_size(named), digest, NULL, EVP_sha1(),
		    NULL) != 1)
		g_error("libcrypto has no SHA-1");

	return g_bytes_new(digest, sizeof digest);
}

static gboolean equals_number(GBytes *number, GBytes *value)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(value, &length);

	while (length > 0 && *bytes == 0) {
		bytes++;
		length--;
	}

	return length == g_bytes_get_size(number) &&
	       memcmp(bytes, g_bytes_get_data(number, NULL), length) == 0;
}

gboolean tf_public_half_equals(const TfPublicHalf *half, GBytes *value)
{
	if (half->modulus != NULL)
		return equals_number(half->modulus, value);

	return g_bytes_equal(half->wrapped_point, value) || g_bytes_equal(half->point, value);
}
