/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The letter-writer: one PIN and one letter at a time, never a key. */
#include "base/secret.h"
#include "batch/role.h"
#include "letter-press-private.h"

#define PIN_LIMIT 64 /* more than tf_letter_draw_pin() takes */

static gpointer set_up(G_GNUC_UNUSED GVariant *setup, GError **error)
{
	return tf_letter_press_new(error);
}

static gboolean answer(gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	TfLetterContents contents;
	g_autoptr(TfSecret) pin = NULL;

	if (!tf_letter_contents_read(request->body, &contents, error))
		return FALSE;
	pin = tf_secret_read(request->fds[0], PIN_LIMIT, contents.number, error);
	if (pin == NULL || !tf_letter_press_print(state, &contents, pin, request->fds[1], error))
		return FALSE;

	return tf_talk_say(talk, TF_MESSAGE_LETTER_WRITTEN, g_variant_new_tuple(NULL, 0), NULL, error);
}

static void tear_down(gpointer state)
{
	tf_letter_press_free(state);
}

const TfRoleHandler tf_letter_handler = { &tf_letter_role, set_up, answer, tear_down };
