/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libintl.h>
#include <locale.h>
#include <string.h>

#include "base/secret.h"
#include "report/posture.h"

#define DATE G_GINT64_CONSTANT(1795910400) /* 2026-11-29T00:00:00Z */

/* Every argument of every finding, so that a placeholder that is none of its names stays to be seen. */
static TfPosture *one_of(TfPostureFinding finding)
{
	guint n = g_strv_length((gchar **)tf_finding_arguments(finding));
	TfPosture *posture = tf_posture_new();

	(void)tf_posture_add(posture, finding, "/etc/x", DATE, n > 0 ? "2026-07-11" : NULL,
		n > 1 ? "2028-06-30" : NULL, NULL);

	return posture;
}

static gchar *say(TfPostureFinding finding)
{
	g_autoptr(TfPosture) posture = one_of(finding);

	return tf_report_posture_sentence(g_ptr_array_index(posture->answers, 0));
}

static void test_filled(void)
{
	for (guint i = 0; i < TF_N_FINDINGS; i++) {
		g_autofree gchar *sentence = say((TfPostureFinding)i);

		g_assert_cmpuint(strlen(sentence), >, 10);
		g_assert_null(strchr(sentence, '{'));
	}
}

static void test_days(void)
{
	g_autofree gchar *sentence = say(TF_FINDING_LTS_ONLY);

	g_assert_nonnull(strstr(sentence, "11 July 2026"));
	g_assert_nonnull(strstr(sentence, "30 June 2028"));
	g_assert_nonnull(strstr(sentence, "only long-term support"));
}

/* Whoever has to do something is told what. */
static void test_advice(void)
{
	for (guint i = 0; i < TF_N_FINDINGS; i++) {
		TfPostureFinding finding = (TfPostureFinding)i;

		if (tf_finding_answer(finding) != TF_YES)
			g_assert_nonnull(tf_report_posture_advice(finding));
	}
	g_assert_null(tf_report_posture_advice(TF_FINDING_UPDATED));
}

static void test_signs(void)
{
	g_assert_cmpstr(tf_report_posture_sign(TF_YES), !=, tf_report_posture_sign(TF_NO));
	g_assert_cmpstr(tf_report_posture_sign(TF_YES), !=, tf_report_posture_sign(TF_UNKNOWN));
	g_assert_cmpstr(tf_report_posture_sign(TF_NO), !=, tf_report_posture_sign(TF_UNKNOWN));
}

static void test_escaped(void)
{
	g_autoptr(TfPosture) posture = tf_posture_new();
	g_autofree gchar *sentence = NULL;
	g_autofree gchar *source = NULL;

	(void)tf_posture_add(posture, TF_FINDING_SWAP_PLAIN, "/\x1b[2J", DATE, "/dev/\x1b[2J", NULL);
	sentence = tf_report_posture_sentence(g_ptr_array_index(posture->answers, 0));
	source = tf_report_posture_source(g_ptr_array_index(posture->answers, 0));

	g_assert_null(strchr(sentence, 0x1b));
	g_assert_null(strchr(source, 0x1b));
	g_assert_true(g_str_has_suffix(source, "29 November 2026"));
}

static gboolean is_japanese(const gchar *text)
{
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		if (g_unichar_get_script(g_utf8_get_char(at)) == G_UNICODE_SCRIPT_HIRAGANA)
			return TRUE;
	}

	return FALSE;
}

static void test_japanese(void)
{
	g_assert_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	g_assert_true(g_setenv("LANGUAGE", "ja", TRUE));
	g_assert_nonnull(bindtextdomain(GETTEXT_PACKAGE, g_getenv("TF_TEST_LOCALEDIR")));
	g_assert_nonnull(textdomain(GETTEXT_PACKAGE));
	for (guint i = 0; i < TF_N_FINDINGS; i++) {
		TfPostureFinding finding = (TfPostureFinding)i;
		g_autofree gchar *sentence = say(finding);
		const gchar *advice = tf_report_posture_advice(finding);

		g_assert_true(is_japanese(sentence));
		g_assert_true(advice == NULL || is_japanese(advice));
		g_assert_null(strchr(sentence, '{'));
	}
	for (guint i = 0; i < TF_N_POSTURE_QUESTIONS; i++)
		g_assert_true(is_japanese(tf_report_posture_question((TfPostureQuestion)i)));
	g_assert_cmpstr(tf_report_posture_answer(TF_YES), ==, "はい");
	g_unsetenv("LANGUAGE");
	setlocale(LC_ALL, "C");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report-posture/every finding has its sentence, filled in", test_filled);
	g_test_add_func("/report-posture/days are told in words", test_days);
	g_test_add_func("/report-posture/whatever is not yes says what to do", test_advice);
	g_test_add_func("/report-posture/the answers differ without colour", test_signs);
	g_test_add_func("/report-posture/nothing out of a file reaches the terminal raw", test_escaped);
	g_test_add_func("/report-posture/speaks Japanese and no English", test_japanese);

	return g_test_run();
}
