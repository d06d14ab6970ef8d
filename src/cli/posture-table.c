/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/posture-table.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "cli/columns.h"
#include "cli/phrase.h"
#include "report/posture.h"

#define HEAD_COLUMNS 14u

/* The sign and the word, as wide as each other. */
static void add_head(GString *text, TfTristate answer)
{
	g_autofree gchar *head =
		g_strdup_printf("%s %s", tf_report_posture_sign(answer), tf_report_posture_answer(answer));
	g_autofree gchar *fitted = tf_columns_fit(head, HEAD_COLUMNS);

	g_string_append(text, fitted);
}

static void add_line(GString *text, const gchar *label, const gchar *value)
{
	g_string_append_printf(text, "%*s%s%s%s\n", (int)HEAD_COLUMNS, "", label != NULL ? label : "",
		label != NULL ? ": " : "", value);
}

static void add_answer(GString *text, const TfPostureAnswer *answer)
{
	g_autofree gchar *sentence = tf_report_posture_sentence(answer);
	g_autofree gchar *source = tf_report_posture_source(answer);
	const gchar *advice = tf_report_posture_advice(answer->finding);

	add_head(text, tf_finding_answer(answer->finding));
	g_string_append_printf(
		text, "%s\n", tf_report_posture_question(tf_finding_question(answer->finding)));
	add_line(text, NULL, sentence);
	add_line(text, _("Source"), source);
	if (advice != NULL)
		add_line(text, _("What to do"), advice);
	if (answer->root_would_add)
		add_line(text, NULL, _("The administrator (root) would learn more about this."));
}

static void add_sum(GString *text, const TfPosture *posture)
{
	g_autofree gchar *yes = g_strdup_printf("%u", tf_posture_count(posture, TF_YES));
	g_autofree gchar *no = g_strdup_printf("%u", tf_posture_count(posture, TF_NO));
	g_autofree gchar *unknown = g_strdup_printf("%u", tf_posture_count(posture, TF_UNKNOWN));
	g_autofree gchar *line =
		tf_phrase(_("Answered with yes: {yes}, with no: {no}, unknown: {unknown}. What is unknown is "
			    "not in order before somebody has looked."),
			"yes", yes, "no", no, "unknown", unknown, NULL);

	g_string_append_printf(text, "%s\n", line);
}

static void add_rights(GString *text, const TfPosture *posture)
{
	guint n = 0;

	for (guint i = 0; i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);

		n += answer->root_would_add ? 1 : 0;
	}
	if (n > 0)
		g_string_append_printf(
			text, "%s\n", _("'sudo tokenferry check' answers those that are marked so."));
	else if (geteuid() != 0)
		g_string_append_printf(
			text, "%s\n", _("The administrator (root) would learn nothing more than you."));
}

gchar *tf_posture_table(const TfPosture *posture)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < posture->answers->len; i++)
		add_answer(text, g_ptr_array_index(posture->answers, i));
	g_string_append_c(text, '\n');
	add_sum(text, posture);
	add_rights(text, posture);

	return g_string_free(g_steal_pointer(&text), FALSE);
}
