/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that a service needs, as the run has it that moved the key: no search that wipes takes it away. */
#include "base/secret.h"
#include "cleaning-case.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfCleaningCase it;
	gchar *path; /* of that file */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	TfCleaningCase *it = &fixture->it;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_cleaning_case_set_up(it, program);
	fixture->path = tf_cleaning_case_below(it, "for filing.p12");
	tf_fixture_write(fixture->path, it->stage->content);
	it->stage->plan.source = fixture->path;
	it->stage->answers.is_needed = TRUE;
	outcome = tf_stage_run(it->stage, NULL);
	g_assert_nonnull(outcome);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_clear(&fixture->it);
	g_free(fixture->path);
}

static void it_is_kept_and_its_copies_are_not(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfKept *kept = NULL;

	(void)data;
	tf_cleaning_case_plant(&fixture->it, "copy.p12", fixture->it.stage->content);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_NEEDED);
	g_assert_cmpstr(kept->path, ==, fixture->path);
	g_assert_true(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
	g_assert_false(tf_cleaning_case_has(&fixture->it, "copy.p12"));
}

static void named_it_is_wiped(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->it.paths[0] = fixture->path;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(outcome->kept->len, ==, 0);
	g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void what_a_later_run_kept_for_another_reason_is_wiped(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->it.stage;
	g_autoptr(TfOutcome) kept = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	stage->plan.keeps_source = TRUE;
	kept = tf_stage_run(stage, NULL);
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(kept->status, ==, TF_STATUS_KEPT);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(Fixture *fixture, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/needed/it is kept, and its copies are not", it_is_kept_and_its_copies_are_not },
	{ "/needed/named, it is wiped", named_it_is_wiped },
	{ "/needed/what a later run kept for another reason is wiped",
		what_a_later_run_kept_for_another_reason_is_wiped },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
