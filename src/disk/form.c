/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/form.h"

#include <openssl/crypto.h>
#include <string.h>

#define MAIL_LINES 3
#define FIELD_NAME 127
#define MAIL_LEAD  64

#define CPIO_HEADER 26

/* Where an ASN.1 element's contents lie; definite or, of BER, indefinite length (X.690, section 8.1.3). */
typedef struct Element {
	gsize contents;
	gsize length; /* of the contents; G_MAXSIZE when indefinite */
} Element;

static gboolean element_at(const guint8 *bytes, gsize length, gsize at, guint8 tag, Element *ret_element)
{
	guint n = 0;

	if (at + 2 > length || bytes[at] != tag)
		return FALSE;
	ret_element->contents = at + 2;
	ret_element->length = bytes[at + 1];
	if (bytes[at + 1] < 0x80)
		return TRUE;
	n = bytes[at + 1] & 0x7Fu;
	if (n == 0) {
		ret_element->length = G_MAXSIZE;
		return (tag & 0x20) != 0;
	}
	if (n > 4 || at + 2 + n > length)
		return FALSE;
	ret_element->contents = at + 2 + n;
	ret_element->length = 0;
	for (guint i = 0; i < n; i++)
		ret_element->length = ret_element->length << 8 | bytes[at + 2 + i];

	return TRUE;
}

static gboolean has_octets(
	const guint8 *bytes, gsize length, gsize at, const guint8 *expected, gsize expected_length)
{
	return at + expected_length <= length && memcmp(bytes + at, expected, expected_length) == 0;
}

#define HAS(bytes, length, at, ...)                                                                          \
	has_octets(                                                                                          \
		bytes, length, at, (const guint8[]){ __VA_ARGS__ }, sizeof((const guint8[]){ __VA_ARGS__ }))

/* SEQUENCE { version 3, SEQUENCE { pkcs7-data or pkcs7-signedData ... */
static gboolean is_pkcs12(const guint8 *bytes, gsize length, gsize at)
{
	Element inner;

	if (!HAS(bytes, length, at, 0x02, 0x01, 0x03) || !element_at(bytes, length, at + 3, 0x30, &inner))
		return FALSE;
	at = inner.contents;

	return HAS(bytes, length, at, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07) &&
	       at + 10 < length && (bytes[at + 10] == 1 || bytes[at + 10] == 2);
}

/* SEQUENCE { version 0 or 1, SEQUENCE { OBJECT ... */
static gboolean is_pkcs8(const guint8 *bytes, gsize length, gsize at)
{
	Element inner;

	return (HAS(bytes, length, at, 0x02, 0x01, 0x00) || HAS(bytes, length, at, 0x02, 0x01, 0x01)) &&
	       element_at(bytes, length, at + 3, 0x30, &inner) && inner.length >= 5 && inner.length <= 1024 &&
	       HAS(bytes, length, inner.contents, 0x06);
}

/* SEQUENCE { SEQUENCE { OBJECT of PKCS#5 or of PKCS#12's ciphers ... */
static gboolean is_pkcs8_encrypted(const guint8 *bytes, gsize length, gsize at)
{
	Element inner;

	if (!element_at(bytes, length, at, 0x30, &inner) || inner.length > 1024)
		return FALSE;
	at = inner.contents;

	return HAS(bytes, length, at, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05) ||
	       HAS(bytes, length, at, 0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x01);
}

/* SEQUENCE { version 0, INTEGER of an RSA modulus ... */
static gboolean is_pkcs1(const guint8 *bytes, gsize length, gsize at)
{
	Element modulus;

	return HAS(bytes, length, at, 0x02, 0x01, 0x00) &&
	       element_at(bytes, length, at + 3, 0x02, &modulus) && modulus.length >= 64 &&
	       modulus.length <= 2049;
}

/* SEQUENCE { version 1, OCTET STRING of a scalar ... */
static gboolean is_sec1(const guint8 *bytes, gsize length, gsize at)
{
	Element scalar;

	return HAS(bytes, length, at, 0x02, 0x01, 0x01) && element_at(bytes, length, at + 3, 0x04, &scalar) &&
	       scalar.length >= 16 && scalar.length <= 66;
}

TfForm tf_form_of_der(const guint8 *bytes, gsize length)
{
	static const struct {
		gboolean (*is)(const guint8 *bytes, gsize length, gsize at);
		TfForm form;
	} forms[] = {
		{ is_pkcs12, TF_FORM_PKCS12 },
		{ is_pkcs8, TF_FORM_PKCS8 },
		{ is_pkcs1, TF_FORM_PKCS1 },
		{ is_sec1, TF_FORM_SEC1 },
		{ is_pkcs8_encrypted, TF_FORM_PKCS8_ENCRYPTED },
	};
	Element outer;

	if (!element_at(bytes, length, 0, 0x30, &outer))
		return TF_FORM_NONE;
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		if (forms[i].is(bytes, length, outer.contents))
			return forms[i].form;
	}

	return TF_FORM_NONE;
}

/* What is of indefinite length ends with as many end-of-contents as it, and what lies open in it, has
 * (X.690, section 8.1.5). */
gsize tf_form_der_size(const guint8 *bytes, gsize length)
{
	gsize at = 0;
	guint n_open = 0;

	if (length == 0 || bytes[0] != 0x30)
		return 0;
	do {
		Element element;

		if (at >= length || !element_at(bytes, length, at, bytes[at], &element))
			return 0;
		if (element.length == G_MAXSIZE)
			n_open++;
		else if (bytes[at] == 0x00 && n_open > 0)
			n_open--;
		at = element.contents + (element.length == G_MAXSIZE ? 0 : element.length);
	} while (n_open > 0);

	return at;
}

static gboolean begins_with(const guint8 *bytes, gsize length, const gchar *text)
{
	gsize n = strlen(text);

	return length >= n && memcmp(bytes, text, n) == 0;
}

/* In octal: the sum of a tar header's octets, its own taken for blanks. Seventh Edition Unix's tar, which
 * some programs still write, has nothing else to be known by. */
static gboolean has_tar_sum(const guint8 *header)
{
	const guint8 *field = header + 148;
	guint stated = 0;
	guint sum = 0;
	guint n_digits = 0;

	for (gsize i = 0; i < 8; i++) {
		if (field[i] >= '0' && field[i] <= '7') {
			stated = stated << 3 | (guint)(field[i] - '0');
			n_digits++;
		} else if (field[i] != ' ' && field[i] != '\0')
			return FALSE;
		else if (n_digits > 0)
			break;
	}
	if (n_digits == 0)
		return FALSE;
	for (gsize i = 0; i < 512; i++)
		sum += header + i >= field && header + i < field + 8 ? ' ' : header[i];

	return sum == stated;
}

/* POSIX.1-2017, pax, "ustar Interchange Format"; GNU's tar writes the same five letters. */
static gboolean is_tar(const guint8 *bytes, gsize length)
{
	return length >= 512 && bytes[0] != '\0' &&
	       (memcmp(bytes + 257, "ustar", 5) == 0 || has_tar_sum(bytes));
}

/* Of two octets, the high one at 'high'. */
static guint word_at(const guint8 *bytes, gsize at, gsize high)
{
	return (guint)bytes[at + high] << 8 | bytes[at + 1 - high];
}

/* Seventh Edition Unix's, of words in either order. A magic of one word is none: the mode has a file's type,
 * and the name ends where its size says. */
static gboolean is_binary_cpio(const guint8 *bytes, gsize length, gsize high)
{
	guint name_size = 0;
	guint type = 0;

	if (length < CPIO_HEADER || word_at(bytes, 0, high) != 070707)
		return FALSE;
	type = word_at(bytes, 6, high) >> 12;
	name_size = word_at(bytes, 20, high);

	return (type == 001 || type == 002 || type == 004 || type == 006 || type == 010 || type == 012) &&
	       name_size > 1 && CPIO_HEADER + name_size <= length &&
	       memchr(bytes + CPIO_HEADER, '\0', name_size) == bytes + CPIO_HEADER + name_size - 1;
}

static gboolean is_archive(const guint8 *bytes, gsize length)
{
	static const struct {
		const gchar *octets;
		gsize length;
	} magics[] = {
		{ "PK\3\4", 4 }, { "7z\xBC\xAF\x27\x1C", 6 }, { "\x1F\x8B\x08", 3 }, { "BZh", 3 },
		{ "\xFD"
		  "7zXZ\0",
			6 },
		{ "\x28\xB5\x2F\xFD", 4 }, { "Rar!\x1A\x07", 6 }, { "MSCF\0\0\0\0", 8 }, { "070701", 6 },
		{ "070702", 6 }, { "070707", 6 }, { "070727", 6 }, /* of afio */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(magics); i++) {
		if (length >= magics[i].length && memcmp(bytes, magics[i].octets, magics[i].length) == 0)
			return TRUE;
	}

	return is_tar(bytes, length) || is_binary_cpio(bytes, length, 0) || is_binary_cpio(bytes, length, 1);
}

/* SQLite, and Berkeley DB 1.85's hash of either byte order, as NSS had it before. */
static gboolean is_database(const guint8 *bytes, gsize length)
{
	return begins_with(bytes, length, "SQLite format 3") ||
	       HAS(bytes, length, 0, 0x00, 0x06, 0x15, 0x61) || HAS(bytes, length, 0, 0x61, 0x15, 0x06, 0x00);
}

static gboolean is_field_name(guint8 character)
{
	return g_ascii_isgraph((gchar)character) && character != ':';
}

/* RFC 5322, section 2.2: a name without blanks, then a colon. The name's length; 0: the line is no field. */
static gsize field_name(const guint8 *bytes, gsize length, gsize at)
{
	gsize n = 0;

	while (at + n < length && n < FIELD_NAME && is_field_name(bytes[at + n]))
		n++;

	return n > 0 && at + n < length && bytes[at + n] == ':' ? n : 0;
}

static gboolean is_mail_field(const guint8 *bytes, gsize length)
{
	static const gchar *const names[] = { "Received", "Return-Path", "Message-ID", "From", "Date",
		"Subject", "To", "MIME-Version", "Delivered-To", "X-Mozilla-Status", "Content-Type",
		"Content-Transfer-Encoding", "X-Received", "Received-SPF", "Authentication-Results",
		"DKIM-Signature", "DomainKey-Signature", "ARC-Seal", "ARC-Message-Signature",
		"ARC-Authentication-Results", "X-Original-To", "Envelope-To", "Reply-To", "X-Mozilla-Status2",
		"X-Mozilla-Keys", "X-Account-Key", "X-UIDL", "X-UID", "X-Gmail-Labels", "X-GM-THRID",
		"X-MS-Has-Attach", "X-Unsent" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strlen(names[i]) == length &&
			g_ascii_strncasecmp(names[i], (const gchar *)bytes, length) == 0)
			return TRUE;
	}

	return FALSE;
}

/* Behind a line of digits, with blanks after them; 'at' when it is another line. */
static gsize skip_number(const guint8 *bytes, gsize limit, gsize at)
{
	gsize end = at;

	while (end < limit && g_ascii_isdigit(bytes[end]))
		end++;
	if (end == at)
		return at;
	while (end < limit && (bytes[end] == ' ' || bytes[end] == '\r'))
		end++;

	return end < limit && bytes[end] == '\n' ? end + 1 : at;
}

gsize tf_form_mail_lead(const guint8 *bytes, gsize length)
{
	gsize at = begins_with(bytes, length, "\xEF\xBB\xBF") ? 3 : 0;
	gsize limit = MIN(length, at + MAIL_LEAD);

	at = skip_number(bytes, limit, at);
	while (at < limit && (bytes[at] == '\n' || bytes[at] == '\r'))
		at++;

	return at;
}

/* The first line is a field, and so are those after it, among them a mail's: so many, or any before the empty
 * line or where the octets that are looked at end; or an mbox (RFC 4155). */
static gboolean is_mail(const guint8 *bytes, gsize length)
{
	gsize at = tf_form_mail_lead(bytes, length);
	guint n_fields = 0;

	if (at == length)
		return FALSE;
	if (begins_with(bytes + at, length - at, "From "))
		return TRUE;
	if (field_name(bytes, length, at) == 0)
		return FALSE;
	while (at < length && bytes[at] != '\n' && bytes[at] != '\r') {
		gsize name = field_name(bytes, length, at);
		const guint8 *end = memchr(bytes + at, '\n', length - at);

		if (name > 0 && is_mail_field(bytes + at, name) && ++n_fields == MAIL_LINES)
			return TRUE;
		if (end != NULL && name == 0 && bytes[at] != ' ' && bytes[at] != '\t')
			return FALSE;
		at = end != NULL ? (gsize)(end - bytes) + 1 : length;
	}

	return n_fields > 0 && (at < length || length >= TF_FORM_HEAD);
}

/* A text of Windows' editors with a key in it. */
static gboolean is_wide_text(const guint8 *head, gsize length)
{
	guint8 narrow[TF_FORM_HEAD / 2];
	gsize n = tf_form_narrow(head, MIN(length, TF_FORM_HEAD), narrow);
	gboolean has_key = tf_form_find_pem(narrow, n, 0) >= 0 || tf_form_find_base64(narrow, n, 0) >= 0;

	OPENSSL_cleanse(narrow, n);

	return has_key;
}

TfForm tf_form_of(const guint8 *head, gsize length)
{
	TfForm form = tf_form_of_der(head, length);

	if (form != TF_FORM_NONE)
		return form;
	if (HAS(head, length, 0, 0xFE, 0xED, 0xFE, 0xED))
		return TF_FORM_JKS;
	if (HAS(head, length, 0, 0xCE, 0xCE, 0xCE, 0xCE))
		return TF_FORM_JCEKS;
	if (is_archive(head, length))
		return TF_FORM_ARCHIVE;
	if (is_database(head, length))
		return TF_FORM_DATABASE;
	if (is_mail(head, length))
		return TF_FORM_MAIL;
	/* Vim's swap file has the text behind what is looked at here. */
	if (begins_with(head, length, "b0VIM ") || is_wide_text(head, length) ||
		tf_form_find_pem(head, length, 0) >= 0 || tf_form_find_base64(head, length, 0) >= 0)
		return TF_FORM_TEXT;

	return TF_FORM_NONE;
}

gboolean tf_form_is_key(TfForm form)
{
	return form > TF_FORM_NONE && form <= TF_FORM_NSS;
}

const gchar *tf_form_name(TfForm form)
{
	static const gchar *const names[TF_N_FORMS] = {
		[TF_FORM_NONE] = "none",
		[TF_FORM_PKCS12] = "pkcs12",
		[TF_FORM_PKCS8] = "pkcs8",
		[TF_FORM_PKCS8_ENCRYPTED] = "pkcs8-encrypted",
		[TF_FORM_PKCS1] = "pkcs1",
		[TF_FORM_SEC1] = "sec1",
		[TF_FORM_JKS] = "jks",
		[TF_FORM_JCEKS] = "jceks",
		[TF_FORM_NSS] = "nss",
		[TF_FORM_TEXT] = "text",
		[TF_FORM_MAIL] = "mail",
		[TF_FORM_ARCHIVE] = "archive",
		[TF_FORM_DATABASE] = "database",
	};

	return names[form];
}
