/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "salts-private.h"

#include <openssl/pkcs12.h>

/* Each with its length before it: two salts are not one. */
static void add(GByteArray *all, const guint8 *bytes, gsize length)
{
	const guint8 size[] = { (guint8)(length >> 24), (guint8)(length >> 16), (guint8)(length >> 8),
		(guint8)length };

	g_byte_array_append(all, size, sizeof size);
	g_byte_array_append(all, bytes, (guint)length);
}

/* The parameters hold the salt, for PBES2 the initial vector too. */
static guint add_algorithm(GByteArray *all, const X509_ALGOR *algorithm)
{
	guint8 *der = NULL;
	int length = i2d_X509_ALGOR(algorithm, &der);

	if (length <= 0)
		return 0;
	add(all, der, (gsize)length);
	OPENSSL_free(der);

	return 1;
}

static guint add_bag(GByteArray *all, const TfBag *bag)
{
	gsize length = 0;
	const guint8 *der =
		OBJ_obj2nid(bag->type) == NID_pkcs8ShroudedKeyBag ? tf_any_der(bag->value, &length) : NULL;
	X509_SIG *locked = length > 0 ? d2i_X509_SIG(NULL, &der, (long)length) : NULL;
	const X509_ALGOR *algorithm = NULL;
	guint n = 0;

	if (locked == NULL)
		return 0;
	X509_SIG_get0(locked, &algorithm, NULL);
	n = add_algorithm(all, algorithm);
	X509_SIG_free(locked);

	return n;
}

static guint add_safe(GByteArray *all, const PKCS7 *safe)
{
	g_autoptr(TfBags) bags = NULL;
	guint n = 0;

	if (PKCS7_type_is_encrypted(safe) && safe->d.encrypted != NULL)
		return add_algorithm(all, safe->d.encrypted->enc_data->algorithm);
	if (!PKCS7_type_is_data(safe) || safe->d.data == NULL)
		return 0;
	bags = tf_bags_parse(
		ASN1_STRING_get0_data(safe->d.data), (gsize)ASN1_STRING_length(safe->d.data), NULL);
	for (int i = 0; bags != NULL && i < sk_TfBag_num(bags); i++)
		n += add_bag(all, sk_TfBag_value(bags, i));

	return n;
}

gboolean tf_salts_sha256(const TfPfx *pfx, const TfSafes *safes, guint8 ret_digest[TF_SHA256_SIZE])
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	guint n = 0;

	if (pfx->mac_data != NULL) {
		add(all, ASN1_STRING_get0_data(pfx->mac_data->salt),
			(gsize)ASN1_STRING_length(pfx->mac_data->salt));
		n++;
	}
	for (int i = 0; i < sk_PKCS7_num(safes); i++)
		n += add_safe(all, sk_PKCS7_value(safes, i));
	tf_sha256(all->data, all->len, ret_digest);

	return n >= 2;
}
