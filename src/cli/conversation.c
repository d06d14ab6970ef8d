/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/conversation.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/describe.h"
#include "cli/interrupt.h"
#include "cli/news.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/secret-source.h"

#define FEW_TRIES 2u /* of the three that cards have by default */

/* A module's trust is confirmed by naming it, claimed evidence by typing a serial, a backup by its path. */
static const TfException acceptable[] = {
	TF_EXCEPTION_ISSUER,
	TF_EXCEPTION_NAME,
	TF_EXCEPTION_EXPIRED,
	TF_EXCEPTION_VALIDITY,
	TF_EXCEPTION_REVOKED,
	TF_EXCEPTION_KEPT,
	TF_EXCEPTION_TOKEN_UNVERIFIED,
	TF_EXCEPTION_SPARE,
	TF_EXCEPTION_POSTURE,
};

static gboolean accept_rule(TfConversation *conversation, const gchar *rule, GError **error)
{
	g_autofree gchar *detail = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(acceptable); i++) {
		if (strcmp(rule, tf_exception_name(acceptable[i])) == 0) {
			conversation->accepted |= 1u << acceptable[i];
			return TRUE;
		}
	}
	detail = tf_phrase(_("--accept does not know '{rule}'"), "rule", rule, NULL);

	return tf_raise(error, TF_ERROR_USAGE, detail, NULL);
}

gboolean tf_conversation_init(TfConversation *conversation, const TfOptions *options, GError **error)
{
	TfConversation made = { .options = options };

	for (guint i = 0; i < options->accepted->len; i++) {
		if (!accept_rule(&made, g_ptr_array_index(options->accepted, i), error))
			return FALSE;
	}
	made.terminal = tf_terminal_open();
	if (!tf_secret_heap_is_locked())
		tf_output_notice(_("Note: this system does not let the program lock its memory, so that "
				   "secrets could reach the "
				   "swap space. Restart the computer without swap, or raise the limit "
				   "(ulimit -l), if that "
				   "matters to you."));
	*conversation = made;

	return TRUE;
}

void tf_conversation_clear(TfConversation *conversation)
{
	g_clear_pointer(&conversation->terminal, tf_terminal_free);
	g_clear_pointer(&conversation->certificate, tf_certificate_facts_free);
	g_clear_pointer(&conversation->campaign, tf_campaign_free);
	g_clear_pointer(&conversation->sealed, tf_pins_free);
	g_clear_pointer(&conversation->sealed_number, g_free);
}

void tf_conversation_note(TfConversation *conversation, const TfQuestionContext *context)
{
	const TfOptions *options = conversation->options;
	const TfCertificateFacts *facts = context->certificate;

	if (facts == NULL)
		return;

	g_clear_pointer(&conversation->certificate, tf_certificate_facts_free);
	g_clear_pointer(&conversation->campaign, tf_campaign_free);
	conversation->certificate = tf_certificate_facts_copy(facts);
	/* A profile that cannot be loaded stops the run itself; here it only costs the better words. */
	conversation->campaign = options->campaign != NULL
					 ? tf_campaign_load(options->campaign, options->profiles, NULL)
					 : tf_campaign_match(facts->issuer, facts->issuer_common_name,
						   options->profiles, NULL);
}

gboolean tf_conversation_is_with_person(const TfConversation *conversation)
{
	return conversation->terminal != NULL && !conversation->options->is_yes;
}

TfSecret *tf_conversation_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *what, GError **error)
{
	TfSecretSource source;

	if (!tf_secret_source_parse(text, &source, error))
		return NULL;
	if (source.kind == TF_SECRET_SOURCE_PINPAD) {
		tf_raise(error, TF_ERROR_SECRET_SOURCE, text, _("there is no PIN pad for this"), NULL);
		return NULL;
	}
	if (source.kind != TF_SECRET_SOURCE_TERMINAL)
		return tf_secret_source_read(&source, error);
	if (conversation->terminal == NULL) {
		tf_raise(error, TF_ERROR_NO_TERMINAL, what, NULL);
		return NULL;
	}

	return tf_terminal_ask_secret(conversation->terminal, prompt, error);
}

/* Typed in full-width characters by an input method, or with a blank at an end: nobody sees it while typing.
 */
static gboolean looks_mistyped(const TfSecret *pin)
{
	const guint8 *bytes = tf_secret_peek(pin);
	gsize length = tf_secret_length(pin);

	for (gsize i = 0; i < length; i++) {
		if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			return TRUE;
	}

	return length > 0 && (bytes[0] == ' ' || bytes[length - 1] == ' ');
}

/* A PIN of the token counts wrong tries, so that an odd one is asked for again; the same once more is meant.
 */
static TfSecret *ask_pin(TfConversation *conversation, const gchar *prompt, GError **error)
{
	g_autoptr(TfSecret) before = NULL;

	for (;;) {
		g_autoptr(TfSecret) pin = tf_terminal_ask_secret(conversation->terminal, prompt, error);

		if (pin == NULL || !looks_mistyped(pin) || (before != NULL && tf_secret_equal(before, pin)))
			return g_steal_pointer(&pin);
		tf_terminal_say(conversation->terminal, _("What you typed holds full-width characters or a "
							  "blank. It was not sent to the token. "
							  "Switch Japanese input off and type it again; if "
							  "it is right, type the same once more."));
		tf_secret_free(before);
		before = g_steal_pointer(&pin);
	}
}

/* Somebody types it, rather than a file or descriptor holding it. */
static gboolean is_terminal(const gchar *source)
{
	return source == NULL || strcmp(source, "tty") == 0;
}

TfSecret *tf_conversation_counted_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *what, GError **error)
{
	if (conversation->terminal != NULL && is_terminal(text))
		return ask_pin(conversation, prompt, error);

	return tf_conversation_secret(conversation, text, prompt, what, error);
}

TfSecret *tf_conversation_new_secret(TfConversation *conversation, const gchar *text, const gchar *prompt,
	const gchar *again, const gchar *what, GError **error)
{
	gboolean is_typed = is_terminal(text);

	for (;;) {
		g_autoptr(TfSecret) first = tf_conversation_secret(conversation, text, prompt, what, error);
		g_autoptr(TfSecret) second = NULL;

		if (first == NULL || !is_typed)
			return g_steal_pointer(&first);
		if (looks_mistyped(first)) {
			tf_terminal_say(conversation->terminal,
				_("What you typed holds full-width characters or a blank, which other "
				  "programs "
				  "could not send. Switch Japanese input off and choose another."));
			continue;
		}
		second = tf_conversation_secret(conversation, text, again, what, error);
		if (second == NULL)
			return NULL;
		if (tf_secret_equal(first, second))
			return g_steal_pointer(&first);

		tf_terminal_say(
			conversation->terminal, _("The two are not the same. Please type both again."));
	}
}

/* What opens a source, in words. */
typedef struct PasswordWords {
	const gchar *prompt;
	const gchar *wrong;
	const gchar *what;
} PasswordWords;

static TfSecret *ask_password(TfConversation *conversation, const PasswordWords *words, const gchar *path,
	guint attempt, gboolean *ret_may_retry, GError **error)
{
	const gchar *source = conversation->options->password_source;
	g_autofree gchar *prompt = tf_phrase(words->prompt, "path", path, NULL);

	if (attempt > 0 && conversation->terminal != NULL)
		tf_terminal_say(conversation->terminal, words->wrong);
	*ret_may_retry = is_terminal(source);

	return tf_conversation_secret(conversation, source, prompt, words->what, error);
}

static TfSecret *password(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error)
{
	TfConversation *conversation = data;
	const PasswordWords words = {
		_("PIN code of '{path}' (from the paper notice; it is not shown while you type): "),
		_("That PIN code does not open the file. You may try as often as you like; the file "
		  "is untouched. Ctrl-C stops."),
		_("the PIN code of the file (paper notice)"),
	};
	TfSecret *secret = ask_password(conversation, &words, path, attempt, ret_may_retry, error);

	if (secret != NULL && !conversation->options->is_json)
		tf_output_notice(_("Opening the file …"));

	return secret;
}

static TfSecret *store_password(
	gpointer data, const gchar *path, guint attempt, gboolean *ret_may_retry, GError **error)
{
	const PasswordWords words = {
		_("Primary password of the key store '{path}' (the one set in the browser; it is not shown "
		  "while you type): "),
		_("That password does not open the key store. You may try again; the store is untouched. "
		  "Ctrl-C stops."),
		_("the primary password of the browser's key store"),
	};

	return ask_password(data, &words, path, attempt, ret_may_retry, error);
}

gboolean tf_conversation_is_pinpad(const gchar *source, const TfTokenStatus *status)
{
	return source != NULL ? strcmp(source, "pinpad") == 0 : status->has_protected_path;
}

gboolean tf_conversation_ask_pinpad(TfConversation *conversation, const gchar *source,
	const TfTokenStatus *status, const gchar *prompt, GError **error)
{
	if (!status->has_protected_path)
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, source, _("this token has no PIN pad"), NULL);
	if (!conversation->options->is_json)
		tf_output_notice(prompt);

	return TRUE;
}

/* Whose user PIN is asked for. */
typedef struct PinWords {
	const gchar *source;
	const gchar *prompt;
	const gchar *what;
	const gchar *on_reader;
} PinWords;

static PinWords choose_words(const TfConversation *conversation, gboolean is_spare)
{
	const TfOptions *options = conversation->options;
	PinWords words = {
		options->pin_source,
		_("User PIN of the token '{token}' (not the PIN code of the paper; not shown while you "
		  "type): "),
		_("the user PIN of the token"),
		_("Type the user PIN of the token on its reader now."),
	};

	if (is_spare) {
		words.source = options->spare_pin_source;
		words.prompt = _("User PIN of the second token '{token}' (not shown while you type): ");
	}
	if (conversation->asks_for_escrow_pin) {
		words.source = options->escrow_pin_source;
		words.prompt =
			_("User PIN of the token '{token}' with the federation's key, which opens the sealed "
			  "PINs (not shown while you type): ");
		words.what = _("the user PIN of the token with the federation's key");
		words.on_reader =
			_("Type the user PIN of the token with the federation's key on its reader now.");
	}

	return words;
}

static gboolean pin(
	gpointer data, const TfTokenStatus *status, gboolean is_spare, TfSecret **ret_pin, GError **error)
{
	TfConversation *conversation = data;
	const PinWords words = choose_words(conversation, is_spare);
	gboolean is_pinpad = tf_conversation_is_pinpad(words.source, status);
	gboolean are_few = status->knows_pin_tries && status->pin_tries <= FEW_TRIES;
	gboolean is_worth_saying =
		status->pin_state != TF_PIN_FINE || are_few || is_pinpad || is_terminal(words.source);
	g_autofree gchar *prompt = tf_phrase(words.prompt, "token", status->facts->label, NULL);
	g_autofree gchar *tries = tf_describe_pin_tries(status);
	TfSecret *secret = NULL;

	if (is_worth_saying && !conversation->options->is_json)
		tf_output_notice(tries);
	if (is_pinpad) {
		*ret_pin = NULL;
		return tf_conversation_ask_pinpad(conversation, words.source, status, words.on_reader, error);
	}
	secret = tf_conversation_counted_secret(conversation, words.source, prompt, words.what, error);
	if (secret == NULL)
		return FALSE;
	*ret_pin = secret;

	return TRUE;
}

static void tell(gpointer data, TfNews news, const TfNewsContext *context)
{
	const TfConversation *conversation = data;

	tf_news_tell(conversation->options->is_json, news, context);
}

static gboolean is_interrupted(gpointer data)
{
	(void)data;

	return tf_interrupt_is_noted();
}

TfDialogue tf_conversation_dialogue(TfConversation *conversation)
{
	gboolean is_person = tf_conversation_is_with_person(conversation);

	return (TfDialogue){
		.data = conversation,
		.confirm = is_person ? tf_dialogue_terminal_confirm : tf_dialogue_script_confirm,
		.password = password,
		.store_password = store_password,
		.pin = pin,
		.new_pin = tf_dialogue_new_pin,
		.unblock_secret = tf_dialogue_unblock_secret,
		.show_removal = tf_dialogue_show_removal,
		.typed_removal = tf_dialogue_typed_removal,
		.choose_key = is_person ? tf_dialogue_terminal_choose_key : tf_dialogue_script_choose_key,
		.choose_token_key = is_person ? tf_dialogue_terminal_choose_token_key : NULL,
		.removable_directory = is_person ? tf_dialogue_terminal_removable_directory
						 : tf_dialogue_script_removable_directory,
		.typed_serial =
			is_person ? tf_dialogue_terminal_typed_serial : tf_dialogue_script_typed_serial,
		.tell = tell,
		.is_interrupted = is_interrupted,
	};
}
