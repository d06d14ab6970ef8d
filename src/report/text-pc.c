/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "report/posture.h"
#include "text-private.h"

static void add_answer(GString *text, const TfPostureAnswer *answer)
{
	TfTristate value = tf_finding_answer(answer->finding);
	g_autofree gchar *sentence = tf_report_posture_sentence(answer);
	g_autofree gchar *source = tf_report_posture_source(answer);
	g_autofree gchar *line =
		g_strdup_printf("%s %s: %s", tf_report_posture_sign(value), tf_report_posture_answer(value),
			tf_report_posture_question(tf_finding_question(answer->finding)));

	tf_text_line(text, 1, line);
	tf_text_line(text, 3, sentence);
	tf_text_line(text, 3, source);
	if (answer->is_confirmed)
		tf_text_line(text, 3, _("Confirmed as an exception."));
}

void tf_text_pc(GString *text, const TfOutcome *outcome)
{
	if (outcome->posture == NULL)
		return;

	tf_text_heading(text, _("STATE OF THE PC"));
	for (guint i = 0; i < outcome->posture->answers->len; i++)
		add_answer(text, g_ptr_array_index(outcome->posture->answers, i));
}
