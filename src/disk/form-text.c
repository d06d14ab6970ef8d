/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys in text: PEM (RFC 7468), and bare base64, of a key or of PEM. */
#include <openssl/crypto.h>
#include <string.h>

#include "disk/form.h"

#define PEM_BEGIN  "-----BEGIN "
#define PEM_END	   "-----"
#define PEM_LABEL  48		    /* "ENCRYPTED PRIVATE KEY", with room */
#define PEM_FIELDS 512		    /* of RFC 1421, before the first line */
#define PEM_LINE   16		    /* so many characters of base64 make a line of a key */
#define PEM_BASE64 "LS0tLS1CRUdJTi" /* "-----BEGIN " */

#define HEAD_LETTERS                                                                                         \
	36u /* as far as the identifier in a PKCS#12's beginning, whose lengths are the longest */

int tf_form_base64_value(guint8 letter)
{
	if (g_ascii_isupper(letter))
		return letter - 'A';
	if (g_ascii_islower(letter))
		return letter - 'a' + 26;
	if (g_ascii_isdigit(letter))
		return letter - '0' + 52;

	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

/* After the label's line and RFC 1421's fields, if it has some, a line of base64. In strings of programs the
 * line's end is written as \n. */
static gboolean has_base64_line(const guint8 *bytes, gsize length, gsize at)
{
	gsize run = 0;

	for (gsize limit = MIN(length, at + PEM_FIELDS); at < limit; at++) {
		run = tf_form_base64_value(bytes[at]) >= 0 ? run + 1 : 0;
		if (run >= PEM_LINE)
			return TRUE;
		if (bytes[at] == '<' || (bytes[at] == '-' && run == 0 && at + 5 <= length &&
						memcmp(bytes + at, PEM_END, 5) == 0))
			return FALSE;
	}

	/* Its end was not seen: a claim. */
	return at == length;
}

/* "PRIVATE KEY" with what may stand before it, and NSS's and old OpenSSL's "PKCS12". */
static gboolean is_key_pem(const guint8 *bytes, gsize length, gsize at)
{
	const guint8 *label = bytes + at + strlen(PEM_BEGIN);
	gsize room = MIN(length - at - strlen(PEM_BEGIN), PEM_LABEL);
	const guint8 *end = memmem(label, room, PEM_END, strlen(PEM_END));
	gsize n = end != NULL ? (gsize)(end - label) : 0;

	if (n < 6 ||
		!((n >= 11 && memcmp(end - 11, "PRIVATE KEY", 11) == 0) || memcmp(end - 6, "PKCS12", 6) == 0))
		return FALSE;

	return has_base64_line(bytes, length, at + strlen(PEM_BEGIN) + n + strlen(PEM_END));
}

gssize tf_form_find_pem(const guint8 *bytes, gsize length, gsize from)
{
	while (from < length) {
		const guint8 *at = memmem(bytes + from, length - from, PEM_BEGIN, strlen(PEM_BEGIN));

		if (at == NULL)
			return -1;
		if (is_key_pem(bytes, length, (gsize)(at - bytes)))
			return at - bytes;
		from = (gsize)(at - bytes) + strlen(PEM_BEGIN);
	}

	return -1;
}

/* As many whole groups as there are in one line, or behind its end, of HEAD_LETTERS at most. */
static gsize decode_head(const guint8 *bytes, gsize length, guint8 *ret_head)
{
	guint32 bits = 0;
	gsize n_letters = 0;
	gsize n = 0;

	for (gsize at = 0; at < length && n_letters < HEAD_LETTERS; at++) {
		int value = tf_form_base64_value(bytes[at]);

		if (value < 0 && !g_ascii_isspace(bytes[at]))
			break;
		if (value < 0)
			continue;
		bits = bits << 6 | (guint32)value;
		if (++n_letters % 4 != 0)
			continue;
		ret_head[n++] = (guint8)(bits >> 16);
		ret_head[n++] = (guint8)(bits >> 8);
		ret_head[n++] = (guint8)bits;
	}

	return n;
}

/* A key in DER by the same octets as in a file of its own. A PEM whose label is not a key's may have one
 * behind it. */
static gboolean is_key_base64(const guint8 *bytes, gsize length)
{
	guint8 head[HEAD_LETTERS / 4 * 3];
	gsize n = 0;
	gboolean is_key = FALSE;

	if (bytes[0] == 'L')
		return length >= strlen(PEM_BASE64) && memcmp(bytes, PEM_BASE64, strlen(PEM_BASE64)) == 0;
	n = decode_head(bytes, length, head);
	is_key = tf_form_of_der(head, n) != TF_FORM_NONE;
	/* A scalar may have begun. */
	OPENSSL_cleanse(head, sizeof head);

	return is_key;
}

/* The first two letters of a sequence of more than 111 octets, or of PEM. */
static gboolean may_begin(const guint8 *at)
{
	return at[0] == 'M' ? at[1] == 'I' || at[1] == 'H' : at[0] == 'L' && at[1] == 'S';
}

/* Where one of the two letters stands, from 'at' on; 'end' when neither does. '*m' and '*l' are where they
 * were found last, so that what has neither is passed over once. */
static const guint8 *next_letter(const guint8 *at, const guint8 *end, const guint8 **m, const guint8 **l)
{
	if (*m == NULL || *m < at)
		*m = memchr(at, 'M', (gsize)(end - at));
	if (*m == NULL)
		*m = end;
	if (*l == NULL || *l < at)
		*l = memchr(at, 'L', (gsize)(end - at));
	if (*l == NULL)
		*l = end;

	return MIN(*m, *l);
}

gssize tf_form_find_base64(const guint8 *bytes, gsize length, gsize from)
{
	const guint8 *end = NULL;
	const guint8 *m = NULL;
	const guint8 *l = NULL;

	if (from + 2 >= length)
		return -1;
	end = bytes + length - 2;
	for (const guint8 *at = bytes + from; (at = next_letter(at, end, &m, &l)) < end; at++) {
		if (may_begin(at) && is_key_base64(at, length - (gsize)(at - bytes)))
			return at - bytes;
	}

	return -1;
}

/* Of what stands between two lines: of a text, of a string of a program, of an answer's quotation. */
static gsize gap_before(const guint8 *bytes, gsize at)
{
	if (g_ascii_isspace(bytes[at - 1]))
		return 1;
	if (at > 1 && bytes[at - 2] == '\\' && strchr("nr", bytes[at - 1]) != NULL)
		return 2;

	return at > 1 && bytes[at - 1] == '>' && strchr("\n >", bytes[at - 2]) != NULL ? 1 : 0;
}

gboolean tf_form_is_pem_body(const guint8 *bytes, gsize at)
{
	gsize gap = 0;

	while (at > 0 && (gap = gap_before(bytes, at)) > 0)
		at -= gap;

	return at >= strlen(PEM_END) && memcmp(bytes + at - strlen(PEM_END), PEM_END, strlen(PEM_END)) == 0;
}

gsize tf_form_narrow(const guint8 *bytes, gsize length, guint8 *ret_narrow)
{
	gboolean is_little = length >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE;
	gboolean is_big = length >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF;
	gsize low = is_little ? 0 : 1;
	gsize n = is_little || is_big ? length / 2 - 1 : 0;

	for (gsize i = 0; i < n; i++) {
		const guint8 *character = bytes + 2 + 2 * i;

		ret_narrow[i] = character[1 - low] == 0 && character[low] < 0x80 ? character[low] : 0xFF;
	}

	return n;
}
