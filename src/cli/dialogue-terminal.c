/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The questions, as a person reads them on a terminal. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/conversation.h"
#include "cli/describe.h"
#include "cli/phrase.h"
#include "cli/wording.h"
#include "disk/media.h"

static const gchar *const questions[TF_N_QUESTIONS] = {
	[TF_QUESTION_IS_THIS_YOU] =
		N_("Is this you, and is this the certificate whose key you want to move onto the token?"),
	[TF_QUESTION_EXCEPTION] = N_("Go on nevertheless? The report will name it."),
	[TF_QUESTION_INSIST_PIN] =
		N_("One more wrong PIN may lock the token '{token}'. Are you sure of the user "
		   "PIN, and shall it be sent nevertheless?"),
	[TF_QUESTION_INSIST_UNBLOCK] =
		N_("Are you sure of it, and shall it be sent to the token '{token}' nevertheless?"),
	[TF_QUESTION_REMOVE] = N_("Destroy this key on the token '{token}' for good?"),
	[TF_QUESTION_FILE_NEEDED] = N_("Some services (payroll clouds, software that files by itself) take "
				       "no token and sign only with the file.\n"
				       "Do you file with such a service, and still need '{path}'?"),
	[TF_QUESTION_WIPE] =
		N_("The key is on the token, and that was proven.\nWipe '{path}' from this PC now?"),
	[TF_QUESTION_EMPTY_STORE] =
		N_("The key is on the token, and that was proven.\nRemove it and its certificate from the "
		   "browser's key store '{path}' now?"),
	[TF_QUESTION_WIPE_STRAYS] =
		N_("The key is on the token, and that was proven just now. Each file of this list is a copy "
		   "of it and holds nothing else that is secret.\n"
		   "Wipe these files from this PC now? They cannot be brought back."),
	[TF_QUESTION_COMPLETE_THOUGH_KEPT] =
		N_("What '{path}' holds stays on this PC, so the key can still be stolen from it.\n"
		   "Report completion nevertheless? The report will name this exception."),
};

static void say_block(TfTerminal *terminal, const GString *block)
{
	if (block->len > 0)
		tf_terminal_say(terminal, block->str);
}

/* What the question is about: the certificate, or what is wrong. */
static void show_context(TfConversation *conversation, TfQuestion question, const TfQuestionContext *context)
{
	g_autoptr(GString) block = g_string_new(NULL);

	if (question == TF_QUESTION_IS_THIS_YOU && context->certificate != NULL) {
		g_string_append_c(block, '\n');
		tf_describe_certificate(block, 2, context->certificate, conversation->campaign);
	}
	if (context->problem != NULL) {
		g_autofree gchar *sentence = tf_wording_of_error(context->problem);
		g_autofree gchar *advice = tf_error_advice(context->problem);
		g_autofree gchar *safe_sentence = tf_escape_terminal(sentence);
		g_autofree gchar *safe_advice = tf_escape_terminal(advice);

		g_string_append_printf(block, "\n%s\n%s", safe_sentence, safe_advice);
	}
	for (guint i = 0; context->paths != NULL && i < context->paths->len; i++) {
		g_autofree gchar *safe_path = tf_escape_terminal(g_ptr_array_index(context->paths, i));

		g_string_append_printf(block, "\n  %s", safe_path);
	}
	say_block(conversation->terminal, block);
}

/* --accept has answered some questions before they are asked. */
static gboolean is_accepted(
	const TfConversation *conversation, TfQuestion question, const TfQuestionContext *context)
{
	if (question == TF_QUESTION_COMPLETE_THOUGH_KEPT)
		return (conversation->accepted & (1u << TF_EXCEPTION_KEPT)) != 0;

	return question == TF_QUESTION_EXCEPTION &&
	       (conversation->accepted & (1u << context->exception)) != 0;
}

gboolean tf_dialogue_terminal_confirm(gpointer data, TfQuestion question, const TfQuestionContext *context,
	gboolean *ret_yes, GError **error)
{
	TfConversation *conversation = data;
	g_autofree gchar *text = NULL;

	tf_conversation_note(conversation, context);
	if (is_accepted(conversation, question, context) ||
		(question == TF_QUESTION_FILE_NEEDED && conversation->options->move_to != NULL)) {
		*ret_yes = TRUE;
		return TRUE;
	}

	show_context(conversation, question, context);
	text = tf_phrase(_(questions[question]), "path", context->path, "token",
		context->token != NULL ? context->token->label : NULL, NULL);

	return tf_terminal_confirm(conversation->terminal, text, ret_yes, error);
}

/* Shows the keys behind 'intro', and asks until a number of one is typed. */
static gboolean choose_one(TfTerminal *terminal, const gchar *intro, const GPtrArray *certificates,
	const gchar *prompt, guint *ret_index, GError **error)
{
	g_autoptr(GString) block = g_string_new(NULL);

	tf_describe_keys(block, certificates);
	tf_terminal_say(terminal, intro);
	say_block(terminal, block);
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(terminal, prompt, error);
		guint number = 0;

		if (line == NULL)
			return FALSE;
		number = tf_answer_number(line, certificates->len);
		if (number > 0) {
			*ret_index = number - 1;
			return TRUE;
		}
	}
}

gboolean tf_dialogue_terminal_choose_key(gpointer data, const GPtrArray *certificates, const gchar *path,
	gboolean is_store, guint *ret_index, GError **error)
{
	TfConversation *conversation = data;
	g_autofree gchar *intro = tf_phrase(
		is_store ? _("The key store '{path}' holds {count} keys. The others stay there.")
			 : _("'{path}' holds {count} keys. It will be kept, because it holds more than one."),
		"path", path, "count", TF_NUMBER(certificates->len), NULL);

	return choose_one(conversation->terminal, intro, certificates,
		_("Which one shall be moved? Type its number: "), ret_index, error);
}

gboolean tf_dialogue_terminal_choose_token_key(gpointer data, const GPtrArray *certificates,
	const TfTokenFacts *token, guint *ret_index, GError **error)
{
	TfConversation *conversation = data;
	g_autofree gchar *intro = tf_phrase(
		_("The token '{token}' holds {count} keys. Only copies of the one you choose are wiped."),
		"token", token->label, "count", TF_NUMBER(certificates->len), NULL);

	return choose_one(conversation->terminal, intro, certificates,
		_("Whose copies shall be searched for? Type its number: "), ret_index, error);
}

/* Whether a file could be moved there; says why not. */
static gboolean is_folder_for_backup(TfTerminal *terminal, const gchar *path)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failure = errno;
	g_autoptr(TfMedia) media = fd >= 0 ? tf_media_of(fd, NULL, NULL) : NULL;
	g_autofree gchar *text = NULL;

	if (media != NULL && media->place == TF_PLACE_REMOVABLE)
		return TRUE;

	text = tf_phrase(_("'{path}' cannot be used: {reason}."), "path", path, "reason",
		fd >= 0 ? _("it is not a removable medium") : g_strerror(failure), NULL);
	tf_terminal_say(terminal, text);

	return FALSE;
}

gboolean tf_dialogue_terminal_removable_directory(
	gpointer data, const gchar *path, gchar **ret_directory, GError **error)
{
	TfConversation *conversation = data;
	g_autofree gchar *prompt = NULL;

	if (conversation->options->move_to != NULL) {
		*ret_directory = g_strdup(conversation->options->move_to);
		return TRUE;
	}
	prompt =
		tf_phrase(_("Keep '{path}' on a USB memory, not on this PC: plug one in, and type the folder "
			    "on it. (Only Enter: leave the file on this PC.)\n"
			    "Folder on the USB memory: "),
			"path", path, NULL);
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(conversation->terminal, prompt, error);
		g_autofree gchar *answer = line != NULL ? tf_answer_path(line) : NULL;

		if (answer == NULL)
			return FALSE;
		if (answer[0] != '\0' && !is_folder_for_backup(conversation->terminal, answer))
			continue;
		*ret_directory = answer[0] != '\0' ? g_steal_pointer(&answer) : NULL;
		return TRUE;
	}
}

gboolean tf_dialogue_terminal_typed_serial(
	gpointer data, const TfTokenFacts *token, gchar **ret_serial, GError **error)
{
	TfConversation *conversation = data;
	g_autofree gchar *prompt = tf_phrase(
		_("The token '{token}' only claims to keep the key, or to let it be used: not every attempt "
		  "to get it out was clearly refused, or no other program could sign with it.\n"
		  "If you accept that, and want the file to be wiped, type the serial number of the token, "
		  "{serial}. (Only Enter: keep the file.)\n"
		  "Serial number: "),
		"token", token->label, "serial", token->serial, NULL);
	g_autofree gchar *line = tf_terminal_ask_fresh_line(conversation->terminal, prompt, error);

	if (line == NULL)
		return FALSE;
	*ret_serial = tf_answer_text(line);

	return TRUE;
}
