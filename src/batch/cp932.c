/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cp932.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <iconv.h>

#include "base/error.h"

#define FIRST_HIGH 0x80

/* Every character of CP932 lies in the Basic Multilingual Plane; 0: there is no such code. */
struct TfCp932 {
	guint16 single[256 - FIRST_HIGH];
	guint16 pair[256 - FIRST_HIGH][256];
};

/* The character of the code, or 0. */
static guint16 ask(iconv_t conversion, const guint8 *code, gsize length)
{
	guint8 character[4];
	char *in = (char *)code;
	size_t in_left = length;
	char *out = (char *)character;
	size_t out_left = sizeof character;
	size_t n_approximate = iconv(conversion, &in, &in_left, &out, &out_left);

	if (n_approximate != 0 || in_left != 0 || out_left != sizeof character - 2) {
		(void)iconv(conversion, NULL, NULL, NULL, NULL);
		return 0;
	}

	return (guint16)(character[0] << 8 | character[1]);
}

/* The half-width katakana; other single bytes above ASCII mean something to some programs only. */
static gboolean is_single(guint byte)
{
	return byte >= 0xA1 && byte <= 0xDF;
}

static void fill(TfCp932 *cp932, iconv_t conversion)
{
	for (guint lead = FIRST_HIGH; lead < 256; lead++) {
		guint8 code[2] = { (guint8)lead, 0 };

		if (is_single(lead))
			cp932->single[lead - FIRST_HIGH] = ask(conversion, code, 1);
		for (guint trail = 0x40; !is_single(lead) && trail < 256; trail++) {
			code[1] = (guint8)trail;
			cp932->pair[lead - FIRST_HIGH][trail] = ask(conversion, code, 2);
		}
	}
}

TfCp932 *tf_cp932_new(GError **error)
{
	iconv_t conversion = iconv_open("UTF-16BE", "CP932");
	TfCp932 *cp932 = NULL;

	if (conversion == (iconv_t)-1) {
		tf_raise(error, TF_ERROR_SYSTEM, _("reading CP932"), g_strerror(errno), NULL);
		return NULL;
	}
	cp932 = g_new0(TfCp932, 1);
	fill(cp932, conversion);
	(void)iconv_close(conversion);

	return cp932;
}

void tf_cp932_free(TfCp932 *cp932)
{
	g_free(cp932);
}

/* The character at 'bytes', and how many bytes it takes; 0 when there is none. */
static gunichar character_at(const TfCp932 *cp932, const guint8 *bytes, gsize left, gsize *ret_length)
{
	guint high = bytes[0] - FIRST_HIGH;

	*ret_length = 1;
	if (bytes[0] < FIRST_HIGH)
		return bytes[0];
	if (cp932->single[high] != 0)
		return cp932->single[high];
	*ret_length = 2;

	return left >= 2 ? cp932->pair[high][bytes[1]] : 0;
}

gboolean tf_cp932_is_valid(const TfCp932 *cp932, const guint8 *bytes, gsize length)
{
	gsize n = 0;

	for (gsize at = 0; at < length; at += n) {
		if (character_at(cp932, bytes + at, length - at, &n) == 0)
			return FALSE;
	}

	return TRUE;
}

gboolean tf_cp932_append(const TfCp932 *cp932, const guint8 *bytes, gsize length, TfSecret *text)
{
	gsize end = tf_secret_length(text);
	gsize n = 0;

	for (gsize at = 0; at < length; at += n) {
		gunichar character = character_at(cp932, bytes + at, length - at, &n);

		if (character == 0 || tf_secret_capacity(text) - end < TF_CP932_SLACK) {
			tf_secret_set_length(text, tf_secret_length(text));
			return FALSE;
		}
		end += (gsize)g_unichar_to_utf8(character, (gchar *)tf_secret_buffer(text) + end);
	}
	tf_secret_set_length(text, end);

	return TRUE;
}
