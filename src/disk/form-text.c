/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys in text: PEM (RFC 7468), and the bare base64 of an object whose first octets are known. */
#include <string.h>

#include "disk/form.h"

#define PEM_BEGIN  "-----BEGIN "
#define PEM_END	   "-----"
#define PEM_LABEL  48  /* "ENCRYPTED PRIVATE KEY", with room */
#define PEM_FIELDS 512 /* of RFC 1421, before the first line */
#define PEM_LINE   16  /* so many characters of base64 make a line of a key */

static gboolean is_base64(guint8 character)
{
	return g_ascii_isalnum((gchar)character) || character == '+' || character == '/';
}

/* After the label's line and RFC 1421's fields, if it has some, a line of base64. In strings of programs the
 * line's end is written as \n. */
static gboolean has_base64_line(const guint8 *bytes, gsize length, gsize at)
{
	gsize run = 0;

	for (gsize limit = MIN(length, at + PEM_FIELDS); at < limit; at++) {
		run = is_base64(bytes[at]) ? run + 1 : 0;
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

/* What the first octets become, '?' any letter; an outer length is of two octets, where no other is shown. */
static gboolean is_key_base64(const guint8 *bytes, gsize length)
{
	static const gchar *const patterns[] = {
		"MII???IBAzC",		  /* PKCS#12 */
		"MIACAQMwg",		  /* PKCS#12 of indefinite length */
		"MII???IBADANBgkqhk",	  /* PKCS#8 of RSA */
		"MIGHAgEAMBMGByqGSM4",	  /* of P-256 */
		"MIG2AgEAMBAGByqGSM4",	  /* of P-384 */
		"MIHuAgEAMBAGByqGSM4",	  /* of P-521 */
		"MII?????BgkqhkiG9w0BBQ", /* PKCS#8, encrypted by PKCS#5 */
		"MII?????BgoqhkiG9w0BDA", /* by PKCS#12's ciphers */
		"MII???IBAAKC",		  /* PKCS#1 */
		"MHcCAQEEI",		  /* SEC1 of P-256 */
		"MIGkAgEBBD",		  /* of P-384 */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
		gsize n = strlen(patterns[i]);
		gsize k = 0;

		while (k < n && k < length &&
			(patterns[i][k] == '?' ? is_base64(bytes[k]) : bytes[k] == (guint8)patterns[i][k]))
			k++;
		if (k == n)
			return TRUE;
	}

	return FALSE;
}

gssize tf_form_find_base64(const guint8 *bytes, gsize length, gsize from)
{
	while (from + 2 < length) {
		const guint8 *at = memchr(bytes + from, 'M', length - from - 2);

		if (at == NULL)
			return -1;
		from = (gsize)(at - bytes);
		if ((at[1] == 'I' || at[1] == 'H') && is_key_base64(at, length - from))
			return (gssize)from;
		from++;
	}

	return -1;
}

gboolean tf_form_is_pem_body(const guint8 *bytes, gsize at)
{
	while (at > 0 && (g_ascii_isspace(bytes[at - 1]) ||
				 (at > 1 && bytes[at - 2] == '\\' && strchr("nr", bytes[at - 1]) != NULL))) {
		at -= g_ascii_isspace(bytes[at - 1]) ? 1 : 2;
	}

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
