/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/pc-questions.h"
#include "guided-private.h"
#include "report/report.h"

static const gchar *const introduction[] = {
	N_("This program moves the key of your electronic certificate out of its file (.p12) onto a token: a "
	   "smart card or "
	   "a USB token that does not give it out again."),
	N_("You need:\n"
	   "  - the file, usually on a USB memory\n"
	   "  - the paper notice with the PIN code that opens the file\n"
	   "  - the token, and the user PIN of the token, which is another number"),
	N_("Nothing is wiped before it is proven that the key is on the token. You may stop at any time by "
	   "Ctrl-C; nothing is lost then."),
	N_("The PC comes first: it should have the latest security updates and current protection against "
	   "viruses. That is looked at now."),
};

void tf_guidance_clear(TfGuidance *guidance)
{
	g_clear_pointer(&guidance->source, g_free);
	g_clear_pointer(&guidance->name, g_free);
	g_clear_pointer(&guidance->number, g_free);
	g_clear_pointer(&guidance->posture, tf_posture_free);
}

static void show_sources(TfTerminal *terminal, const GPtrArray *sources)
{
	if (sources->len > 0)
		tf_terminal_say(terminal, _("What may be the one:"));
	for (guint i = 0; i < sources->len; i++) {
		const TfGuidedSource *source = g_ptr_array_index(sources, i);
		g_autofree gchar *escaped = tf_escape_terminal(source->path);
		g_autofree gchar *kind = source->is_store ? tf_report_kind("nss") : NULL;
		g_autofree gchar *line = g_strdup_printf(
			"  %u. %s%s%s", i + 1, kind != NULL ? kind : "", kind != NULL ? ": " : "", escaped);

		tf_terminal_say(terminal, line);
	}
}

static gboolean can_be_opened(TfTerminal *terminal, const gchar *path)
{
	g_autoptr(GError) problem = NULL;
	TF_AUTO_FD int fd = tf_file_open(path, NULL, &problem);
	g_autofree gchar *sentence = problem != NULL ? tf_error_sentence(problem) : NULL;
	g_autofree gchar *escaped = sentence != NULL ? tf_escape_terminal(sentence) : NULL;

	if (escaped != NULL)
		tf_terminal_say(terminal, escaped);

	return fd >= 0;
}

/* FALSE: it is none of them, and what is wrong was said. */
static gboolean take_source(TfTerminal *terminal, const GPtrArray *sources, gboolean takes_stores,
	const gchar *line, TfGuidance *guidance)
{
	guint number = tf_answer_number(line, sources->len);
	const TfGuidedSource *source = number > 0 ? g_ptr_array_index(sources, number - 1) : NULL;
	g_autofree gchar *path = source != NULL ? g_strdup(source->path) : tf_answer_path(line);
	gboolean is_store = takes_stores && tf_guided_is_store(path);

	if (path[0] == '\0' || (!is_store && !can_be_opened(terminal, path)))
		return FALSE;
	guidance->source = g_steal_pointer(&path);
	guidance->is_from_store = is_store;

	return TRUE;
}

static gboolean ask_source(
	TfTerminal *terminal, const TfOptions *options, TfGuidance *guidance, GError **error)
{
	/* What these do is done to files. */
	gboolean takes_stores = options->move_to == NULL && !options->may_discard;
	g_autoptr(GPtrArray) sources = tf_guided_sources(takes_stores);

	tf_terminal_say(terminal, _("\n1. The file\nPlug in the USB memory that holds it, if it is on one."));
	show_sources(terminal, sources);
	if (sources->len == 0)
		tf_terminal_say(terminal, _("No .p12 or .pfx file was found in the usual places, and no key "
					    "in the key store of "
					    "a browser."));
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(terminal,
			sources->len > 0
				? _("Type its number, or the path of another file (you may drag it into this "
				    "window): ")
				: _("Type the path of the file (you may drag it into this window): "),
			error);

		if (line == NULL)
			return FALSE;
		if (take_source(terminal, sources, takes_stores, line, guidance))
			return TRUE;
	}
}

/* *ret_text stays NULL when only Enter is typed. */
static gboolean ask_text(TfTerminal *terminal, const gchar *prompt, gchar **ret_text, GError **error)
{
	g_autofree gchar *line = tf_terminal_ask_fresh_line(terminal, prompt, error);

	if (line == NULL)
		return FALSE;
	*ret_text = tf_answer_text(line);

	return TRUE;
}

static gboolean ask_member(TfConversation *conversation, TfGuidance *guidance, GError **error)
{
	const TfOptions *options = conversation->options;
	TfTerminal *terminal = conversation->terminal;
	g_autofree gchar *number = NULL;

	tf_terminal_say(
		terminal, _("\n2. You\nBoth go into the completion report, and nowhere else. (Only Enter: "
			    "leave it out; the mail is then not written.)"));
	if (options->name == NULL &&
		!ask_text(terminal, _("Your name, as the certificate has it: "), &guidance->name, error))
		return FALSE;
	if (options->number != NULL)
		return TRUE;
	if (!ask_text(terminal,
		    _("Your registration number (not the identification number of the paper notice): "),
		    &number, error))
		return FALSE;
	guidance->number = number != NULL ? tf_answer_digits(number) : NULL;

	return TRUE;
}

static gboolean await_token(TfTerminal *terminal, GError **error)
{
	g_autofree gchar *line = NULL;

	tf_terminal_say(terminal, _("\n3. The token\nPlug the token in now, and no other one."));
	line = tf_terminal_ask_fresh_line(terminal, _("Then press Enter. "), error);

	return line != NULL;
}

gboolean tf_guided_ask(TfConversation *conversation, TfGuidance *ret_guidance, GError **error)
{
	g_auto(TfGuidance) guidance = { 0 };

	for (gsize i = 0; i < G_N_ELEMENTS(introduction); i++) {
		g_autofree gchar *paragraph = g_strconcat(_(introduction[i]), "\n", NULL);

		tf_terminal_say(conversation->terminal, paragraph);
	}
	guidance.posture = tf_pc_questions(conversation, error);
	if (guidance.posture == NULL || !tf_pc_ask_infection(conversation, &guidance.was_infected, error))
		return FALSE;
	if (!ask_source(conversation->terminal, conversation->options, &guidance, error))
		return FALSE;
	if (!ask_member(conversation, &guidance, error))
		return FALSE;
	if (conversation->options->token == NULL && !await_token(conversation->terminal, error))
		return FALSE;
	*ret_guidance = guidance;
	guidance = (TfGuidance){ 0 };

	return TRUE;
}
