/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only the member knows of the file: where else it ever was, whether malware was on the PC, and what
 * opens the copies that stayed locked. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/answer.h"
#include "cli/pc-questions.h"
#include "cli/phrase.h"
#include "sweep-private.h"

/* So many of the files that stayed locked are shown. */
#define LOCKED_SHOWN 20u

static gboolean check_place(const gchar *place, GError **error)
{
	if (!g_utf8_validate(place, -1, NULL) || strlen(place) > TF_ELSEWHERE_LENGTH_LIMIT)
		return tf_raise(error, TF_ERROR_USAGE,
			_("what --elsewhere says must be UTF-8 and at most 400 octets long"), NULL);

	return TRUE;
}

static gboolean take_options(const TfOptions *options, TfSweepStory *story, GError **error)
{
	if (options->elsewhere->len > TF_ELSEWHERE_LIMIT)
		return tf_raise(error, TF_ERROR_USAGE, _("--elsewhere may be given 32 times at most"), NULL);
	for (guint i = 0; i < options->elsewhere->len; i++) {
		const gchar *place = g_ptr_array_index(options->elsewhere, i);
		g_autofree gchar *text = tf_answer_text(place);

		if (!check_place(place, error))
			return FALSE;
		if (text != NULL)
			g_ptr_array_add(story->elsewhere, g_steal_pointer(&text));
	}
	story->was_infected = options->was_infected;

	return TRUE;
}

static gboolean ask_places(TfTerminal *terminal, GPtrArray *elsewhere, GError **error)
{
	tf_terminal_say(terminal,
		_("On which other PCs, disks, USB memories and phones was the file ever, and to whom was it "
		  "sent? One in each line; the report lists them as not checked. Only Enter ends the "
		  "list."));
	while (elsewhere->len < TF_ELSEWHERE_LIMIT) {
		g_autofree gchar *line = tf_terminal_ask_line(terminal, _("Also there: "), error);
		g_autofree gchar *place = line != NULL ? tf_answer_text(line) : NULL;

		if (line == NULL)
			return FALSE;
		if (place == NULL || place[0] == '\0')
			return TRUE;
		if (check_place(place, NULL))
			g_ptr_array_add(elsewhere, g_steal_pointer(&place));
		else
			tf_terminal_say(terminal, _("That is too long. Please say it in fewer words."));
	}

	return TRUE;
}

gboolean tf_sweep_ask_story(
	TfConversation *conversation, const TfOptions *options, TfSweepStory *story, GError **error)
{
	story->elsewhere = g_ptr_array_new_with_free_func(g_free);
	if (!take_options(options, story, error))
		return FALSE;
	if (options->is_dry_run || !tf_conversation_is_with_person(conversation))
		return TRUE;
	if (story->elsewhere->len == 0 && !ask_places(conversation->terminal, story->elsewhere, error))
		return FALSE;

	return tf_pc_ask_infection(conversation, &story->was_infected, error);
}

/* What the last one opened, and what is locked still. */
static void say_locked(TfTerminal *terminal, const GPtrArray *paths, guint n_asked, guint n_opened)
{
	g_autofree gchar *opened =
		tf_phrase(_("Files opened with it: {count}."), "count", TF_NUMBER(n_opened), NULL);
	g_autoptr(GString) text = g_string_new(
		_("These files hold keys that stayed locked, so that it is not known whose they are:"));

	for (guint i = 0; i < MIN(paths->len, LOCKED_SHOWN); i++) {
		g_autofree gchar *path = tf_escape_terminal(g_ptr_array_index(paths, i));

		g_string_append_printf(text, "\n  %s", path);
	}
	if (paths->len > LOCKED_SHOWN) {
		g_autofree gchar *more =
			tf_phrase(_("and {count} more"), "count", TF_NUMBER(paths->len - LOCKED_SHOWN), NULL);

		g_string_append_printf(text, "\n  %s", more);
	}
	if (n_asked > 0)
		tf_terminal_say(terminal, opened);
	tf_terminal_say(terminal, text->str);
}

gboolean tf_sweep_ask_further(TfConversation *conversation, const GPtrArray *paths, guint n_asked,
	guint n_opened, TfSecret **ret_password, GError **error)
{
	g_autoptr(TfSecret) password = NULL;

	say_locked(conversation->terminal, paths, n_asked, n_opened);
	password = tf_terminal_ask_secret(conversation->terminal,
		_("Another PIN code or password that may open one of them; it is tried once on each (not "
		  "shown while you type; only Enter: leave them locked): "),
		error);
	if (password == NULL)
		return FALSE;
	*ret_password = tf_secret_length(password) > 0 ? g_steal_pointer(&password) : NULL;

	return TRUE;
}

void tf_sweep_story_clear(TfSweepStory *story)
{
	g_clear_pointer(&story->elsewhere, g_ptr_array_unref);
}
