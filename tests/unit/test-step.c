/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "ledger/step.h"

/* The law once more, in the words of the header. */
static const struct {
	TfStep from;
	const gchar *successors;
} laws[] = {
	{ TF_STEP_INTENT, "imported undone refuted removing" },
	{ TF_STEP_IMPORTED, "proved undone refuted removing" },
	{ TF_STEP_PROVED, "proved wiping kept done provisioned undone refuted removing" },
	{ TF_STEP_WIPING, "wiping wiped kept" },
	{ TF_STEP_WIPED, "done provisioned" },
	{ TF_STEP_DONE, "done removing" },
	{ TF_STEP_KEPT, "proved wiping kept provisioned undone refuted removing" },
	{ TF_STEP_PROVISIONED, "removing" },
	{ TF_STEP_UNDONE, "" },
	{ TF_STEP_REFUTED, "" },
	{ TF_STEP_REMOVING, "removing removed" },
	{ TF_STEP_REMOVED, "" },
};

static void test_only_lawful_steps_follow(void)
{
	g_assert_cmpuint(G_N_ELEMENTS(laws), ==, TF_N_STEPS);
	for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
		g_auto(GStrv) successors = g_strsplit(laws[i].successors, " ", -1);

		for (guint to = 0; to < TF_N_STEPS; to++) {
			gboolean is_lawful =
				g_strv_contains((const gchar *const *)successors, tf_step_name((TfStep)to));

			g_assert_cmpint(tf_step_may_follow(laws[i].from, (TfStep)to), ==, is_lawful);
		}
	}
}

static void test_nothing_is_wiped_before_the_proof(void)
{
	g_assert_false(tf_step_may_follow(TF_STEP_INTENT, TF_STEP_WIPING));
	g_assert_false(tf_step_may_follow(TF_STEP_IMPORTED, TF_STEP_WIPING));
	g_assert_false(tf_step_may_follow(TF_STEP_INTENT, TF_STEP_PROVED));
}

static void test_no_key_is_removed_while_its_file_is_wiped(void)
{
	g_assert_false(tf_step_may_follow(TF_STEP_WIPING, TF_STEP_REMOVING));
	g_assert_false(tf_step_may_follow(TF_STEP_WIPED, TF_STEP_REMOVING));
	g_assert_false(tf_step_may_follow(TF_STEP_REMOVING, TF_STEP_WIPING));
}

static void test_a_removed_key_is_not_on_the_token(void)
{
	g_assert_true(tf_step_is_on_token(TF_STEP_DONE));
	g_assert_true(tf_step_is_on_token(TF_STEP_KEPT));
	g_assert_false(tf_step_is_on_token(TF_STEP_REMOVING));
	g_assert_false(tf_step_is_on_token(TF_STEP_REMOVED));
}

static void test_provisioned_key_is_there_and_finished(void)
{
	g_assert_true(tf_step_is_on_token(TF_STEP_PROVISIONED));
	g_assert_true(tf_step_is_finished(TF_STEP_PROVISIONED));
	g_assert_true(tf_step_is_finished(TF_STEP_DONE));
	g_assert_false(tf_step_is_finished(TF_STEP_KEPT));
	g_assert_false(tf_step_is_finished(TF_STEP_WIPED));
}

static void test_nothing_unproved_is_provisioned(void)
{
	g_assert_false(tf_step_may_follow(TF_STEP_INTENT, TF_STEP_PROVISIONED));
	g_assert_false(tf_step_may_follow(TF_STEP_IMPORTED, TF_STEP_PROVISIONED));
	g_assert_false(tf_step_may_follow(TF_STEP_WIPING, TF_STEP_PROVISIONED));
}

static void test_names_come_back(void)
{
	for (guint i = 0; i < TF_N_STEPS; i++) {
		TfStep step = TF_N_STEPS;

		g_assert_true(tf_step_from_name(tf_step_name((TfStep)i), &step));
		g_assert_cmpint(step, ==, (gint)i);
	}
}

static void test_other_names_are_refused(void)
{
	TfStep step = TF_STEP_KEPT;

	g_assert_false(tf_step_from_name("", &step));
	g_assert_false(tf_step_from_name("Intent", &step));
	g_assert_false(tf_step_from_name(NULL, &step));

	g_assert_cmpint(step, ==, TF_STEP_KEPT);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/step/only lawful steps follow", test_only_lawful_steps_follow);
	g_test_add_func("/step/nothing is wiped before the proof", test_nothing_is_wiped_before_the_proof);
	g_test_add_func("/step/no key is removed while its file is being wiped",
		test_no_key_is_removed_while_its_file_is_wiped);
	g_test_add_func("/step/a removed key is not on the token", test_a_removed_key_is_not_on_the_token);
	g_test_add_func(
		"/step/a provisioned key is there and finished", test_provisioned_key_is_there_and_finished);
	g_test_add_func("/step/nothing unproved is provisioned", test_nothing_unproved_is_provisioned);
	g_test_add_func("/step/names come back", test_names_come_back);
	g_test_add_func("/step/other names are refused", test_other_names_are_refused);

	return g_test_run();
}
