/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/sealed-pins.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/places.h"
#include "key/certificate.h"
#include "key/envelope.h"
#include "transfer/unsealing.h"

#define CERTIFICATE_LIMIT ((gsize)1 << 20)

gboolean tf_sealed_pins_are_wanted(const TfOptions *options, gboolean *ret_are_wanted, GError **error)
{
	gboolean are_wanted = options->escrow != NULL;

	if (!are_wanted && (options->escrow_key != NULL || options->escrow_certificate != NULL ||
				   options->escrow_pin_source != NULL))
		return tf_raise(error, TF_ERROR_USAGE,
			_("--escrow-key, --escrow-certificate and --escrow-pin-source belong to --escrow"),
			NULL);
	if (are_wanted && options->escrow_key == NULL)
		return tf_raise(error, TF_ERROR_USAGE,
			_("--escrow needs --escrow-key: the token with the federation's key"), NULL);
	if (are_wanted && (options->puk_source != NULL || options->so_pin_source != NULL))
		return tf_raise(error, TF_ERROR_USAGE,
			_("--escrow and --puk-source or --so-pin-source exclude each other"), NULL);
	if (are_wanted && !g_str_has_prefix(options->escrow_key, "pkcs11:"))
		return tf_raise(error, TF_ERROR_TOKEN_URI, options->escrow_key, NULL);
	*ret_are_wanted = are_wanted;

	return TRUE;
}

/* NULL without error when none is given. */
static gboolean read_certificate(const gchar *path, X509 **ret_certificate, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;

	if (path == NULL)
		return TRUE;
	bytes = tf_file_load(path, CERTIFICATE_LIMIT, error);
	if (bytes != NULL)
		*ret_certificate = tf_certificate_parse(bytes, path, error);

	return *ret_certificate != NULL;
}

static TfSecret *unseal(
	TfConversation *conversation, const TfCards *cards, const gchar *ledger_path, GError **error)
{
	const TfOptions *options = conversation->options;
	g_autoptr(GBytes) envelope = tf_file_load(options->escrow, TF_ENVELOPE_LIMIT, error);
	g_autoptr(X509) certificate = NULL;
	TfDialogue dialogue = tf_conversation_dialogue(conversation);
	TfUnsealPlan plan = {
		.module = tf_places_module(options, cards),
		.token_uri = options->escrow_key,
		.ledger_path = ledger_path,
		.envelope = envelope,
		.name = options->escrow,
	};
	TfSecret *text = NULL;

	if (envelope == NULL || !read_certificate(options->escrow_certificate, &certificate, error))
		return NULL;
	plan.certificate = certificate;
	conversation->asks_for_escrow_pin = TRUE;
	text = tf_unseal(&plan, &dialogue, error);
	conversation->asks_for_escrow_pin = FALSE;

	return text;
}

gboolean tf_sealed_pins_open(
	TfConversation *conversation, const TfCards *cards, const gchar *ledger_path, GError **error)
{
	const gchar *name = conversation->options->escrow;
	g_autoptr(TfSecret) text = unseal(conversation, cards, ledger_path, error);
	g_autofree gchar *sentence = NULL;

	if (text == NULL)
		return FALSE;
	conversation->sealed = tf_pins_read(text, NULL, name, error);
	if (conversation->sealed == NULL)
		return FALSE;
	conversation->sealed_number = tf_pins_number(text);
	sentence = tf_phrase(
		_("The sealed PINs of {number} are open."), "number", conversation->sealed_number, NULL);
	if (!conversation->options->is_json)
		tf_output_notice(sentence);

	return TRUE;
}

gchar *tf_sealed_pins_token(const TfConversation *conversation)
{
	const gchar *serial = conversation->sealed != NULL ? conversation->sealed->token_serial : NULL;
	g_autofree gchar *escaped = serial != NULL ? g_uri_escape_string(serial, NULL, FALSE) : NULL;

	return escaped != NULL ? g_strconcat("pkcs11:serial=", escaped, NULL) : NULL;
}

static gboolean refuse(const TfConversation *conversation, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_ENVELOPE_UNREADABLE, conversation->options->escrow, reason, NULL);
}

/* The secret of another token would cost one of its few tries. */
static gboolean confirm(TfConversation *conversation, const TfTokenFacts *token, GError **error)
{
	const TfPins *pins = conversation->sealed;
	g_autofree gchar *question = NULL;
	gboolean is_yes = FALSE;

	if (pins->token_serial != NULL)
		return g_str_equal(pins->token_serial, token->serial) ||
		       refuse(conversation, _("they are the PINs of a token with another serial number"),
			       error);
	if (conversation->options->is_yes)
		return TRUE;
	if (conversation->terminal == NULL)
		return tf_raise(error, TF_ERROR_NO_TERMINAL, _("your confirmation (--yes gives it)"), NULL);

	question = tf_phrase(_("Is the token '{token}' (serial number {serial}) the one of {number}?"),
		"token", token->label, "serial", token->serial, "number", conversation->sealed_number, NULL);
	if (!tf_terminal_confirm(conversation->terminal, question, &is_yes, error))
		return FALSE;

	return is_yes || tf_raise(error, TF_ERROR_DECLINED, question, NULL);
}

gboolean tf_sealed_pins_give(TfConversation *conversation, const TfTokenStatus *status, TfPinKind kind,
	TfSecret **ret_secret, GError **error)
{
	const TfPins *pins = conversation->sealed;
	const TfSecret *sealed = kind == TF_PIN_PUK ? pins->puk : pins->so;
	g_autoptr(TfSecret) secret = NULL;

	if (sealed == NULL)
		return refuse(conversation,
			kind == TF_PIN_PUK ? _("there is no PUK among them")
					   : _("there is no SO PIN among them"),
			error);
	if (!confirm(conversation, status->facts, error))
		return FALSE;
	secret = tf_secret_new_copy(tf_secret_peek(sealed), tf_secret_length(sealed));
	if (secret == NULL)
		return tf_raise(
			error, TF_ERROR_SYSTEM, "libcrypto", _("there is no room for the PINs"), NULL);
	*ret_secret = g_steal_pointer(&secret);

	return TRUE;
}
