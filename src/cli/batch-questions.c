/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-questions.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/phrase.h"
#include "cli/wording.h"

static void say_rejected(const GError *problem, TfTerminal *terminal)
{
	g_autofree gchar *sentence = tf_wording_of_error(problem);
	g_autofree gchar *advice = tf_error_advice(problem);
	g_autofree gchar *text =
		tf_phrase("{sentence} {advice}", "sentence", sentence, "advice", advice, NULL);

	tf_terminal_say(terminal, text);
}

static const gchar *name_of(const TfCertificateFacts *certificate)
{
	return certificate->common_name[0] != '\0' ? certificate->common_name : certificate->subject;
}

void tf_batch_questions_ask(const TfBatchQuestion *question, TfTerminal *terminal)
{
	g_autofree gchar *text = NULL;

	if (question->problem != NULL)
		say_rejected(question->problem, terminal);
	if (question->job == NULL)
		text = tf_phrase(_("{reader}: whose card is this? Type or scan the registration number."),
			"reader", question->lane, NULL);
	else
		text = tf_phrase(_("{reader}: {number} {name}. The certificate is that of {certificate}. Is "
				   "this the member? [y/n]"),
			"reader", question->lane, "number", question->job->number, "name",
			question->job->name, "certificate", name_of(question->certificate), NULL);
	tf_terminal_say(terminal, text);
}

gboolean tf_batch_questions_hear(TfBatchAnswer *ret_answer, TfTerminal *terminal)
{
	g_autofree gchar *line = tf_terminal_ask_line(terminal, "", NULL);
	TfAnswer answer = TF_ANSWER_UNCLEAR;

	if (line == NULL)
		return FALSE;
	answer = tf_answer_parse(line);
	*ret_answer = (TfBatchAnswer){
		.text = tf_answer_digits(line),
		.is_yes = answer == TF_ANSWER_YES,
		.is_no = answer == TF_ANSWER_NO,
	};

	return TRUE;
}
