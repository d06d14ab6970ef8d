/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hex.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <string.h>

gchar *tf_hex(gconstpointer bytes, gsize length)
{
	static const gchar digits[] = "0123456789abcdef";
	const guint8 *at = bytes;
	gchar *text = g_malloc(2 * length + 1);

	for (gsize i = 0; i < length; i++) {
		text[2 * i] = digits[at[i] >> 4];
		text[2 * i + 1] = digits[at[i] & 0x0F];
	}
	text[2 * length] = '\0';

	return text;
}

GBytes *tf_unhex(const gchar *text)
{
	gsize length = strlen(text);
	g_autofree guint8 *bytes = NULL;

	if (length % 2 != 0)
		return NULL;

	bytes = g_malloc(length / 2 + 1);
	for (gsize i = 0; i < length; i += 2) {
		gint high = g_ascii_xdigit_value(text[i]);
		gint low = g_ascii_xdigit_value(text[i + 1]);

		if (high < 0 || low < 0)
			return NULL;
		bytes[i / 2] = (guint8)(high << 4 | low);
	}

	return g_bytes_new_take(g_steal_pointer(&bytes), length / 2);
}

void tf_sha256(gconstpointer bytes, gsize length, guint8 ret_digest[TF_SHA256_SIZE])
{
	(void)SHA256(bytes, length, ret_digest);
}

gchar *tf_uuid(void)
{
	guint8 b[16];
	g_autofree gchar *hex = NULL;

	if (RAND_bytes(b, sizeof b) != 1)
		g_error("the random generator failed");
	b[6] = (guint8)((b[6] & 0x0F) | 0x40);
	b[8] = (guint8)((b[8] & 0x3F) | 0x80);
	hex = tf_hex(b, sizeof b);

	return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}
