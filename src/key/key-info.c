/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key-info-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

#include "key/der.h"
#include "key/openssl.h"
#include "labels-private.h"

#define CURVE_NAME "named_curve"

/* INTEGER 0 or 1, at the beginning of the sequence. */
static gboolean has_small_version(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	long size = 0;
	int tag = 0;
	int kind = 0;
	int answer = ASN1_get_object(&at, &size, &tag, &kind, (long)length);

	return (answer & 0x80) == 0 && size >= 3 && at[0] == V_ASN1_INTEGER && at[1] == 1 && at[2] <= 1;
}

/* Of RSA none or NULL, of a curve its name. */
static gboolean has_small_parameters(const X509_ALGOR *algorithm)
{
	int type = V_ASN1_UNDEF;

	X509_ALGOR_get0(NULL, &type, NULL, algorithm);

	return type == V_ASN1_UNDEF || type == V_ASN1_NULL || type == V_ASN1_OBJECT;
}

static gboolean is_alone(const PKCS8_PRIV_KEY_INFO *info)
{
	const X509_ALGOR *algorithm = NULL;
	const guint8 *key = NULL;
	int length = 0;

	return PKCS8_pkey_get0(NULL, &key, &length, &algorithm, info) == 1 && length > 0 &&
	       tf_der_is_one_value(key, (gsize)length) && has_small_parameters(algorithm) &&
	       tf_labels_are_harmless(PKCS8_pkey_get0_attrs(info));
}

gpointer tf_key_info_read(const guint8 *bytes, gsize length)
{
	const guint8 *at = bytes;
	g_autoptr(TfKeyInfo) read = g_new0(TfKeyInfo, 1);

	read->info = length <= G_MAXINT ? d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)length) : NULL;
	if (read->info != NULL)
		read->is_alone = tf_der_is_one_value(bytes, length) && has_small_version(bytes, length) &&
				 is_alone(read->info);
	ERR_clear_error();

	return read->info != NULL ? g_steal_pointer(&read) : NULL;
}

void tf_key_info_free(TfKeyInfo *info)
{
	if (info == NULL)
		return;

	PKCS8_PRIV_KEY_INFO_free(info->info);
	g_free(info);
}

gboolean tf_key_info_is_named(const EVP_PKEY *key)
{
	gchar encoding[sizeof CURVE_NAME] = "";

	if (key == NULL || !EVP_PKEY_is_a(key, "EC"))
		return key != NULL;

	/* Another one is longer, or not this one. */
	return EVP_PKEY_get_utf8_string_param(
		       key, OSSL_PKEY_PARAM_EC_ENCODING, encoding, sizeof encoding, NULL) == 1 &&
	       strcmp(encoding, CURVE_NAME) == 0;
}
