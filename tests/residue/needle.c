/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "needle.h"

#define MASK 0xA5

TfNeedle tf_needle_new(const gchar *name, gconstpointer secret, gsize length)
{
	TfNeedle needle = { .length = (guint32)length };
	const guint8 *bytes = secret;

	g_assert_cmpuint(length, <=, TF_NEEDLE_LIMIT);
	g_strlcpy(needle.name, name, sizeof needle.name);
	for (gsize i = 0; i < length; i++)
		needle.masked[i] = bytes[i] ^ MASK;

	return needle;
}

TfNeedle tf_needle_reversed(const TfNeedle *needle, const gchar *name)
{
	TfNeedle reversed = { .length = needle->length };

	g_strlcpy(reversed.name, name, sizeof reversed.name);
	for (guint32 i = 0; i < needle->length; i++)
		reversed.masked[i] = needle->masked[needle->length - 1 - i];

	return reversed;
}

gboolean tf_needle_is_at(const TfNeedle *needle, const guint8 *memory)
{
	for (guint32 i = 0; i < needle->length; i++) {
		if ((memory[i] ^ MASK) != needle->masked[i])
			return FALSE;
	}

	return TRUE;
}

TfSecret *tf_needle_secret(const TfNeedle *needle)
{
	TfSecret *secret = tf_secret_new(needle->length);
	guint8 *bytes = tf_secret_buffer(secret);

	for (guint32 i = 0; i < needle->length; i++)
		bytes[i] = needle->masked[i] ^ MASK;
	tf_secret_set_length(secret, needle->length);

	return secret;
}
