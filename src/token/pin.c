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

gboolean tf_pin_fits(const TfTokenStatus *status, const TfSecret *pin, GError **error)
{
	gsize length = tf_secret_length(pin);
	g_autofree gchar *minimum = NULL;
	g_autofree gchar *maximum = NULL;

	if (length >= minimum_of(status) && length <= maximum_of(status))
		return TRUE;

	minimum = g_strdup_printf("%lu", minimum_of(status));
	maximum = g_strdup_printf("%lu", MIN(maximum_of(status), SHOWN_MAXIMUM));

	return tf_raise(error, TF_ERROR_PIN_FORMAT, tf_token_name(status->facts), minimum, maximum, NULL);
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
