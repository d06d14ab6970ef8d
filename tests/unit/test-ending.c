/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of a source that lies on a removable medium (law 4); test-transfer has those on the PC. */
#include "base/error.h"
#include "base/secret.h"
#include "stage.h"
#include "volume.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfFixtureVolume *volume;
	TfStage *stage;
} Fixture;

/* The stage's file, on a USB memory. */
static void set_up(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = NULL;

	(void)data;
	fixture->volume = tf_fixture_volume_ext4("has_journal", "rw");
	tf_fixture_volume_declare_removable(fixture->volume);
	stage = fixture->stage = tf_stage_new("ec256", program);
	g_free(stage->source);
	stage->source = g_build_filename(fixture->volume->mount_point, "member.p12", NULL);
	tf_fixture_write(stage->source, stage->content);
	stage->plan.source = stage->source;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_stage_free(fixture->stage);
	tf_fixture_volume_withdraw_removable(fixture->volume);
	tf_fixture_volume_free(fixture->volume);
}

static void assert_backup(TfStage *stage)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_stage_run(stage, &error);
	const TfKept *kept = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_true(tf_stage_source_is_whole(stage));
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_BACKUP);
	g_assert_cmpuint(stage->answers.n_asked[TF_QUESTION_WIPE], ==, 0);
}

static void it_is_the_members_backup(Fixture *fixture, gconstpointer data)
{
	(void)data;

	assert_backup(fixture->stage);
}

static void it_is_with_keep_source_too(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->plan.keeps_source = TRUE;

	assert_backup(fixture->stage);
}

static void another_path_does_not_name_it(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->plan.wipe_backup = "/media/another/member.p12";

	assert_backup(fixture->stage);
}

static void it_is_wiped_when_it_is_named(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	stage->plan.wipe_backup = stage->source;
	outcome = tf_stage_run(stage, &error);

	g_assert_no_error(error);
	g_assert_true(tf_stage_source_is_gone(stage));
	g_assert_true(tf_outcome_has_exception(outcome, TF_EXCEPTION_BACKUP_WIPED));
}

/* This program runs as root. */
static TfWiped *wipe_named(TfStage *stage, TfOutcome **ret_outcome)
{
	g_autoptr(GError) error = NULL;

	stage->plan.wipe_backup = stage->source;
	*ret_outcome = tf_stage_run(stage, &error);
	g_assert_no_error(error);
	g_assert_cmpuint((*ret_outcome)->wiped->len, ==, 1);

	return g_ptr_array_index((*ret_outcome)->wiped, 0);
}

static void root_reads_it_back(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfWiped *wiped = wipe_named(fixture->stage, &outcome);

	(void)data;
	g_assert_cmpuint(wiped->level, ==, 4);
	g_assert_cmpstr(wiped->suffixes, ==, "FG");
	g_assert_false(wiped->name_may_stay);
}

static void it_is_discarded_on_request(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfWiped *wiped = NULL;

	(void)data;
	fixture->stage->plan.may_discard = TRUE;
	wiped = wipe_named(fixture->stage, &outcome);

	g_assert_cmpstr(wiped->suffixes, ==, "FTG");
}

static void a_refused_wipe_leaves_it_a_backup(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int other = tf_file_open(stage->source, NULL, NULL);

	(void)data;
	g_assert_cmpint(other, >=, 0);
	stage->plan.wipe_backup = stage->source;
	outcome = tf_stage_run(stage, &error);

	g_assert_no_error(error);
	g_assert_true(tf_stage_source_is_whole(stage));
	g_assert_false(tf_outcome_has_exception(outcome, TF_EXCEPTION_BACKUP_WIPED));
}

static void add(const gchar *name, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, NULL, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	tf_fixture_mount_namespace(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/ending/what lies on a removable medium is the member's backup", it_is_the_members_backup);
	add("/ending/it is so with keep-source, too", it_is_with_keep_source_too);
	add("/ending/another path does not name it", another_path_does_not_name_it);
	add("/ending/it is wiped when that very path is named", it_is_wiped_when_it_is_named);
	add("/ending/root reads back from the device what it wiped", root_reads_it_back);
	add("/ending/free space is discarded on request", it_is_discarded_on_request);
	add("/ending/a refused wipe leaves it a backup", a_refused_wipe_leaves_it_a_backup);

	return g_test_run();
}
