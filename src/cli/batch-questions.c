/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-questions.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/answer.h"
#include "cli/phrase.h"
#include "cli/wording.h"

struct TfBatchQuestions {
	TfTerminal *terminal;
	gboolean is_amid_line; /* the next line was begun before the question */
};

TfBatchQuestions *tf_batch_questions_new(TfTerminal *terminal)
{
	TfBatchQuestions *questions = g_new0(TfBatchQuestions, 1);

	questions->terminal = terminal;

	return questions;
}

void tf_batch_questions_free(TfBatchQuestions *questions)
{
	g_free(questions);
}

/* What is told next begins a line of its own. */
static void drop_typed(TfBatchQuestions *questions)
{
	questions->is_amid_line = tf_terminal_drop_typed(questions->terminal);
	if (questions->is_amid_line)
		tf_terminal_say(questions->terminal, "");
}

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

void tf_batch_questions_ask(TfBatchQuestions *questions, const TfBatchQuestion *question)
{
	g_autofree gchar *text = NULL;

	drop_typed(questions);
	if (question->problem != NULL)
		say_rejected(question->problem, questions->terminal);
	if (question->job == NULL)
		text = tf_phrase(_("{reader}: whose card is this? Type or scan the registration number."),
			"reader", question->lane, NULL);
	else
		text = tf_phrase(_("{reader}: {number} {name}. The certificate is that of {certificate}. Is "
				   "this the member? [y/n]"),
			"reader", question->lane, "number", question->job->number, "name",
			question->job->name, "certificate", name_of(question->certificate), NULL);
	tf_terminal_say(questions->terminal, text);
}

void tf_batch_questions_withdraw(TfBatchQuestions *questions, const gchar *lane)
{
	g_autofree gchar *text = tf_phrase(
		_("{reader}: the card was taken out, and the question is void, with what was typed for it. "
		  "Press Enter to go on."),
		"reader", lane, NULL);

	drop_typed(questions);
	/* The next one answers nothing, whenever it was begun. */
	questions->is_amid_line = FALSE;
	tf_terminal_say(questions->terminal, text);
}

gboolean tf_batch_questions_hear(TfBatchQuestions *questions, TfBatchAnswer *ret_answer)
{
	g_autofree gchar *line = tf_terminal_ask_line(questions->terminal, "", NULL);
	TfAnswer answer = TF_ANSWER_UNCLEAR;

	if (line == NULL)
		return FALSE;
	answer = tf_answer_parse(line);
	*ret_answer = (TfBatchAnswer){
		.text = tf_answer_digits(line),
		.is_yes = answer == TF_ANSWER_YES,
		.is_no = answer == TF_ANSWER_NO,
		.is_void = questions->is_amid_line,
	};
	questions->is_amid_line = FALSE;
	if (ret_answer->is_void)
		tf_terminal_say(questions->terminal,
			_("This line was begun before the question, and counts for nothing."));

	return TRUE;
}
