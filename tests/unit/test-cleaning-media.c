/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies on a removable medium: listed, and the member's backup (law 4). */
#include "base/error.h"
#include "base/secret.h"
#include "cleaning-case.h"
#include "volume.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfFixtureVolume *volume;
	TfCleaningCase it;
	gchar *backup; /* a copy on the medium, which is searched */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->volume = tf_fixture_volume_ext4("has_journal", "rw");
	tf_fixture_volume_declare_removable(fixture->volume);
	tf_cleaning_case_set_up(&fixture->it, program);
	fixture->backup = g_build_filename(fixture->volume->mount_point, "member.p12", NULL);
	tf_fixture_write(fixture->backup, fixture->it.stage->content);
	fixture->it.paths[0] = fixture->volume->mount_point;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->backup);
	tf_cleaning_case_clear(&fixture->it);
	tf_fixture_volume_withdraw_removable(fixture->volume);
	tf_fixture_volume_free(fixture->volume);
}

static void assert_backup(Fixture *fixture)
{
	g_autoptr(TfOutcome) outcome = tf_cleaning_case_run_well(&fixture->it);
	const TfKept *kept = NULL;

	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_true(g_file_test(fixture->backup, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_BACKUP);
	g_assert_cmpuint(fixture->it.stage->answers.n_asked[TF_QUESTION_WIPE_STRAYS], ==, 0);
}

static void a_copy_there_is_a_backup(Fixture *fixture, gconstpointer data)
{
	(void)data;

	assert_backup(fixture);
}

/* As a shell's wildcard would name it: that is where to search, not what to wipe. */
static void a_place_to_search_does_not_name_it(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->it.paths[0] = fixture->backup;

	assert_backup(fixture);
}

static void it_is_wiped_when_it_is_named(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfWiped *wiped = NULL;

	(void)data;
	fixture->it.plan.wipe_backup = fixture->backup;
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_false(g_file_test(fixture->backup, G_FILE_TEST_EXISTS));
	g_assert_true(tf_outcome_has_exception(outcome, TF_EXCEPTION_BACKUP_WIPED));
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	wiped = g_ptr_array_index(outcome->wiped, 0);
	g_assert_cmpuint(wiped->level, ==, 4);
}

static void the_journal_is_listed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->it.stage->ledger_url, NULL);
	g_autoptr(TfKnown) known = tf_known_new();
	g_autoptr(GPtrArray) touches = NULL;
	const TfTouch *journal = NULL;

	(void)data;
	fixture->it.plan.wipe_backup = fixture->backup;
	g_assert_true(tf_sweep_know_ledger(known, ledger, NULL));
	touches = tf_clean_rehearse(&fixture->it.plan, known, fixture->it.ledger_path, ledger,
		&fixture->it.listener, &fixture->it.search, NULL);

	g_assert_cmpuint(touches->len, ==, 3);
	journal = g_ptr_array_index(touches, 2);
	g_assert_cmpint(journal->kind, ==, TF_TOUCH_EMPTY_JOURNAL);
	g_assert_cmpstr(journal->what, ==, fixture->volume->mount_point);
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	tf_fixture_mount_namespace(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/cleaning-media/a copy on a removable medium is listed and stays", a_copy_there_is_a_backup);
	add("/cleaning-media/to search that very path does not name it", a_place_to_search_does_not_name_it);
	add("/cleaning-media/it is wiped when --wipe-backup names it", it_is_wiped_when_it_is_named);
	add("/cleaning-media/a rehearsal lists that the journal is emptied", the_journal_is_listed);

	return g_test_run();
}
