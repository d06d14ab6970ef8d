/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "format-world.h"

#include <string.h>

#include "card-channel.h"

#define PIN_SIZE      8
#define USER_PIN      1
#define SO_PIN	      3
#define INS_VERIFY    0x20
#define INS_UNBLOCK   0x2C
#define SW_THREE_LEFT 0x63C3

static TfSecret *make_secret(const gchar *text)
{
	return tf_secret_new_copy(text, strlen(text));
}

TfFormatSecrets tf_format_secrets(
	const gchar *so_pin, const gchar *so_puk, const gchar *pin, const gchar *puk)
{
	return (TfFormatSecrets){ make_secret(so_pin), make_secret(so_puk), make_secret(pin),
		make_secret(puk) };
}

TfFormatSecrets tf_format_secrets_usual(void)
{
	return tf_format_secrets(TF_CARD_SO_PIN, TF_CARD_SO_PUK, TF_CARD_PIN, TF_CARD_PUK);
}

void tf_format_secrets_clear(TfFormatSecrets *secrets)
{
	g_clear_pointer(&secrets->so_pin, tf_secret_free);
	g_clear_pointer(&secrets->so_puk, tf_secret_free);
	g_clear_pointer(&secrets->pin, tf_secret_free);
	g_clear_pointer(&secrets->puk, tf_secret_free);
}

void tf_format_fresh_card(guint number)
{
	g_free(tf_card_tell(number, "heal"));
	g_free(tf_card_tell(number, "never-activated off"));
	g_free(tf_card_tell(number, "blank"));
	tf_card_insert(number);
}

gboolean tf_format_run(guint number, const gchar *label, const TfFormatSecrets *secrets,
	TfCardState *ret_found, GError **error)
{
	const TfCardSecrets lent = { secrets->so_pin, secrets->so_puk, secrets->pin, secrets->puk };
	g_autoptr(TfReader) reader = tf_card_reader(number);
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	TfCardState found = TF_CARD_UNKNOWN;

	if (!tf_card_look(reader, profile, &found, error))
		return FALSE;
	if (ret_found != NULL)
		*ret_found = found;

	return tf_card_format(reader, profile, found, label, &lent, TF_FORMAT_SECONDS, error);
}

TfCardState tf_format_state(guint number)
{
	g_autoptr(TfReader) reader = tf_card_reader(number);
	g_autoptr(TfTokenProfile) profile = tf_card_profile();
	g_autoptr(GError) error = NULL;
	TfCardState state = TF_CARD_UNKNOWN;

	g_assert_true(tf_card_look(reader, profile, &state, &error));
	g_assert_no_error(error);

	return state;
}

static void add_padded(GByteArray *command, const TfSecret *pin)
{
	guint8 padded[PIN_SIZE];

	memset(padded, 0xFF, sizeof padded);
	memcpy(padded, tf_secret_peek(pin), tf_secret_length(pin));
	g_byte_array_append(command, padded, sizeof padded);
}

/* 'first' and 'second' may be NULL. */
static guint16 send(TfCardChannel *channel, guint8 instruction, guint8 reference, const TfSecret *first,
	const TfSecret *second)
{
	g_autoptr(GByteArray) command = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	guint16 status = 0;
	const guint8 header[] = { 0x00, instruction, 0x00, reference,
		(guint8)(second != NULL ? 2 * PIN_SIZE : PIN_SIZE) };

	g_byte_array_append(command, header, first != NULL ? sizeof header : sizeof header - 1);
	if (first != NULL)
		add_padded(command, first);
	if (second != NULL)
		add_padded(command, second);
	g_assert_true(tf_card_channel_transmit(channel, command->data, command->len, NULL, &status, &error));
	g_assert_no_error(error);

	return status;
}

const gchar *tf_format_judge(guint number, const TfFormatSecrets *secrets)
{
	static const guint8 log_out[] = { 0x00, 0x2E, 0x00, 0x00 };
	g_autofree gchar *reader = tf_card_reader_name(number);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfCardChannel) channel = NULL;
	guint16 status = 0;

	if (tf_format_state(number) != TF_CARD_READY)
		return "the card is not ready";
	channel = tf_card_channel_open(reader, &error);
	g_assert_no_error(error);
	if (send(channel, INS_VERIFY, USER_PIN, NULL, NULL) != SW_THREE_LEFT)
		return "tries of the user PIN are gone";
	if (send(channel, INS_VERIFY, SO_PIN, NULL, NULL) != SW_THREE_LEFT)
		return "tries of the SO PIN are gone";
	if (send(channel, INS_VERIFY, USER_PIN, secrets->pin, NULL) != TF_SW_OK)
		return "the user PIN is another one";
	if (send(channel, INS_VERIFY, SO_PIN, secrets->so_pin, NULL) != TF_SW_OK)
		return "the SO PIN is another one";
	if (send(channel, INS_UNBLOCK, USER_PIN, secrets->puk, secrets->pin) != TF_SW_OK)
		return "the PUK is another one";
	if (send(channel, INS_UNBLOCK, SO_PIN, secrets->so_puk, secrets->so_pin) != TF_SW_OK)
		return "the PUK of the SO PIN is another one";
	g_assert_true(tf_card_channel_transmit(channel, log_out, sizeof log_out, NULL, &status, &error));

	return NULL;
}
