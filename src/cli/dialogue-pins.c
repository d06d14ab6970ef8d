/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks for the secrets by which PINs are set. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/conversation.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/sealed-pins.h"
#include "token/pin-change.h"

static gchar *describe_bounds(const TfTokenStatus *status)
{
	g_autofree gchar *minimum = NULL;
	g_autofree gchar *maximum = NULL;
	gulong from = 0;
	gulong to = 0;

	tf_pin_bounds(status, TF_TOKEN_PIN_USER, &from, &to);
	minimum = g_strdup_printf("%lu", from);
	maximum = g_strdup_printf("%lu", to);

	return tf_phrase(_("This token takes {minimum} to {maximum} characters. Please choose another."),
		"minimum", minimum, "maximum", maximum, NULL);
}

/* A person may choose again where a script's choice is an error. */
static gboolean is_to_be_chosen_again(
	TfConversation *conversation, const TfTokenStatus *status, const TfSecret *pin)
{
	const gchar *source = conversation->options->new_pin_source;
	gboolean is_typed = source == NULL || strcmp(source, "tty") == 0;
	g_autofree gchar *text = NULL;
	g_autoptr(GError) problem = NULL;

	if (!is_typed || tf_pin_suits(status, TF_TOKEN_PIN_USER, pin, &problem))
		return FALSE;

	text = g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_FORMAT)
		       ? describe_bounds(status)
		       : g_strdup(_("This token does not take all of these characters. Please choose "
				    "another, of "
				    "digits only."));
	tf_terminal_say(conversation->terminal, text);

	return TRUE;
}

gboolean tf_dialogue_new_pin(gpointer data, const TfTokenStatus *status, TfSecret **ret_pin, GError **error)
{
	TfConversation *conversation = data;

	for (;;) {
		g_autoptr(TfSecret) pin =
			tf_conversation_new_secret(conversation, conversation->options->new_pin_source,
				_("New user PIN of the token (you will type it whenever you sign): "),
				_("New user PIN of the token once more: "),
				_("the new user PIN of the token"), error);

		if (pin == NULL)
			return FALSE;
		if (!is_to_be_chosen_again(conversation, status, pin)) {
			*ret_pin = g_steal_pointer(&pin);
			return TRUE;
		}
	}
}

gboolean tf_dialogue_unblock_secret(
	gpointer data, const TfTokenStatus *status, TfPinKind kind, TfSecret **ret_secret, GError **error)
{
	TfConversation *conversation = data;
	gboolean is_puk = kind == TF_PIN_PUK;
	const gchar *source =
		is_puk ? conversation->options->puk_source : conversation->options->so_pin_source;
	g_autofree gchar *prompt = tf_phrase(
		is_puk ? _("PUK of the token '{token}' (it has few tries; not shown while you type): ")
		       : _("SO PIN of the token '{token}' (administrator; it has few tries; not shown while "
			   "you type): "),
		"token", status->facts->label, NULL);
	TfSecret *secret = NULL;

	if (conversation->sealed != NULL)
		return tf_sealed_pins_give(conversation, status, kind, ret_secret, error);
	if (tf_conversation_is_pinpad(source, status)) {
		*ret_secret = NULL;
		return tf_conversation_ask_pinpad(conversation, source, status,
			is_puk ? _("Type the PUK, and then the new user PIN, on the reader of the token now.")
			       : _("Type the SO PIN, and then the new user PIN, on the reader of the token "
				   "now."),
			error);
	}
	secret = tf_conversation_counted_secret(conversation, source, prompt,
		is_puk ? _("the PUK of the token") : _("the SO PIN of the token"), error);
	if (secret == NULL)
		return FALSE;
	*ret_secret = secret;

	return TRUE;
}
