/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The formatter of a reader: looks at its cards below PKCS#11 and formats them by pkcs15-init, which is why
 * it is the one child that may execute a program. It never holds a key, and loads no module.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/role.h"
#include "token/card.h"

#define SECRET_LIMIT   64u
#define FORMAT_SECONDS 120 /* of all that pkcs15-init does; a real card is slow at making PINs */

enum {
	FD_SO_PIN,
	FD_SO_PUK,
	FD_PIN,
	FD_PUK
};

typedef struct Formatter {
	TfTokenProfile *family;
	TfReader *seen;	   /* as its card was looked at last; NULL: none was */
	TfCardState state; /* of that card */
} Formatter;

static void tear_down(gpointer state)
{
	Formatter *formatter = state;

	tf_reader_free(formatter->seen);
	tf_token_profile_free(formatter->family);
	g_free(formatter);
}

static gpointer set_up(GVariant *setup, GError **error)
{
	g_autoptr(GVariant) dictionary = g_variant_get_child_value(setup, 2);
	g_autofree gchar *path = NULL;
	TfTokenProfile *family = NULL;
	Formatter *formatter = NULL;

	if (!g_variant_lookup(dictionary, "family", "^ay", &path)) {
		tf_raise(error, TF_ERROR_SYSTEM, "SETUP", "family", NULL);
		return NULL;
	}
	family = tf_token_profile_load_file(path, error);
	if (family == NULL)
		return NULL;
	formatter = g_new0(Formatter, 1);
	formatter->family = family;

	return formatter;
}

/* The reader with a card of the family in it: no other kind of card is asked anything. */
static TfReader *find_reader(const Formatter *formatter, const gchar *name, GError **error)
{
	g_autoptr(GPtrArray) readers = tf_readers(error);

	for (guint i = 0; readers != NULL && i < readers->len; i++) {
		const TfReader *reader = g_ptr_array_index(readers, i);

		if (strcmp(reader->name, name) != 0 || reader->atr == NULL)
			continue;
		if (tf_token_profile_fits_atr(formatter->family, reader->atr))
			return g_ptr_array_steal_index(readers, i);
		tf_raise(error, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, name, NULL);
		return NULL;
	}
	if (readers != NULL)
		tf_raise(error, TF_ERROR_TOKEN_REMOVED, "SCardListReaders", NULL);

	return NULL;
}

static gboolean look(Formatter *formatter, TfTalk *talk, const TfMessage *request, GError **error)
{
	const gchar *name = g_variant_get_string(request->body, NULL);
	g_autoptr(TfReader) reader = find_reader(formatter, name, error);
	g_autofree gchar *serial = NULL;
	TfCardState state = TF_CARD_UNKNOWN;

	g_clear_pointer(&formatter->seen, tf_reader_free);
	if (reader == NULL || !tf_card_look(reader, formatter->family, &state, error) ||
		!tf_card_serial(reader, formatter->family, &serial, error))
		return FALSE;
	formatter->seen = g_steal_pointer(&reader);
	formatter->state = state;

	return tf_talk_say(talk, TF_MESSAGE_CARD,
		g_variant_new("(ss)", tf_card_state_name(state), serial != NULL ? serial : ""), NULL, error);
}

/* What is asked for is the card that was looked at; that it is still there, tf_card_format() sees to. */
static gboolean check_seen(const Formatter *formatter, const gchar *name, const gchar *state, GError **error)
{
	if (formatter->seen != NULL && strcmp(formatter->seen->name, name) == 0 &&
		strcmp(tf_card_state_name(formatter->state), state) == 0)
		return TRUE;

	return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "CARD", NULL);
}

static TfSecret *take_secret(TfMessage *request, guint index, GError **error)
{
	TF_AUTO_FD int fd = tf_file_steal(&request->fds[index]);

	return tf_secret_read(fd, SECRET_LIMIT, "fd", error);
}

static gboolean erase(Formatter *formatter, TfTalk *talk, TfMessage *request, GError **error)
{
	g_autoptr(TfSecret) so_pin = take_secret(request, FD_SO_PIN, error);
	const gchar *name = NULL;
	const gchar *state = NULL;

	if (so_pin == NULL)
		return FALSE;
	g_variant_get(request->body, "(&s&s)", &name, &state);
	if (!check_seen(formatter, name, state, error) ||
		!tf_card_erase(
			formatter->seen, formatter->family, formatter->state, so_pin, FORMAT_SECONDS, error))
		return FALSE;
	formatter->state = TF_CARD_BLANK;

	return tf_talk_say(talk, TF_MESSAGE_CARD_ERASED, g_variant_new("()"), NULL, error);
}

static gboolean format(Formatter *formatter, TfTalk *talk, TfMessage *request, GError **error)
{
	g_autoptr(TfSecret) so_pin = take_secret(request, FD_SO_PIN, error);
	g_autoptr(TfSecret) so_puk = so_pin != NULL ? take_secret(request, FD_SO_PUK, error) : NULL;
	g_autoptr(TfSecret) pin = so_puk != NULL ? take_secret(request, FD_PIN, error) : NULL;
	g_autoptr(TfSecret) puk = pin != NULL ? take_secret(request, FD_PUK, error) : NULL;
	const TfCardSecrets secrets = { so_pin, so_puk, pin, puk };
	const gchar *name = NULL;
	const gchar *state = NULL;
	const gchar *label = NULL;

	if (puk == NULL)
		return FALSE;
	g_variant_get(request->body, "(&s&s&s)", &name, &state, &label);
	if (!check_seen(formatter, name, state, error) ||
		!tf_card_format(formatter->seen, formatter->family, formatter->state, label, &secrets,
			FORMAT_SECONDS, error))
		return FALSE;
	formatter->state = TF_CARD_READY;

	return tf_talk_say(talk, TF_MESSAGE_CARD_FORMATTED, g_variant_new("()"), NULL, error);
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	if (request->kind == TF_MESSAGE_LOOK_CARD)
		return look(state, talk, request, error);
	if (request->kind == TF_MESSAGE_ERASE_CARD)
		return erase(state, talk, request, error);

	g_assert(request->kind == TF_MESSAGE_FORMAT_CARD);

	return format(state, talk, request, error);
}

const TfRoleHandler tf_formatter_handler = {
	.role = &tf_formatter_role, .set_up = set_up, .answer = answer, .tear_down = tear_down
};
