/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What once spoke for others knowing a key is said by every later report of it. */
#include "base/secret.h"
#include "cleaning-case.h"
#include "dead-run.h"

#define INFECTED (1u << TF_EXPOSURE_INFECTED)

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

static void set_up(TfCleaningCase *it, G_GNUC_UNUSED gconstpointer data)
{
	tf_cleaning_case_set_up(it, program);
}

static void tear_down(TfCleaningCase *it, G_GNUC_UNUSED gconstpointer data)
{
	tf_cleaning_case_clear(it);
}

static guint recorded(const TfCleaningCase *it)
{
	g_autoptr(TfLedger) ledger = tf_dead_run_ledger(it->stage);
	g_autoptr(TfLedgerRow) row = tf_dead_run_newest_row(ledger);
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(ledger, row, NULL);

	g_assert_nonnull(outcome);

	return tf_outcome_exposures(outcome);
}

/* As the command does it, once its report is written. */
static void tell(const TfCleaningCase *it, const TfOutcome *outcome)
{
	g_autoptr(TfLedger) ledger = tf_dead_run_ledger(it->stage);
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_clean_told(outcome, ledger, &error));
	g_assert_no_error(error);
}

static void what_a_search_saw_is_in_the_migrations_report_too(
	TfCleaningCase *it, G_GNUC_UNUSED gconstpointer data)
{
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;

	g_assert_cmpuint(recorded(it), ==, 0);
	it->plan.was_infected = TRUE;
	first = tf_cleaning_case_run_well(it);
	tell(it, first);
	g_assert_cmpuint(recorded(it), ==, INFECTED);

	it->plan.was_infected = FALSE;
	second = tf_cleaning_case_run_well(it);
	g_assert_cmpuint(tf_outcome_exposures(second), ==, INFECTED);
}

static void what_an_earlier_run_saw_of_the_key_counts_for_a_later_one(
	TfCleaningCase *it, G_GNUC_UNUSED gconstpointer data)
{
	g_autofree gchar *path = tf_cleaning_case_below(it, "again.p12");
	g_autoptr(TfOutcome) kept = NULL;
	g_autoptr(TfOutcome) moved = NULL;

	tf_fixture_write(path, it->stage->content);
	it->stage->plan.source = path;
	it->stage->plan.keeps_source = TRUE;
	it->stage->plan.was_infected = TRUE;
	kept = tf_stage_run(it->stage, NULL);
	g_assert_cmpuint(tf_outcome_exposures(kept), ==, INFECTED);

	it->stage->plan.keeps_source = FALSE;
	it->stage->plan.was_infected = FALSE;
	moved = tf_stage_run(it->stage, NULL);
	g_assert_cmpuint(tf_outcome_exposures(moved), ==, INFECTED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	g_test_add("/suspicion/what a search saw is in the migration's report, too", TfCleaningCase, NULL,
		set_up, what_a_search_saw_is_in_the_migrations_report_too, tear_down);
	g_test_add("/suspicion/what an earlier run saw of the key counts for a later one", TfCleaningCase,
		NULL, set_up, what_an_earlier_run_saw_of_the_key_counts_for_a_later_one, tear_down);

	return g_test_run();
}
