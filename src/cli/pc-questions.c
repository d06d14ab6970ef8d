/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/pc-questions.h"

#include <glib/gi18n.h>

#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/posture-table.h"
#include "report/posture.h"
#include "transfer/pc.h"

/* To the person at the terminal, or to whoever watches. */
static void say(const TfConversation *conversation, const gchar *text)
{
	if (tf_conversation_is_with_person(conversation))
		tf_terminal_say(conversation->terminal, text);
	else if (!conversation->options->is_json)
		tf_output_notice(text);
}

static gboolean ask(TfConversation *conversation, TfPostureAnswer *answer, GError **error)
{
	TfPostureQuestion question = tf_finding_question(answer->finding);
	g_autofree gchar *text =
		tf_phrase(_("{question} {answer}.\nReport completion nevertheless? The report will name this "
			    "exception. Whoever says no moves the key all the same, and reports later."),
			"question", tf_report_posture_question(question), "answer",
			tf_report_posture_answer(tf_finding_answer(answer->finding)), NULL);

	return tf_terminal_confirm(conversation->terminal, text, &answer->is_confirmed, error);
}

static gboolean confirm(TfConversation *conversation, TfPosture *posture, GError **error)
{
	gboolean is_accepted = (conversation->accepted & (1u << TF_EXCEPTION_POSTURE)) != 0;

	for (guint i = 0; i < posture->answers->len; i++) {
		TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);

		if (tf_finding_answer(answer->finding) == TF_YES)
			continue;
		if (is_accepted)
			answer->is_confirmed = TRUE;
		else if (tf_conversation_is_with_person(conversation) && !ask(conversation, answer, error))
			return FALSE;
	}

	return TRUE;
}

TfPosture *tf_pc_questions(TfConversation *conversation, GError **error)
{
	const gchar *name = conversation->options->module;
	const TfPostureSite site = tf_posture_site_here();
	g_autoptr(TfModuleChoice) module = NULL;
	g_autoptr(TfPosture) posture = NULL;
	g_autofree gchar *table = NULL;

	if (name != NULL) {
		module = tf_module_named(name, error);
		if (module == NULL)
			return NULL;
	}
	say(conversation, _("Looking at the state of this PC …"));
	posture = tf_pc_look(&site, module);
	table = tf_posture_table(posture);
	say(conversation, table);

	return confirm(conversation, posture, error) ? g_steal_pointer(&posture) : NULL;
}

gboolean tf_pc_ask_infection(TfConversation *conversation, gboolean *ret_was_infected, GError **error)
{
	*ret_was_infected = conversation->options->was_infected;
	if (!*ret_was_infected && tf_conversation_is_with_person(conversation) &&
		!tf_terminal_confirm(conversation->terminal,
			_("Was malware ever found on this PC while the file was on it, or do you suspect "
			  "it?"),
			ret_was_infected, error))
		return FALSE;
	if (*ret_was_infected)
		say(conversation,
			_("Then others may know the key already, and moving it does not help: ask whoever "
			  "issued the certificate whether it is to be revoked. The report will say so. You "
			  "may go on, or stop here by Ctrl-C; nothing was changed."));

	return TRUE;
}
