/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/der.h"

#include <openssl/asn1.h>
#include <openssl/err.h>

gboolean tf_der_is_one_value(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	long size = 0;
	int tag = 0;
	int kind = 0;
	int answer = 0;

	if (length == 0 || length > G_MAXINT)
		return FALSE;
	answer = ASN1_get_object(&at, &size, &tag, &kind, (long)length);
	ERR_clear_error();

	/* 0x80 is an error, 0x21 an indefinite length, which no key in DER has. */
	return (answer & 0x81) == 0 && (gsize)(at - der) + (gsize)size == length;
}
