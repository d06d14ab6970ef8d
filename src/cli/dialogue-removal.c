/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shows a key that is to be removed from a token, and asks about it. */
#include <glib/gi18n.h>

#include "cli/answer.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "transfer/removal.h"

static void add_certificates(GString *text, const gchar *title, const GPtrArray *certificates)
{
	for (guint i = 0; i < certificates->len; i++) {
		g_string_append_printf(text, "%s\n", title);
		tf_describe_certificate(text, 2, g_ptr_array_index(certificates, i), NULL);
	}
}

/* Translated. */
static const gchar *describe_copies(const TfRemoval *removal)
{
	if (removal->is_elsewhere)
		return _("the ledger knows another token that holds this key");
	if (removal->source_was_wiped)
		return _("the file it came from was wiped: this may be the only copy of the key");
	if (removal->is_known)
		return _("the file it came from was not wiped by this program");

	return _("unknown to the ledger: this may be the only copy of the key");
}

void tf_dialogue_show_removal(gpointer data, const TfRemoval *removal)
{
	const TfConversation *conversation = data;
	g_autoptr(GString) text = g_string_new(NULL);

	if (conversation->options->is_json)
		return;

	tf_describe_token(text, 0, removal->token);
	tf_describe_line(text, 0, _("Key"), removal->key_id);
	add_certificates(text, _("Certificate"), removal->certificates);
	add_certificates(text, _("Intermediate certificate that goes with it"), removal->intermediates);
	tf_describe_line(text, 0, _("Today"),
		removal->is_valid ? _("the certificate is still valid") : _("the certificate has expired"));
	tf_describe_line(text, 0, _("Copies"), describe_copies(removal));
	tf_describe_line(text, 0, _("Consequence"),
		_("nothing can be signed or decrypted with a removed key, and nobody can bring it back"));
	tf_output_notice(text->str);
}

gboolean tf_dialogue_typed_removal(gpointer data, const TfRemoval *removal, gchar **ret_typed, GError **error)
{
	const TfConversation *conversation = data;
	g_autofree gchar *prompt = NULL;
	g_autofree gchar *line = NULL;

	if (!tf_conversation_is_with_person(conversation))
		return TRUE;

	prompt = tf_phrase(
		_("The certificate is still valid. If its key shall be destroyed nevertheless, type the name "
		  "of the token, '{token}', or the CKA_ID. (Only Enter: leave it.)\n"
		  "Name or CKA_ID: "),
		"token", removal->token->label, NULL);
	line = tf_terminal_ask_fresh_line(conversation->terminal, prompt, error);
	if (line == NULL)
		return FALSE;
	*ret_typed = tf_answer_text(line);

	return TRUE;
}
