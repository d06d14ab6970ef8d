/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "myeid.h"

#include <openssl/core_names.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"

#define DATA_INFORMATION 0xA0u
#define INFORMATION_SIZE 20u
#define SERIAL_OFFSET	 8u
#define SERIAL_SIZE	 10u
#define MAX_PUBLIC	 512u /* RSA-4096 in bytes */
#define DATA_MODULUS	 0x01u
#define DATA_POINT	 0x86u
#define POINT_HEADER	 2u /* tag and length, before the point */
#define SW_NO_DATA	 0x6A88u

gboolean tf_myeid_check_identity(
	TfCardChannel *channel, TfSecret *data, const TfTokenFacts *token, GError **error)
{
	static const guint8 command[] = { 0x00, 0xCA, 0x01, DATA_INFORMATION, INFORMATION_SIZE };
	g_autofree gchar *serial = NULL;
	guint16 status = 0;

	if (!tf_card_channel_transmit(channel, command, sizeof command, data, &status, error))
		return FALSE;
	if (status == TF_SW_OK && tf_secret_length(data) == INFORMATION_SIZE)
		serial = tf_hex(tf_secret_peek(data) + SERIAL_OFFSET, SERIAL_SIZE);
	/* CK_TOKEN_INFO has room for the last sixteen digits. */
	if (serial != NULL && *token->serial != '\0' && g_str_has_suffix(serial, token->serial))
		return TRUE;

	return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "GET DATA 01A0", NULL);
}

gboolean tf_myeid_select_file(TfCardChannel *channel, guint file, guint16 *ret_status, GError **error)
{
	const guint8 command[] = { 0x00, 0xA4, 0x08, 0x0C, 0x04, 0x50, 0x15, (guint8)(file >> 8),
		(guint8)(file & 0xffu) };

	return tf_card_channel_transmit(channel, command, sizeof command, NULL, ret_status, error);
}

/* The modulus or the uncompressed point; the length, or 0. */
static gsize public_part(EVP_PKEY *public, guint8 ret_bytes[MAX_PUBLIC])
{
	g_autoptr(BIGNUM) n = NULL;
	gsize length = 0;

	if (EVP_PKEY_is_a(public, "RSA") != 1)
		return EVP_PKEY_get_octet_string_param(
			       public, OSSL_PKEY_PARAM_PUB_KEY, ret_bytes, MAX_PUBLIC, &length) == 1
			       ? length
			       : 0;
	if (EVP_PKEY_get_bn_param(public, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
		BN_num_bytes(n) > (int)MAX_PUBLIC)
		return 0;

	return (gsize)BN_bn2bin(n, ret_bytes);
}

gboolean tf_myeid_compare(
	TfCardChannel *channel, TfSecret *data, EVP_PKEY *key, TfHalf *ret_half, GError **error)
{
	gboolean is_rsa = EVP_PKEY_is_a(key, "RSA") == 1;
	gsize header = is_rsa ? 0 : POINT_HEADER;
	guint8 expected[MAX_PUBLIC];
	gsize length = public_part(key, expected);
	const guint8 command[] = { 0x00, 0xCA, 0x01, is_rsa ? DATA_MODULUS : DATA_POINT, 0x00 };
	guint16 status = 0;

	if (!tf_card_channel_transmit(channel, command, sizeof command, data, &status, error))
		return FALSE;
	if (status == SW_NO_DATA)
		*ret_half = TF_HALF_UNKNOWN;
	else if (status == TF_SW_OK && length > 0 && tf_secret_length(data) == header + length &&
		 memcmp(tf_secret_peek(data) + header, expected, length) == 0)
		*ret_half = TF_HALF_SAME;
	else
		*ret_half = TF_HALF_OTHER;

	return TRUE;
}
