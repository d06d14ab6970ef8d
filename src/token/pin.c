/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/error.h"
#include "cryptoki-private.h"
#include "pin-private.h"
#include "session-private.h"

#define SALT_SIZE   16
#define DIGEST_SIZE 32
/* Where the token sets no bound. */
#define SHOWN_MAXIMUM 255ul
/* About a second of work: PINs are short, and whoever has the ledger can guess offline. */
#define DIGEST_ROUNDS 1000000

/* A maximum of 0 or CK_UNAVAILABLE_INFORMATION is no statement. */
static gulong maximum_of(const TfTokenStatus *status)
{
	return status->pin_maximum == 0 ? G_MAXULONG : status->pin_maximum;
}

static gulong minimum_of(const TfTokenStatus *status)
{
	return status->pin_minimum == CK_UNAVAILABLE_INFORMATION ? 0 : status->pin_minimum;
}

static gboolean check_length(
	const TfTokenStatus *status, const TfSecret *pin, gulong minimum, gulong maximum, GError **error)
{
	gsize length = tf_secret_length(pin);
	g_autofree gchar *from = NULL;
	g_autofree gchar *to = NULL;

	if (length >= minimum && length <= maximum)
		return TRUE;

	from = g_strdup_printf("%lu", minimum);
	to = g_strdup_printf("%lu", MIN(maximum, SHOWN_MAXIMUM));

	return tf_raise(error, TF_ERROR_PIN_FORMAT, tf_token_name(status->facts), from, to, NULL);
}

gboolean tf_pin_fits(const TfTokenStatus *status, const TfSecret *pin, GError **error)
{
	return check_length(status, pin, minimum_of(status), maximum_of(status), error);
}

void tf_pin_bounds(const TfTokenStatus *status, TfTokenPin kind, gulong *ret_minimum, gulong *ret_maximum)
{
	guint minimum = 0;
	guint maximum = G_MAXUINT;

	*ret_minimum = minimum_of(status);
	*ret_maximum = maximum_of(status);
	if (status->family == NULL || !tf_token_profile_pin_length(status->family, kind, &minimum, &maximum))
		return;
	*ret_minimum = MAX(*ret_minimum, minimum);
	*ret_maximum = MIN(*ret_maximum, maximum);
}

static gboolean is_of(guint8 byte, TfTokenCharset charset)
{
	switch (charset) {
	case TF_TOKEN_CHARSET_ANY:
	case TF_N_TOKEN_CHARSETS:
		return TRUE;
	case TF_TOKEN_CHARSET_ASCII:
		return byte >= 0x20 && byte <= 0x7e;
	case TF_TOKEN_CHARSET_DIGITS:
		return g_ascii_isdigit(byte);
	case TF_TOKEN_CHARSET_HEX:
		return g_ascii_isxdigit(byte);
	}
	g_assert_not_reached();
}

gboolean tf_pin_is_of(const TfSecret *pin, TfTokenCharset charset)
{
	const guint8 *bytes = tf_secret_peek(pin);

	for (gsize i = 0; i < tf_secret_length(pin); i++) {
		if (!is_of(bytes[i], charset))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_pin_suits(const TfTokenStatus *status, TfTokenPin kind, const TfSecret *pin, GError **error)
{
	gulong minimum = 0;
	gulong maximum = 0;

	tf_pin_bounds(status, kind, &minimum, &maximum);
	if (!check_length(status, pin, minimum, maximum, error))
		return FALSE;
	if (status->family != NULL && !tf_pin_is_of(pin, tf_token_profile_pin_charset(status->family, kind)))
		return tf_raise(
			error, TF_ERROR_PIN_REFUSED, tf_token_name(status->facts), "CKR_PIN_INVALID", NULL);

	return TRUE;
}

gboolean tf_pin_guard(const TfTokenStatus *status, const TfSecret *pin, gboolean insists, GError **error)
{
	const gchar *name = tf_token_name(status->facts);

	switch (status->pin_state) {
	case TF_PIN_LOCKED:
		return tf_raise(error, TF_ERROR_PIN_LOCKED, name, NULL);
	case TF_PIN_UNSET:
		return tf_raise(error, TF_ERROR_PIN_NOT_SET, name, NULL);
	case TF_PIN_LAST_TRY:
		if (!insists)
			return tf_raise(error, TF_ERROR_PIN_LAST_TRY, name, NULL);
		break;
	case TF_PIN_COUNT_LOW:
	case TF_PIN_FINE:
		break;
	}
	if (pin != NULL)
		return tf_pin_fits(status, pin, error);
	if (!status->has_protected_path)
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, "pinpad", _("the token has none"), NULL);

	return TRUE;
}

CK_UTF8CHAR *tf_pin_bytes(const TfSecret *pin)
{
	return pin != NULL ? (CK_UTF8CHAR *)tf_secret_peek(pin) : NULL;
}

CK_ULONG tf_pin_length(const TfSecret *pin)
{
	return pin != NULL ? tf_secret_length(pin) : 0;
}

GBytes *tf_pin_salt(void)
{
	guint8 salt[SALT_SIZE];

	if (RAND_bytes(salt, sizeof salt) != 1)
		g_error("the random generator fails");

	return g_bytes_new(salt, sizeof salt);
}

GBytes *tf_pin_digest(const TfSecret *pin, GBytes *salt)
{
	guint8 digest[DIGEST_SIZE];
	gsize n_salt = 0;
	const guint8 *salt_bytes = g_bytes_get_data(salt, &n_salt);

	g_assert(n_salt <= G_MAXINT && tf_secret_length(pin) <= G_MAXINT);
	if (PKCS5_PBKDF2_HMAC((const char *)tf_secret_peek(pin), (int)tf_secret_length(pin), salt_bytes,
		    (int)n_salt, DIGEST_ROUNDS, EVP_sha256(), sizeof digest, digest) != 1)
		g_error("PBKDF2 fails");

	return g_bytes_new(digest, sizeof digest);
}
