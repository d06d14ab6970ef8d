/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a search that wipes makes of the file that a dead migration was wiping. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/secret.h"
#include "cleaning-case.h"
#include "dead-run.h"
#include "transfer/half-wiped.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

static void set_up(TfCleaningCase *it, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_set_up(it, program);
	tf_fixture_write(it->stage->source, it->stage->content);
	tf_dead_run_before_wipe(it->stage);
}

static void tear_down(TfCleaningCase *it, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_clear(it);
}

static TfLedgerRow *newest_row(const TfCleaningCase *it)
{
	g_autoptr(TfLedger) ledger = tf_dead_run_ledger(it->stage);

	return tf_dead_run_newest_row(ledger);
}

static void the_file_of_a_dead_migration_is_wiped(TfCleaningCase *it, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = tf_cleaning_case_run_well(it);
	g_autoptr(TfLedgerRow) row = newest_row(it);
	const TfWiped *wiped = NULL;

	(void)data;
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	wiped = g_ptr_array_index(outcome->wiped, 0);
	g_assert_cmpstr(wiped->path, ==, it->stage->source);
	g_assert_true(tf_stage_source_is_gone(it->stage));
	g_assert_cmpint(row->step, ==, TF_STEP_DONE);
}

static void that_migration_has_its_report(TfCleaningCase *it, gconstpointer data)
{
	g_autoptr(TfOutcome) search = tf_cleaning_case_run_well(it);
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	outcome = tf_stage_run(it->stage, &error);

	g_assert_no_error(error);
	g_assert_nonnull(search);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
}

static void what_is_wiped_and_not_recorded_as_done_is_told(TfCleaningCase *it, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(it->stage);
		g_autoptr(TfLedgerRow) left = tf_dead_run_newest_row(ledger);

		g_assert_true(tf_ledger_record_step(ledger, left->id, TF_STEP_WIPED, "W3 FG", NULL));
	}
	g_assert_cmpint(g_unlink(it->stage->source), ==, 0);
	outcome = tf_cleaning_case_run_well(it);
	row = newest_row(it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(((const TfWiped *)g_ptr_array_index(outcome->wiped, 0))->level, ==, 3);
	g_assert_cmpint(row->step, ==, TF_STEP_DONE);
}

static void another_file_at_that_path_stays(TfCleaningCase *it, gconstpointer data)
{
	g_autoptr(GBytes) other = g_bytes_new_static("a\n", 2);
	g_autofree gchar *aside = g_strconcat(it->stage->source, ".moved", NULL);
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	g_assert_cmpint(g_rename(it->stage->source, aside), ==, 0);
	tf_fixture_write(it->stage->source, other);
	outcome = tf_cleaning_case_run_well(it);
	row = newest_row(it);

	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_true(g_file_test(it->stage->source, G_FILE_TEST_EXISTS));
	g_assert_cmpint(row->step, ==, TF_STEP_DONE);
}

/* As a batch has planned it: the row is its supervisor's. */
static void give_to_batch(const TfCleaningCase *it)
{
	const gchar *const arguments[] = { "sqlite3", it->ledger_path,
		"INSERT INTO job (number, name, source_path, line, state, changed)"
		" VALUES ('12345678', 'a', x'61', 1, 0, 0);"
		"UPDATE migration SET job = 1 WHERE step = 'wiping'",
		NULL };
	gint status = 0;

	g_assert_true(g_spawn_sync(
		NULL, (gchar **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

static void what_a_batch_was_wiping_is_left_to_it(TfCleaningCase *it, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfLedgerRow) row = NULL;

	(void)data;
	give_to_batch(it);
	outcome = tf_cleaning_case_run_well(it);
	row = newest_row(it);

	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	g_assert_true(tf_stage_source_is_whole(it->stage));
	g_assert_cmpint(row->step, ==, TF_STEP_WIPING);
}

static TfFinisher finisher(const TfCleaningCase *it)
{
	g_autoptr(TfLedger) ledger = tf_dead_run_ledger(it->stage);
	g_autoptr(GPtrArray) halves = tf_half_wiped_find(ledger, NULL);
	const TfHalfWiped *half = NULL;

	g_assert_cmpuint(halves->len, ==, 1);
	half = g_ptr_array_index(halves, 0);
	g_assert_cmpstr(half->path, ==, it->stage->source);

	return half->finisher;
}

static void what_is_half_wiped_names_who_finishes_it(TfCleaningCase *it, gconstpointer data)
{
	TfFinisher before = finisher(it);

	(void)data;
	give_to_batch(it);

	g_assert_cmpint(before, ==, TF_FINISHER_SWEEP);
	g_assert_cmpint(finisher(it), ==, TF_FINISHER_BATCH);
}

typedef struct TestRow {
	const gchar *path;
	void (*test)(TfCleaningCase *it, gconstpointer data);
} TestRow;

static const TestRow tests[] = {
	{ "/cleaning-left/the file of a dead migration is wiped", the_file_of_a_dead_migration_is_wiped },
	{ "/cleaning-left/that migration has its report", that_migration_has_its_report },
	{ "/cleaning-left/what is wiped and not recorded as done is told",
		what_is_wiped_and_not_recorded_as_done_is_told },
	{ "/cleaning-left/another file at that path stays", another_file_at_that_path_stays },
	{ "/cleaning-left/what a batch was wiping is left to it", what_a_batch_was_wiping_is_left_to_it },
	{ "/cleaning-left/what is half wiped names who finishes it",
		what_is_half_wiped_names_who_finishes_it },
};

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, TfCleaningCase, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
