/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'init-token' for a card in a reader, which need not be a token of PKCS#11 yet. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/describe.h"
#include "cli/init-token.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/places.h"

#define DEADLINE_SECONDS 120 /* of all that pkcs15-init does; a real card is slow at making PINs */

typedef struct Secrets {
	TfSecret *so_pin;
	TfSecret *so_puk; /* NULL: the PUK */
	TfSecret *pin;
	TfSecret *puk;
} Secrets;

static void secrets_clear(Secrets *secrets)
{
	tf_secret_free(secrets->so_pin);
	tf_secret_free(secrets->so_puk);
	tf_secret_free(secrets->pin);
	tf_secret_free(secrets->puk);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Secrets, secrets_clear)

/* A person chooses again where a script's choice is an error. */
static TfSecret *ask_new(TfConversation *conversation, const TfCardChoice *card, TfTokenPin kind,
	const gchar *source, const gchar *prompt, const gchar *again, const gchar *what, GError **error)
{
	gboolean is_typed = source == NULL || strcmp(source, "tty") == 0;

	for (;;) {
		g_autoptr(TfSecret) secret =
			tf_conversation_new_secret(conversation, source, prompt, again, what, error);
		g_autoptr(GError) problem = NULL;
		g_autofree gchar *sentence = NULL;
		g_autofree gchar *shown = NULL;

		if (secret == NULL)
			return NULL;
		if (tf_card_check_pin(card->reader, card->profile, kind, secret, &problem))
			return g_steal_pointer(&secret);
		if (!is_typed) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		sentence = tf_error_sentence(problem);
		shown = tf_phrase("{sentence}", "sentence", sentence, NULL);
		tf_terminal_say(conversation->terminal, shown);
	}
}

/* That of a formatted card stays the same: it is asked for once, and opens the card. */
static TfSecret *ask_so_pin(TfConversation *conversation, const TfCardChoice *card, GError **error)
{
	const gchar *source = conversation->options->so_pin_source;

	if (tf_card_state_is_formatted(card->state))
		return tf_conversation_counted_secret(conversation, source,
			_("SO PIN of the card (it stays the same; it has few tries; not shown while you "
			  "type): "),
			_("the SO PIN of the token"), error);

	return ask_new(conversation, card, TF_TOKEN_PIN_SO, source,
		_("New SO PIN (for the administrator of the token; write it down): "),
		_("New SO PIN once more: "), _("the SO PIN of the token"), error);
}

static gboolean ask_secrets(
	TfConversation *conversation, const TfCardChoice *card, Secrets *secrets, GError **error)
{
	const TfOptions *options = conversation->options;

	if (tf_conversation_is_with_person(conversation) && !options->is_json)
		tf_output_notice(
			_("The card gets three numbers: a user PIN, a PUK (unlocks the PINs) and an SO PIN "
			  "(formats the card again). Write them down and lock them away; whoever loses "
			  "them loses the card."));
	secrets->so_pin = ask_so_pin(conversation, card, error);
	if (secrets->so_pin == NULL)
		return FALSE;
	if (options->so_puk_source != NULL) {
		secrets->so_puk = ask_new(conversation, card, TF_TOKEN_PIN_SO_PUK, options->so_puk_source,
			_("New PUK of the SO PIN (write it down): "), _("New PUK of the SO PIN once more: "),
			_("the PUK of the SO PIN"), error);
		if (secrets->so_puk == NULL)
			return FALSE;
	}
	secrets->puk = ask_new(conversation, card, TF_TOKEN_PIN_PUK, options->puk_source,
		_("New PUK (unlocks the card after wrong PINs; write it down): "), _("New PUK once more: "),
		_("the PUK of the token"), error);
	if (secrets->puk == NULL)
		return FALSE;
	secrets->pin = ask_new(conversation, card, TF_TOKEN_PIN_USER, options->pin_source,
		_("New user PIN (you will type it whenever you sign): "), _("New user PIN once more: "),
		_("the user PIN of the token"), error);

	return secrets->pin != NULL;
}

/* The token that a module sees in this reader, and what is on it; FALSE when none does. */
static gboolean read_content(TfConversation *conversation, const gchar *reader, gchar **ret_label,
	GPtrArray **ret_objects, GError **error)
{
	const TfModuleRequest request = tf_places_module(conversation->options, NULL);
	const TfDialogue dialogue = tf_conversation_dialogue(conversation);
	g_autoptr(GPtrArray) modules = tf_modules_load(&request, &dialogue, error);

	if (modules == NULL)
		return FALSE;

	for (guint i = 0; i < modules->len; i++) {
		const TfLoadedModule *loaded = g_ptr_array_index(modules, i);

		for (guint j = 0; j < loaded->tokens->len; j++) {
			const TfTokenStatus *status = g_ptr_array_index(loaded->tokens, j);
			g_autofree gchar *slot = tf_token_slot_name(loaded->module, status);

			if (strcmp(slot, reader) != 0 || !status->is_initialized)
				continue;
			*ret_objects = tf_token_objects(loaded->module, status, error);
			*ret_label = g_strdup(status->facts->label);
			return *ret_objects != NULL;
		}
	}

	return TRUE;
}

/* What could be lost is shown, and its name typed; a card that only lacks its activation may hold keys. */
static gboolean get_consent(TfConversation *conversation, const TfCardChoice *card, GError **error)
{
	g_autofree gchar *label = NULL;
	g_autoptr(GPtrArray) objects = NULL;

	if (card->state == TF_CARD_BLANK || card->state == TF_CARD_HALF_FORMATTED)
		return TRUE;
	if (!read_content(conversation, card->reader->name, &label, &objects, error))
		return FALSE;
	if (card->state == TF_CARD_NOT_ACTIVATED && objects != NULL && objects->len == 0)
		return TRUE;

	return tf_init_consent(
		conversation, label != NULL && label[0] != '\0' ? label : card->reader->name, objects, error);
}

static void show_card(const TfOptions *options, const TfCardChoice *card)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (options->is_json)
		return;

	tf_describe_line(text, 0, _("Card reader"), card->reader->name);
	tf_describe_line(text, 2, _("Kind"), tf_token_profile_title(card->profile, tf_language_spoken()));
	tf_describe_line(text, 2, _("State"), tf_describe_card_state(card->state));
	g_string_truncate(text, text->len - 1);
	tf_output_notice(text->str);
}

static gboolean format(
	TfConversation *conversation, const TfCardChoice *card, const gchar *label, GError **error)
{
	g_auto(Secrets) secrets = { 0 };
	TfCardSecrets lent;

	if (!ask_secrets(conversation, card, &secrets, error))
		return FALSE;
	lent = (TfCardSecrets){ secrets.so_pin, secrets.so_puk != NULL ? secrets.so_puk : secrets.puk,
		secrets.pin, secrets.puk };
	if (!conversation->options->is_json)
		tf_output_notice(_("Formatting the card; leave it in the reader …"));

	return tf_card_format(
		card->reader, card->profile, card->state, label, &lent, DEADLINE_SECONDS, error);
}

/* RFC 7512; manufacturer and serial number are known when a module has seen the card. */
static gchar *uri_of(const gchar *label)
{
	g_autofree gchar *escaped = g_uri_escape_string(label, NULL, FALSE);

	return g_strconcat("pkcs11:token=", escaped, NULL);
}

gboolean tf_init_card(
	TfConversation *conversation, const TfCardChoice *card, gboolean has_consent, GError **error)
{
	const TfOptions *options = conversation->options;
	const gchar *state = tf_card_state_name(card->state);
	g_autoptr(TfTokenFacts) facts = g_new0(TfTokenFacts, 1);
	g_autofree gchar *label = NULL;

	show_card(options, card);
	if (options->is_dry_run) {
		tf_init_tell(options, _("This card would be formatted:"), facts, card->reader->name, state);
		return TRUE;
	}
	if (!has_consent && !get_consent(conversation, card, error))
		return FALSE;
	label = tf_init_label(conversation, error);
	if (label == NULL || !format(conversation, card, label, error))
		return FALSE;
	facts->label = g_strdup(label);
	facts->uri = uri_of(label);
	tf_init_tell(options, _("The card is formatted:"), facts, card->reader->name,
		tf_card_state_name(TF_CARD_READY));

	return TRUE;
}
