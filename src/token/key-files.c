/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/key-files.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "card-channel.h"
#include "myeid.h"
#include "object.h"

#define PRIVATE_KEY_DIRECTORY 0x4402u /* PrKDF, as OpenSC's myeid.profile names it */
#define PAGE		      256u
#define MAX_PAGES	      16u
#define FILE_NUMBER_SIZE      2u

typedef struct Card {
	TfCardChannel *channel;
	TfSecret *data; /* of the last response */
	guint16 status;
} Card;

static void card_clear(Card *card)
{
	tf_card_channel_free(card->channel);
	tf_secret_free(card->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Card, card_clear)

static gboolean open_card(Card *card, const TfKeyFiles *files, GError **error)
{
	card->channel = tf_card_channel_open(files->reader, error);
	if (card->channel == NULL)
		return FALSE;
	card->data = tf_secret_new(MAX_PAGES * PAGE);

	return card->data != NULL || tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);
}

static gboolean send(Card *card, const guint8 *command, gsize length, GError **error)
{
	return tf_card_channel_transmit(card->channel, command, length, card->data, &card->status, error);
}

static gboolean is_key_file(guint16 number)
{
	return number >= TF_MYEID_FIRST_KEY_FILE && number >> 8 == TF_MYEID_FIRST_KEY_FILE >> 8;
}

/* *ret_numbers: guint16 of every key file; NULL when the card does not tell. */
static gboolean list_files(Card *card, GArray **ret_numbers, GError **error)
{
	static const guint8 select_application[] = { 0x00, 0xA4, 0x08, 0x0C, 0x02, 0x50, 0x15 };
	static const guint8 list[] = { 0x00, 0xCA, 0x01, 0xA1, 0x00 };
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint16));

	if (!send(card, select_application, sizeof select_application, error) ||
		!send(card, list, sizeof list, error))
		return FALSE;
	for (gsize at = 0; at + FILE_NUMBER_SIZE <= tf_secret_length(card->data); at += FILE_NUMBER_SIZE) {
		const guint8 *bytes = (const guint8 *)tf_secret_peek(card->data) + at;
		guint16 number = (guint16)(bytes[0] << 8 | bytes[1]);

		if (is_key_file(number))
			g_array_append_val(numbers, number);
	}
	*ret_numbers = card->status == TF_SW_OK ? g_steal_pointer(&numbers) : NULL;

	return TRUE;
}

static gboolean count_keys(TfSession *session, guint *ret_count, GError **error)
{
	g_autoptr(GArray) keys = tf_objects_of_class(session, CKO_PRIVATE_KEY, NULL, error);

	if (keys == NULL)
		return FALSE;
	*ret_count = keys->len;

	return TRUE;
}

gboolean tf_key_files_count_stray(
	TfSession *session, const TfKeyFiles *files, guint *ret_count, GError **error)
{
	g_auto(Card) card = { 0 };
	g_autoptr(GArray) numbers = NULL;
	guint n_keys = 0;

	if (files->reader == NULL || files->probe == TF_TOKEN_PROBE_NONE) {
		*ret_count = 0;
		return TRUE;
	}
	if (!count_keys(session, &n_keys, error) || !open_card(&card, files, error) ||
		!list_files(&card, &numbers, error))
		return FALSE;
	if (numbers == NULL)
		*ret_count = 1;
	else
		*ret_count = numbers->len > n_keys ? numbers->len - n_keys : 0;

	return TRUE;
}

/* All of the directory; *ret_directory NULL when it cannot be read to its end. */
static gboolean read_directory(Card *card, GByteArray **ret_directory, GError **error)
{
	g_autoptr(GByteArray) directory = g_byte_array_new();
	gboolean is_at_end = FALSE;

	if (!tf_myeid_select_file(card->channel, PRIVATE_KEY_DIRECTORY, &card->status, error))
		return FALSE;
	for (guint page = 0; page < MAX_PAGES && card->status == TF_SW_OK && !is_at_end; page++) {
		const guint8 read[] = { 0x00, 0xB0, (guint8)page, 0x00, 0x00 };

		if (!send(card, read, sizeof read, error))
			return FALSE;
		/* The last page is short, with a warning (6282) or without. */
		is_at_end = tf_secret_length(card->data) < PAGE;
		g_byte_array_append(
			directory, tf_secret_peek(card->data), (guint)tf_secret_length(card->data));
	}
	*ret_directory = is_at_end && directory->len > 0 ? g_steal_pointer(&directory) : NULL;

	return TRUE;
}

/* PKCS#15 v1.1, 6.1.5: the Path of an entry, an OCTET STRING from the MF down. Where bytes look like one by
 * chance, a file is kept. */
static gboolean names(const GByteArray *directory, guint16 number)
{
	const guint8 path[] = { 0x04, 0x06, 0x3F, 0x00, 0x50, 0x15, (guint8)(number >> 8),
		(guint8)(number & 0xff) };

	return memmem(directory->data, directory->len, path, sizeof path) != NULL;
}

/* Unless it tells the public part of another key. DELETE FILE without data is for the selected file. */
static gboolean remove_ours(Card *card, guint16 number, EVP_PKEY *key, GError **error)
{
	static const guint8 command[] = { 0x00, 0xE4, 0x00, 0x00 };
	g_autofree gchar *code = NULL;
	TfHalf half = TF_HALF_OTHER;

	if (!tf_myeid_select_file(card->channel, number, &card->status, error))
		return FALSE;
	if (card->status == TF_SW_OK && !tf_myeid_compare(card->channel, card->data, key, &half, error))
		return FALSE;
	if (card->status == TF_SW_OK && half == TF_HALF_OTHER)
		return TRUE;
	if (card->status == TF_SW_OK && !send(card, command, sizeof command, error))
		return FALSE;
	if (card->status == TF_SW_OK)
		return TRUE;
	code = g_strdup_printf("SW %04X", card->status);

	return tf_raise(error, TF_ERROR_TOKEN_FAILED, "DELETE FILE", code, NULL);
}

/* Drops from 'numbers' what the directory names; all of them when it names fewer than 'n_keys'. */
static void keep_unnamed(GArray *numbers, const GByteArray *directory, guint n_keys)
{
	guint n_named = 0;

	for (guint i = numbers->len; i > 0; i--) {
		if (!names(directory, g_array_index(numbers, guint16, i - 1)))
			continue;
		g_array_remove_index(numbers, i - 1);
		n_named++;
	}
	if (n_named < n_keys)
		g_array_set_size(numbers, 0);
}

gboolean tf_key_files_remove_stray(TfSession *session, const TfKeyFiles *files, EVP_PKEY *key, GError **error)
{
	g_auto(Card) card = { 0 };
	g_autoptr(GArray) numbers = NULL;
	g_autoptr(GByteArray) directory = NULL;
	guint n_keys = 0;

	if (files->reader == NULL || files->probe == TF_TOKEN_PROBE_NONE)
		return TRUE;
	if (!count_keys(session, &n_keys, error) || !open_card(&card, files, error) ||
		!tf_myeid_check_identity(card.channel, card.data, tf_session_token(session), error) ||
		!list_files(&card, &numbers, error))
		return FALSE;
	if (numbers == NULL || numbers->len <= n_keys)
		return TRUE;
	if (!read_directory(&card, &directory, error))
		return FALSE;
	if (directory == NULL)
		return TRUE;
	keep_unnamed(numbers, directory, n_keys);
	for (guint i = 0; i < numbers->len; i++) {
		if (!remove_ours(&card, g_array_index(numbers, guint16, i), key, error))
			return FALSE;
	}

	return TRUE;
}
