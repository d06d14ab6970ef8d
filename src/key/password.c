/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password-private.h"

#include <iconv.h>
#include <string.h>

#define IDEOGRAPHIC_SPACE 0x3000
#define FULL_WIDTH_FIRST  0xFF01
#define FULL_WIDTH_LAST	  0xFF5E
#define FULL_WIDTH_OFFSET (FULL_WIDTH_FIRST - '!')
#define UTF8_MAXIMUM	  4

typedef enum Blanks {
	BLANKS_KEPT_INSIDE,
	BLANKS_REMOVED
} Blanks;

static const gchar *start_of(const TfSecret *text)
{
	return (const gchar *)tf_secret_peek(text);
}

static const gchar *end_of(const TfSecret *text)
{
	return start_of(text) + tf_secret_length(text);
}

/* The room was made before. */
static void append_utf8(TfSecret *text, gunichar character)
{
	gsize length = tf_secret_length(text);

	g_assert_cmpuint(tf_secret_capacity(text) - length, >=, UTF8_MAXIMUM);
	length += (gsize)g_unichar_to_utf8(character, (gchar *)tf_secret_buffer(text) + length);
	tf_secret_set_length(text, length);
}

static gboolean is_blank(gunichar character)
{
	return character < 0x80 ? g_ascii_isspace((gchar)character)
				: character == IDEOGRAPHIC_SPACE || g_unichar_isspace(character);
}

static gunichar halve(gunichar character)
{
	if (character >= FULL_WIDTH_FIRST && character <= FULL_WIDTH_LAST)
		return character - FULL_WIDTH_OFFSET;

	return character;
}

/* The typed text without the blanks that crept in, optionally with full-width characters halved. */
static TfSecret *tidy(const TfSecret *typed, gboolean is_halved, Blanks blanks)
{
	TfSecret *text = tf_secret_new(tf_secret_length(typed) + UTF8_MAXIMUM);
	gsize last = 0;

	if (text == NULL)
		return NULL;

	for (const gchar *at = start_of(typed); at < end_of(typed); at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (is_blank(character) && (tf_secret_length(text) == 0 || blanks == BLANKS_REMOVED))
			continue;
		append_utf8(text, is_halved ? halve(character) : character);
		if (!is_blank(character))
			last = tf_secret_length(text);
	}
	tf_secret_set_length(text, last);

	return text;
}

/*
 * The text in an 8-bit character set; NULL when it has no such form. Character by character, because iconv()
 * may keep what it is given in a buffer of its own, which nobody clears.
 */
static TfSecret *encode(const TfSecret *text, const gchar *charset)
{
	g_autoptr(TfSecret) encoded = tf_secret_new(tf_secret_length(text) + UTF8_MAXIMUM);
	iconv_t conversion = iconv_open(charset, "UTF-8");
	gboolean is_encoded = conversion != (iconv_t)-1 && encoded != NULL;

	for (const gchar *at = start_of(text); is_encoded && at < end_of(text); at = g_utf8_next_char(at)) {
		char *in = (char *)at;
		size_t in_left = (size_t)(g_utf8_next_char(at) - at);
		char *out = (char *)tf_secret_buffer(encoded) + tf_secret_length(encoded);
		size_t out_left = tf_secret_capacity(encoded) - tf_secret_length(encoded);

		/* A positive answer counts characters that were only approximated. */
		is_encoded = iconv(conversion, &in, &in_left, &out, &out_left) == 0;
		tf_secret_set_length(encoded, tf_secret_capacity(encoded) - out_left);
	}
	if (conversion != (iconv_t)-1)
		(void)iconv_close(conversion);

	return is_encoded ? g_steal_pointer(&encoded) : NULL;
}

/* Each octet as the character of that number: what programs made of 8-bit passwords that knew no better. */
static TfSecret *widen(const TfSecret *octets)
{
	gsize length = tf_secret_length(octets);
	TfSecret *text = tf_secret_new(2 * length + UTF8_MAXIMUM);

	for (gsize i = 0; text != NULL && i < length; i++)
		append_utf8(text, tf_secret_peek(octets)[i]);

	return text;
}

static gboolean holds(const GPtrArray *candidates, const TfSecret *candidate)
{
	for (guint i = 0; i < candidates->len; i++) {
		const TfSecret *other = g_ptr_array_index(candidates, i);

		if (candidate == other ||
			(candidate != NULL && other != NULL && tf_secret_equal(candidate, other)))
			return TRUE;
	}

	return FALSE;
}

static void add(GPtrArray *candidates, TfSecret *candidate)
{
	if (candidate == NULL || holds(candidates, candidate))
		tf_secret_free(candidate);
	else
		g_ptr_array_add(candidates, candidate);
}

static TfSecret *copy_of(const TfSecret *secret)
{
	return tf_secret_new_copy(tf_secret_peek(secret), tf_secret_length(secret));
}

static void add_octets(TfPasswordForms *passwords, TfSecret *octets)
{
	if (octets == NULL)
		return;

	add(passwords->texts, widen(octets));
	add(passwords->octets, octets);
}

static gboolean is_ascii(const TfSecret *text)
{
	for (const gchar *at = start_of(text); at < end_of(text); at++) {
		if ((guchar)*at >= 0x80)
			return FALSE;
	}

	return TRUE;
}

static void add_forms(TfPasswordForms *passwords, TfSecret *text)
{
	if (text == NULL)
		return;

	add(passwords->texts, copy_of(text));
	add(passwords->octets, copy_of(text));
	if (!is_ascii(text)) {
		add_octets(passwords, encode(text, "CP932"));
		add_octets(passwords, encode(text, "ISO-8859-1"));
		add_octets(passwords, copy_of(text));
	}
	/* Empty and absent are one thing to a person and two to PKCS#12. */
	if (tf_secret_length(text) == 0 && !holds(passwords->texts, NULL))
		g_ptr_array_add(passwords->texts, NULL);
	tf_secret_free(text);
}

static void free_candidate(gpointer candidate)
{
	tf_secret_free(candidate);
}

TfPasswordForms *tf_password_forms_new(const TfSecret *typed)
{
	g_autoptr(TfPasswordForms) passwords = g_new0(TfPasswordForms, 1);

	passwords->texts = g_ptr_array_new_with_free_func(free_candidate);
	passwords->octets = g_ptr_array_new_with_free_func(free_candidate);
	if (typed == NULL) {
		add_forms(passwords, tf_secret_new(0));
	} else if (!g_utf8_validate(start_of(typed), (gssize)tf_secret_length(typed), NULL)) {
		/* Not typed in UTF-8 after all: then it may be the very octets of the writer. */
		add_octets(passwords, copy_of(typed));
	} else {
		add_forms(passwords, copy_of(typed));
		add_forms(passwords, tidy(typed, FALSE, BLANKS_KEPT_INSIDE));
		add_forms(passwords, tidy(typed, TRUE, BLANKS_KEPT_INSIDE));
		add_forms(passwords, tidy(typed, TRUE, BLANKS_REMOVED));
	}
	if (passwords->texts->len == 0 || passwords->octets->len == 0)
		return NULL;

	return g_steal_pointer(&passwords);
}

void tf_password_forms_free(TfPasswordForms *passwords)
{
	if (passwords == NULL)
		return;

	g_ptr_array_unref(passwords->texts);
	g_ptr_array_unref(passwords->octets);
	g_free(passwords);
}
