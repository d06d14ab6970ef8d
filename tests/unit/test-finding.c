/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/posture.h"

static void test_each_has_its_name(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < TF_N_FINDINGS; i++) {
		const gchar *name = tf_finding_name((TfPostureFinding)i);

		g_assert_nonnull(name);
		g_assert_true(g_hash_table_add(names, (gpointer)name));
	}
}

static guint count(TfPostureQuestion question, TfTristate answer)
{
	guint n = 0;

	for (guint i = 0; i < TF_N_FINDINGS; i++) {
		TfPostureFinding finding = (TfPostureFinding)i;

		if (tf_finding_question(finding) == question && tf_finding_answer(finding) == answer)
			n++;
	}

	return n;
}

static void test_each_question_can_be_in_order(void)
{
	for (guint i = 0; i < TF_N_POSTURE_QUESTIONS; i++) {
		TfPostureQuestion question = (TfPostureQuestion)i;

		g_assert_nonnull(tf_question_name(question));
		g_assert_cmpuint(count(question, TF_YES), >, 0);
		g_assert_cmpuint(count(question, TF_NO) + count(question, TF_UNKNOWN), >, 0);
	}
}

static void test_answers_have_the_names_of_the_field(void)
{
	g_assert_cmpstr(tf_tristate_name(TF_YES), ==, "yes");
	g_assert_cmpstr(tf_tristate_name(TF_NO), ==, "no");
	g_assert_cmpstr(tf_tristate_name(TF_UNKNOWN), ==, "unknown");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/finding/each has a name of its own", test_each_has_its_name);
	g_test_add_func(
		"/finding/each question can be in order, and not", test_each_question_can_be_in_order);
	g_test_add_func("/finding/answers are yes, no and unknown", test_answers_have_the_names_of_the_field);

	return g_test_run();
}
