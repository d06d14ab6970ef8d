/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/pc-questions.h"
#include "guided-private.h"

#define CANDIDATE_LIMIT 20u

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

static const GUserDirectory usual_folders[] = {
	G_USER_DIRECTORY_DESKTOP,
	G_USER_DIRECTORY_DOCUMENTS,
	G_USER_DIRECTORY_DOWNLOAD,
};

static const gchar *const media_roots[] = { "/media", "/run/media" };

void tf_guidance_clear(TfGuidance *guidance)
{
	g_clear_pointer(&guidance->source, g_free);
	g_clear_pointer(&guidance->name, g_free);
	g_clear_pointer(&guidance->number, g_free);
	g_clear_pointer(&guidance->posture, tf_posture_free);
}

static gboolean is_candidate(const gchar *name)
{
	g_autofree gchar *lower = g_ascii_strdown(name, -1);

	return g_str_has_suffix(lower, ".p12") || g_str_has_suffix(lower, ".pfx");
}

/* By name only, and not into folders: what the person has to choose from, no search for copies. */
static void look_into_folder(GPtrArray *candidates, const gchar *folder)
{
	GDir *directory = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
	const gchar *name = NULL;

	if (directory == NULL)
		return;
	while (candidates->len < CANDIDATE_LIMIT && (name = g_dir_read_name(directory)) != NULL) {
		if (is_candidate(name))
			g_ptr_array_add(candidates, g_build_filename(folder, name, NULL));
	}
	g_dir_close(directory);
}

static void look_at_media(GPtrArray *candidates)
{
	for (gsize i = 0; i < G_N_ELEMENTS(media_roots); i++) {
		g_autofree gchar *ours = g_build_filename(media_roots[i], g_get_user_name(), NULL);
		GDir *directory = g_dir_open(ours, 0, NULL);
		const gchar *name = NULL;

		if (directory == NULL)
			continue;
		while ((name = g_dir_read_name(directory)) != NULL) {
			g_autofree gchar *medium = g_build_filename(ours, name, NULL);

			look_into_folder(candidates, medium);
		}
		g_dir_close(directory);
	}
}

static GPtrArray *find_candidates(void)
{
	GPtrArray *candidates = g_ptr_array_new_with_free_func(g_free);

	look_at_media(candidates);
	look_into_folder(candidates, g_get_home_dir());
	for (gsize i = 0; i < G_N_ELEMENTS(usual_folders); i++) {
		const gchar *folder = g_get_user_special_dir(usual_folders[i]);

		if (g_strcmp0(folder, g_get_home_dir()) != 0)
			look_into_folder(candidates, folder);
	}

	return candidates;
}

static void show_candidates(TfTerminal *terminal, const GPtrArray *candidates)
{
	if (candidates->len > 0)
		tf_terminal_say(terminal, _("Files that may be the one:"));
	for (guint i = 0; i < candidates->len; i++) {
		g_autofree gchar *escaped = tf_escape_terminal(g_ptr_array_index(candidates, i));
		g_autofree gchar *line = g_strdup_printf("  %u. %s", i + 1, escaped);

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

static gchar *ask_source(TfTerminal *terminal, GError **error)
{
	g_autoptr(GPtrArray) candidates = find_candidates();

	tf_terminal_say(terminal, _("\n1. The file\nPlug in the USB memory that holds it, if it is on one."));
	show_candidates(terminal, candidates);
	if (candidates->len == 0)
		tf_terminal_say(terminal,
			_("No .p12 or .pfx file was found in the usual places. If the key is only in a "
			  "browser, stop "
			  "by Ctrl-C and run 'tokenferry migrate --from-nss FOLDER' with the folder of the "
			  "browser's profile."));
	for (;;) {
		g_autofree gchar *line = tf_terminal_ask_fresh_line(terminal,
			candidates->len > 0
				? _("Type its number, or the path of another file (you may drag it into this "
				    "window): ")
				: _("Type the path of the file (you may drag it into this window): "),
			error);
		g_autofree gchar *path = NULL;
		guint number = 0;

		if (line == NULL)
			return NULL;
		number = tf_answer_number(line, candidates->len);
		path = number > 0 ? g_strdup(g_ptr_array_index(candidates, number - 1))
				  : tf_answer_path(line);
		if (path[0] != '\0' && can_be_opened(terminal, path))
			return g_steal_pointer(&path);
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
	guidance.source = ask_source(conversation->terminal, error);
	if (guidance.source == NULL)
		return FALSE;
	if (!ask_member(conversation, &guidance, error))
		return FALSE;
	if (conversation->options->token == NULL && !await_token(conversation->terminal, error))
		return FALSE;
	*ret_guidance = guidance;
	guidance = (TfGuidance){ 0 };

	return TRUE;
}
