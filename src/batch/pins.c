/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch/pins.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#include "base/error.h"

#define HEAD		  "tokenferry-pins 1"
#define USER_DIGITS	  8
#define DIGITS_WHERE_ONLY 8 /* of SO PIN and PUKs, where the family takes nothing but digits */
#define DIGITS_ELSEWHERE  16
#define DIGITS_LIMIT	  64
#define TEXT_LIMIT	  1024
#define LINE_LIMIT	  256

/* The largest multiple of ten that a byte can be, so that each digit is as likely as any other. */
#define FAIR_LIMIT 250

typedef struct Length {
	guint minimum;
	guint maximum;
} Length;

static const struct {
	const gchar *key; /* of the line */
	gsize offset;
	gboolean is_in_escrow;
} secrets[] = {
	{ "user", G_STRUCT_OFFSET(TfPins, user), FALSE },
	{ "so", G_STRUCT_OFFSET(TfPins, so), TRUE },
	{ "puk", G_STRUCT_OFFSET(TfPins, puk), TRUE },
	{ "so-puk", G_STRUCT_OFFSET(TfPins, so_puk), TRUE },
};

static TfSecret **secret_of(TfPins *pins, gsize i)
{
	return G_STRUCT_MEMBER_P(pins, secrets[i].offset);
}

static const TfSecret *secret_in(const TfPins *pins, gsize i)
{
	return G_STRUCT_MEMBER(TfSecret *, pins, secrets[i].offset);
}

void tf_pins_free(TfPins *pins)
{
	if (pins == NULL)
		return;

	for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
		tf_secret_free(*secret_of(pins, i));
	g_free(pins->token_serial);
	g_free(pins);
}

/* ---- drawing ---- */

static gboolean draw_digit(guint8 *ret_digit)
{
	guint8 byte = FAIR_LIMIT;
	gboolean is_drawn = TRUE;

	while (is_drawn && byte >= FAIR_LIMIT)
		is_drawn = RAND_priv_bytes_ex(NULL, &byte, 1, 0) == 1;
	*ret_digit = (guint8)('0' + byte % 10);
	OPENSSL_cleanse(&byte, sizeof byte);

	return is_drawn;
}

static TfSecret *draw(guint n_digits)
{
	g_autoptr(TfSecret) secret = tf_secret_new(n_digits);
	guint8 *digits = secret != NULL ? tf_secret_buffer(secret) : NULL;

	if (secret == NULL)
		return NULL;
	for (guint i = 0; i < n_digits; i++) {
		if (!draw_digit(&digits[i]))
			return NULL;
	}
	tf_secret_set_length(secret, n_digits);

	return g_steal_pointer(&secret);
}

/* Each digit as far from the one before: 0 throughout, a run up, a run down; 9 and 0 are neighbours. */
static gboolean is_pattern(const TfSecret *pin)
{
	const guint8 *digits = tf_secret_peek(pin);
	gint step = (digits[1] - digits[0] + 10) % 10;

	for (gsize i = 2; i < tf_secret_length(pin); i++) {
		if ((digits[i] - digits[i - 1] + 10) % 10 != step)
			return FALSE;
	}

	return step == 0 || step == 1 || step == 9;
}

static TfSecret *draw_user_pin(guint n_digits)
{
	TfSecret *pin = draw(n_digits);

	while (pin != NULL && n_digits > 2 && is_pattern(pin)) {
		tf_secret_free(pin);
		pin = draw(n_digits);
	}

	return pin;
}

/* FALSE when the family does not say. */
static gboolean length_of(const TfTokenProfile *family, TfTokenPin pin, Length *ret_length)
{
	*ret_length = (Length){ 1, DIGITS_LIMIT };

	return family != NULL &&
	       tf_token_profile_pin_length(family, pin, &ret_length->minimum, &ret_length->maximum);
}

static guint digits_of(const TfTokenProfile *family, TfTokenPin pin, const Length *length)
{
	gboolean is_digits_only =
		family == NULL || tf_token_profile_pin_charset(family, pin) == TF_TOKEN_CHARSET_DIGITS;

	return CLAMP(is_digits_only ? DIGITS_WHERE_ONLY : DIGITS_ELSEWHERE, length->minimum, length->maximum);
}

static gboolean draw_one(TfPins *pins, const TfTokenProfile *family, TfTokenPin pin, guint n_digits)
{
	TfSecret **const targets[TF_N_TOKEN_PINS] = {
		[TF_TOKEN_PIN_USER] = &pins->user,
		[TF_TOKEN_PIN_PUK] = &pins->puk,
		[TF_TOKEN_PIN_SO] = &pins->so,
		[TF_TOKEN_PIN_SO_PUK] = &pins->so_puk,
	};
	Length length = { 0 };
	gboolean is_known = length_of(family, pin, &length);

	if (pin == TF_TOKEN_PIN_USER) {
		*targets[pin] = draw_user_pin(n_digits);
		return *targets[pin] != NULL;
	}
	/* A PUK is there when the family says how long it is. */
	if (!is_known && pin != TF_TOKEN_PIN_SO)
		return TRUE;
	*targets[pin] = draw(digits_of(family, pin, &length));

	return *targets[pin] != NULL;
}

TfPins *tf_pins_draw(const TfCampaign *campaign, const TfTokenProfile *family, GError **error)
{
	guint demanded = campaign != NULL ? tf_campaign_user_pin_digits(campaign) : 0;
	g_autoptr(TfPins) pins = g_new0(TfPins, 1);
	Length length = { 0 };
	guint n_digits = 0;

	(void)length_of(family, TF_TOKEN_PIN_USER, &length);
	n_digits = demanded != 0 ? demanded : CLAMP(USER_DIGITS, length.minimum, length.maximum);
	if (n_digits < length.minimum || n_digits > length.maximum) {
		tf_raise(error, TF_ERROR_USAGE,
			_("the campaign's user PIN is shorter or longer than this kind of token takes"),
			NULL);
		return NULL;
	}
	for (TfTokenPin pin = 0; pin < TF_N_TOKEN_PINS; pin++) {
		if (!draw_one(pins, family, pin, n_digits)) {
			tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", _("PINs cannot be drawn"), NULL);
			return NULL;
		}
	}

	return g_steal_pointer(&pins);
}

/* ---- as text ---- */

static gboolean append_line(TfSecret *text, const gchar *key, gconstpointer value, gsize length)
{
	return tf_secret_append(text, key, strlen(key)) && tf_secret_append(text, " ", 1) &&
	       tf_secret_append(text, value, length) && tf_secret_append(text, "\n", 1);
}

static gboolean append_text(TfSecret *text, const gchar *key, const gchar *value)
{
	return value == NULL || append_line(text, key, value, strlen(value));
}

static gboolean append_all(TfSecret *text, const TfPins *pins, const gchar *number, gboolean for_escrow)
{
	if (!tf_secret_append(text, HEAD "\n", strlen(HEAD "\n")) || !append_text(text, "number", number) ||
		!append_text(text, "token", pins->token_serial))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
		const TfSecret *secret = secret_in(pins, i);

		if (secret == NULL || (for_escrow && !secrets[i].is_in_escrow))
			continue;
		if (!append_line(text, secrets[i].key, tf_secret_peek(secret), tf_secret_length(secret)))
			return FALSE;
	}

	return TRUE;
}

TfSecret *tf_pins_write(const TfPins *pins, const gchar *number, gboolean for_escrow, GError **error)
{
	g_autoptr(TfSecret) text = tf_secret_new(TEXT_LIMIT);

	g_assert(number[0] != '\0' && strpbrk(number, "\r\n") == NULL);
	if (text == NULL || !append_all(text, pins, number, for_escrow)) {
		tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", _("there is no room for the PINs"), NULL);
		return NULL;
	}

	return g_steal_pointer(&text);
}

typedef struct Line {
	const guint8 *key;
	gsize key_length;
	const guint8 *value;
	gsize value_length;
} Line;

/* Takes the next line off; FALSE when there is none, or it is not 'key value' ended by LF. */
static gboolean take_line(const guint8 **at, const guint8 *end, Line *ret_line)
{
	const guint8 *stop = memchr(*at, '\n', (gsize)(end - *at));
	const guint8 *blank = stop != NULL ? memchr(*at, ' ', (gsize)(stop - *at)) : NULL;

	if (blank == NULL || stop - *at > LINE_LIMIT || blank + 1 == stop)
		return FALSE;
	*ret_line = (Line){ *at, (gsize)(blank - *at), blank + 1, (gsize)(stop - blank - 1) };
	*at = stop + 1;

	return TRUE;
}

static gboolean has_key(const Line *line, const gchar *key)
{
	return line->key_length == strlen(key) && memcmp(line->key, key, line->key_length) == 0;
}

static gchar *text_of(const Line *line)
{
	return g_utf8_validate((const gchar *)line->value, (gssize)line->value_length, NULL)
		       ? g_strndup((const gchar *)line->value, line->value_length)
		       : NULL;
}

static gboolean is_digits(const Line *line)
{
	for (gsize i = 0; i < line->value_length; i++) {
		if (!g_ascii_isdigit(line->value[i]))
			return FALSE;
	}

	return line->value_length <= DIGITS_LIMIT;
}

/* FALSE when the line is none that there may be, or the second of its kind. */
static gboolean read_line(TfPins *pins, const Line *line)
{
	if (has_key(line, "token") && pins->token_serial == NULL) {
		pins->token_serial = text_of(line);
		return pins->token_serial != NULL;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++) {
		TfSecret **target = secret_of(pins, i);

		if (!has_key(line, secrets[i].key))
			continue;
		if (*target != NULL || !is_digits(line))
			return FALSE;
		*target = tf_secret_new_copy(line->value, line->value_length);
		return *target != NULL;
	}

	return FALSE;
}

/* The two lines that every such text begins with; NULL when they are not there. */
static gchar *read_head(const guint8 **at, const guint8 *end)
{
	Line line = { 0 };

	if ((gsize)(end - *at) < strlen(HEAD "\n") || memcmp(*at, HEAD "\n", strlen(HEAD "\n")) != 0)
		return NULL;
	*at += strlen(HEAD "\n");

	return take_line(at, end, &line) && has_key(&line, "number") ? text_of(&line) : NULL;
}

gchar *tf_pins_number(const TfSecret *text)
{
	const guint8 *at = tf_secret_peek(text);

	return read_head(&at, at + tf_secret_length(text));
}

static TfPins *refuse(const gchar *name, const gchar *reason, GError **error)
{
	tf_raise(error, TF_ERROR_ENVELOPE_UNREADABLE, name, reason, NULL);

	return NULL;
}

TfPins *tf_pins_read(const TfSecret *text, const gchar *number, const gchar *name, GError **error)
{
	const guint8 *at = tf_secret_peek(text);
	const guint8 *end = at + tf_secret_length(text);
	g_autofree gchar *found = read_head(&at, end);
	g_autoptr(TfPins) pins = g_new0(TfPins, 1);
	Line line = { 0 };

	if (found == NULL)
		return refuse(name, _("what is in it are no PINs"), error);
	if (number != NULL && strcmp(found, number) != 0)
		return refuse(name, _("the PINs in it are another member's"), error);
	while (at < end) {
		if (!take_line(&at, end, &line) || !read_line(pins, &line))
			return refuse(name, _("what is in it are no PINs"), error);
	}

	return g_steal_pointer(&pins);
}
