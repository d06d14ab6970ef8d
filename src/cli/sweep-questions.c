/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only the member knows of the file: where else it ever was, and whether malware was on the PC. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/pc-questions.h"
#include "cli/phrase.h"
#include "sweep-private.h"

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

		if (!check_place(place, error))
			return FALSE;
		g_ptr_array_add(story->elsewhere, g_strdup(place));
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

void tf_sweep_story_clear(TfSweepStory *story)
{
	g_clear_pointer(&story->elsewhere, g_ptr_array_unref);
}
