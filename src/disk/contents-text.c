/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys in text: PEM (RFC 7468, RFC 1421) and bare base64, with the line ends of mails, of programs' strings
 * and of editors' swap files. */
#include <openssl/crypto.h>
#include <string.h>

#include "contents-private.h"

#define PEM_END "-----END "
#define DASHES	"-----"

/* What base64 stands for, -1 for what may stand between its letters, -2 where it ends. */
static int value_of(guint8 letter)
{
	int value = tf_form_base64_value(letter);

	if (value >= 0)
		return value;
	switch (letter) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '\0':
	case '"':
		return -1;
	default:
		return -2;
	}
}

/* A line's end as a string of a program has it: a backslash, then r, n or the line's end itself. */
static gsize escape_length(const guint8 *bytes, gsize length, gsize at)
{
	if (bytes[at] != '\\' || at + 1 >= length || strchr("nr\n\r\\", bytes[at + 1]) == NULL)
		return 0;

	return 2;
}

/* What answers to mail put before each line of the other's text. */
static gboolean is_quote(const guint8 *bytes, gsize at)
{
	if (bytes[at] != '>')
		return FALSE;
	while (at > 0 && (bytes[at - 1] == '>' || bytes[at - 1] == ' '))
		at--;

	return at > 0 && bytes[at - 1] == '\n';
}

/* From its first letter to whatever is none; at most 'limit' octets. Cleared when freed. */
static TfSecret *decode(const guint8 *bytes, gsize length, gsize limit)
{
	g_autoptr(TfSecret) decoded = tf_secret_new(MIN(length / 4 * 3 + 3, limit));
	guint32 bits = 0;
	guint n_bits = 0;
	gsize n = 0;

	if (decoded == NULL)
		return NULL;
	for (gsize at = 0; at < length && n < tf_secret_capacity(decoded);) {
		gsize escape = escape_length(bytes, length, at);
		int value = escape > 0 || is_quote(bytes, at) ? -1 : value_of(bytes[at]);

		at += MAX(escape, 1);
		if (value == -2)
			break;
		if (value == -1)
			continue;
		bits = bits << 6 | (guint32)value;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			tf_secret_buffer(decoded)[n++] = (guint8)(bits >> n_bits);
		}
	}
	OPENSSL_cleanse(&bits, sizeof bits);
	tf_secret_set_length(decoded, n);

	return g_steal_pointer(&decoded);
}

/* Where the letters end that stand for so many octets. */
static gsize letters_for(const guint8 *bytes, gsize length, gsize n_octets)
{
	gsize n = n_octets * 4 / 3;
	gsize at = 0;

	while (at < length && n > 0) {
		gsize escape = escape_length(bytes, length, at);

		if (escape == 0 && value_of(bytes[at]) >= 0)
			n--;
		at += MAX(escape, 1);
	}

	return at;
}

static void look_at_decoded(TfSearch *search, const TfSecret *decoded, const gchar *member)
{
	TfForm form = TF_FORM_NONE;

	if (decoded == NULL || tf_secret_length(decoded) == 0)
		return;
	form = tf_form_of(tf_secret_peek(decoded), MIN(tf_secret_length(decoded), TF_FORM_HEAD));
	if (tf_form_is_key(form))
		tf_search_der(search, form, tf_secret_peek(decoded), tf_secret_length(decoded), member);
}

/* RFC 1421's fields stand between the label and the first line, and an empty line after them. */
static gboolean has_cipher(const guint8 *bytes, gsize length)
{
	return memmem(bytes, MIN(length, 256), "ENCRYPTED\n", 10) != NULL ||
	       memmem(bytes, MIN(length, 256), "ENCRYPTED\r", 10) != NULL;
}

static void look_at_encrypted(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *label, const gchar *member)
{
	g_autoptr(TfSecret) text = length <= TF_CONTENTS_KEY_LIMIT ? tf_secret_new_copy(bytes, length) : NULL;
	TfPiece piece = { .form = strncmp(label, "EC ", 3) == 0 ? TF_FORM_SEC1 : TF_FORM_PKCS1,
		.bytes = text,
		.member = member,
		.is_pem = TRUE,
		.is_damaged = text == NULL };

	tf_search_tell(search, &piece);
}

/* One PEM block; how long it is. */
static gsize look_at_pem(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	gsize begin = strlen("-----BEGIN ");
	const guint8 *label_end = memmem(bytes + begin, length - begin, DASHES, strlen(DASHES));
	gsize body = (gsize)(label_end - bytes) + strlen(DASHES);
	const guint8 *end = memmem(bytes + body, length - body, PEM_END, strlen(PEM_END));
	gsize body_end = end != NULL ? (gsize)(end - bytes) : length;
	g_autoptr(TfSecret) decoded = NULL;

	if (has_cipher(bytes + body, body_end - body)) {
		const guint8 *close =
			end != NULL ? memmem(end + strlen(PEM_END), length - body_end - strlen(PEM_END),
					      DASHES, strlen(DASHES))
				    : NULL;
		gsize whole = close != NULL ? (gsize)(close - bytes) + strlen(DASHES) : body_end;

		look_at_encrypted(search, bytes, whole, (const gchar *)bytes + begin, member);
		return whole;
	}
	decoded = decode(bytes + body, body_end - body, TF_CONTENTS_KEY_LIMIT);
	look_at_decoded(search, decoded, member);

	return body_end;
}

/* Vim keeps the lines of its swap file backwards: the last one of a block first, a NUL after each. */
static gboolean is_backwards(const guint8 *bytes, gsize length)
{
	return length > 6 && memcmp(bytes, "b0VIM ", 6) == 0;
}

static void look_at_backwards(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	TfPiece piece = { .form = TF_FORM_PKCS8, .member = member, .is_damaged = TRUE };

	if (memmem(bytes, length, "PRIVATE KEY-----", 16) != NULL)
		tf_search_tell(search, &piece);
}

static gchar *place_of(const gchar *member, const guint8 *bytes, gsize at)
{
	gsize line = 1;
	g_autofree gchar *place = NULL;

	for (const guint8 *p = bytes; (p = memchr(p, '\n', (gsize)(bytes + at - p))) != NULL; p++)
		line++;
	/* No blank stands for "line" in every language. */
	place = g_strdup_printf("#%" G_GSIZE_FORMAT, line);

	return tf_search_member(member, place);
}

/* The text is nothing but this key when nothing else than blanks stands around it. */
static gboolean is_alone(const guint8 *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (!g_ascii_isspace(bytes[i]))
			return FALSE;
	}

	return TRUE;
}

static void look_at_pems(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	gsize from = 0;

	while (!search->is_ended && from < length) {
		gssize at = tf_form_find_pem(bytes, length, from);
		g_autofree gchar *place = NULL;

		if (at < 0)
			return;
		if (member != NULL || !is_alone(bytes, (gsize)at))
			place = place_of(member, bytes, (gsize)at);
		from = (gsize)at + look_at_pem(search, bytes + at, length - (gsize)at, place);
	}
}

/* The key that begins where the base64 does; how long it is, 0 when it is none, or does not say. What lies
 * within it is a part of it. */
static gsize look_at_base64_key(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	g_autoptr(TfSecret) decoded = decode(bytes, length, TF_CONTENTS_KEY_LIMIT);
	guint n_told = search->n_told;
	gsize size = 0;

	/* PEM, as in the settings of clusters. */
	if (decoded != NULL && bytes[0] == 'L') {
		look_at_pems(search, tf_secret_peek(decoded), tf_secret_length(decoded), member);
		return letters_for(bytes, length, tf_secret_length(decoded));
	}
	look_at_decoded(search, decoded, member);
	if (decoded == NULL || search->n_told == n_told)
		return 0;
	size = tf_form_der_size(tf_secret_peek(decoded), tf_secret_length(decoded));

	return size <= tf_secret_length(decoded) ? letters_for(bytes, length, size) : 0;
}

static void look_at_base64(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	gsize from = 0;

	while (!search->is_ended && from < length) {
		gssize at = tf_form_find_base64(bytes, length, from);
		g_autofree gchar *place = NULL;
		gsize size = 0;

		if (at < 0)
			return;
		if (!tf_form_is_pem_body(bytes, (gsize)at)) {
			place = place_of(member, bytes, (gsize)at);
			size = look_at_base64_key(search, bytes + at, length - (gsize)at, place);
		}
		from = (gsize)at + MAX(size, 1);
	}
}

/* One key, which begins where the text does. Of a cipher's text nothing tells that it is whole but its end.
 */
gsize tf_search_text_at(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	if (tf_form_find_pem(bytes, length, 0) == 0)
		return memmem(bytes, length, PEM_END, strlen(PEM_END)) != NULL
			       ? look_at_pem(search, bytes, length, member)
			       : 0;
	if (tf_form_find_base64(bytes, length, 0) != 0)
		return 0;

	return look_at_base64_key(search, bytes, length, member);
}

static void look_at_wide(TfSearch *search, const guint8 *bytes, gsize length, const gchar *member)
{
	guint8 *narrow = OPENSSL_malloc(length / 2 + 1);
	gsize n = narrow != NULL ? tf_form_narrow(bytes, length, narrow) : 0;

	look_at_pems(search, narrow, n, member);
	look_at_base64(search, narrow, n, member);
	OPENSSL_clear_free(narrow, length / 2 + 1);
}

void tf_search_text(
	TfSearch *search, const guint8 *bytes, gsize length, const gchar *member, G_GNUC_UNUSED guint depth)
{
	if (is_backwards(bytes, length)) {
		look_at_backwards(search, bytes, length, member);
		return;
	}
	look_at_pems(search, bytes, length, member);
	look_at_base64(search, bytes, length, member);
	if (length > 2 && (bytes[0] == 0xFF || bytes[0] == 0xFE))
		look_at_wide(search, bytes, length, member);
}
