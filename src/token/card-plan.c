/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a card is to be formatted with, held against the rules of its family before anything is touched. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "pin-private.h"
#include "token/card.h"

#define LABEL_SIZE 32u /* CK_TOKEN_INFO has no more */

static gboolean is_printable(const gchar *text)
{
	for (; *text != '\0'; text++) {
		if (!g_ascii_isprint(*text))
			return FALSE;
	}

	return TRUE;
}

static gboolean check_label(const gchar *label, GError **error)
{
	gsize length = strlen(label);

	if (length > 0 && length <= LABEL_SIZE && is_printable(label))
		return TRUE;

	return tf_raise(error, TF_ERROR_USAGE,
		_("the label of a card has 1 to 32 letters, digits and signs of ASCII"), NULL);
}

gboolean tf_card_check_pin(const TfReader *reader, const TfTokenProfile *profile, TfTokenPin kind,
	const TfSecret *pin, GError **error)
{
	guint minimum = 0;
	guint maximum = 0;

	if (tf_token_profile_pin_length(profile, kind, &minimum, &maximum) &&
		(tf_secret_length(pin) < minimum || tf_secret_length(pin) > maximum))
		return tf_raise(error, TF_ERROR_PIN_FORMAT, reader->name, TF_NUMBER(minimum),
			TF_NUMBER(maximum), NULL);
	/* Whatever the family takes, a terminal takes printable ASCII only: a control character would be a
	 * command. */
	if (!tf_pin_is_of(pin, TF_TOKEN_CHARSET_ASCII) ||
		!tf_pin_is_of(pin, tf_token_profile_pin_charset(profile, kind)))
		return tf_raise(error, TF_ERROR_PIN_REFUSED, reader->name, "CKR_PIN_INVALID", NULL);

	return TRUE;
}

gboolean tf_card_check_plan(const TfReader *reader, const TfTokenProfile *profile, const gchar *label,
	const TfCardSecrets *secrets, GError **error)
{
	return check_label(label, error) &&
	       tf_card_check_pin(reader, profile, TF_TOKEN_PIN_SO, secrets->so_pin, error) &&
	       tf_card_check_pin(reader, profile, TF_TOKEN_PIN_SO_PUK, secrets->so_puk, error) &&
	       tf_card_check_pin(reader, profile, TF_TOKEN_PIN_USER, secrets->pin, error) &&
	       tf_card_check_pin(reader, profile, TF_TOKEN_PIN_PUK, secrets->puk, error);
}
