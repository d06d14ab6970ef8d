/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What --dry-run announces; that it is what a run touches, files by name: e2e/journey.bats. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/secret.h"
#include "dead-run.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfStage *stage;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage = tf_stage_new("ec256", program);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_stage_free(fixture->stage);
}

static GPtrArray *rehearse(TfStage *stage)
{
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *touches = NULL;

	g_assert_true(tf_ledger_open_to_read(stage->ledger_url, &ledger, &error));
	g_assert_no_error(error);
	touches = tf_transfer_rehearse(&stage->plan, stage->ledger_url + strlen("sqlite:"), ledger,
		&stage->answers.dialogue, &error);
	g_assert_no_error(error);

	return touches;
}

static guint count(const GPtrArray *touches, TfTouchKind kind)
{
	guint n = 0;

	for (guint i = 0; i < touches->len; i++) {
		const TfTouch *touch = g_ptr_array_index(touches, i);

		n += touch->kind == kind ? 1 : 0;
	}

	return n;
}

static void assert_first(const GPtrArray *touches, TfTouchKind kind, const gchar *what)
{
	for (guint i = 0; i < touches->len; i++) {
		const TfTouch *touch = g_ptr_array_index(touches, i);

		if (touch->kind == kind) {
			g_assert_cmpstr(touch->what, ==, what);
			return;
		}
	}
	g_assert_not_reached();
}

static TfOutcome *assert_runs(TfStage *stage)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_stage_run(stage, &error);

	g_assert_no_error(error);

	return outcome;
}

static void it_touches_nothing(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) touches = rehearse(stage);
	g_autofree gchar *state = g_build_filename(stage->directory, "state", NULL);

	(void)data;
	g_assert_cmpuint(count(touches, TF_TOUCH_WRITE_FILE), ==, 1);
	g_assert_cmpuint(count(touches, TF_TOUCH_WRITE_TOKEN), >=, 3);
	assert_first(touches, TF_TOUCH_WIPE_FILE, stage->source);
	g_assert_true(tf_stage_source_is_whole(stage));
	g_assert_false(g_file_test(state, G_FILE_TEST_EXISTS));
	g_assert_cmpuint(stage->answers.n_pins, ==, 0);
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, 0);
}

static void a_wipe_that_overwrote_nothing_is_a_journey(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	tf_dead_run_before_wipe(stage);
	touches = rehearse(stage);

	g_assert_cmpuint(count(touches, TF_TOUCH_FINISH_WIPE), ==, 0);
	g_assert_cmpuint(count(touches, TF_TOUCH_WRITE_TOKEN), ==, 0);
	g_assert_cmpuint(count(touches, TF_TOUCH_COMPLETE_TOKEN), >=, 3);
	assert_first(touches, TF_TOUCH_WIPE_FILE, stage->source);
	g_assert_true(tf_stage_source_is_whole(stage));
}

static void what_is_left_is_announced_under_its_new_name(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *renamed = g_build_filename(stage->directory, "aaaaaaaaaa", NULL);
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	tf_dead_run_before_wipe(stage);
	g_assert_cmpint(g_rename(stage->source, renamed), ==, 0);
	touches = rehearse(stage);

	g_assert_cmpuint(touches->len, ==, 2);
	assert_first(touches, TF_TOUCH_FINISH_WIPE, renamed);
}

static void a_new_file_at_the_path_is_a_journey_after_it(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *renamed = g_build_filename(stage->directory, "aaaaaaaaaa", NULL);
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	tf_dead_run_before_wipe(stage);
	g_assert_cmpint(g_rename(stage->source, renamed), ==, 0);
	tf_fixture_write(stage->source, stage->content);
	touches = rehearse(stage);

	assert_first(touches, TF_TOUCH_FINISH_WIPE, renamed);
	assert_first(touches, TF_TOUCH_WIPE_FILE, stage->source);
}

static void what_would_stop_the_run_stops_it(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	const gchar *path = stage->ledger_url + strlen("sqlite:");
	g_autoptr(GPtrArray) touches = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	stage->plan.member_name = "Jiro Shakai";
	touches = tf_transfer_rehearse(&stage->plan, path, NULL, &stage->answers.dialogue, &error);

	g_assert_null(touches);
	g_assert_error(error, TF_ERROR, TF_ERROR_CERTIFICATE_NAME);
}

static void what_was_confirmed_stops_it_no_more(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	stage->plan.member_name = "Jiro Shakai";
	stage->answers.confirms[TF_EXCEPTION_NAME] = TRUE;
	touches = rehearse(stage);

	assert_first(touches, TF_TOUCH_WIPE_FILE, stage->source);
}

static void keep_source_announces_no_wipe(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	tf_dead_run_before_wipe(stage);
	stage->plan.keeps_source = TRUE;
	touches = rehearse(stage);

	g_assert_cmpuint(count(touches, TF_TOUCH_FINISH_WIPE), ==, 0);
	g_assert_cmpuint(count(touches, TF_TOUCH_WIPE_FILE), ==, 0);
}

static void a_run_that_is_done_is_only_reported_again(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) outcome = assert_runs(stage);
	g_autoptr(GPtrArray) touches = rehearse(stage);

	(void)data;
	g_assert_cmpint(outcome->status, ==, TF_STATUS_DONE);
	g_assert_cmpuint(touches->len, ==, 1);
	g_assert_cmpuint(count(touches, TF_TOUCH_WRITE_FILE), ==, 1);
}

static void what_an_earlier_run_wrote_is_only_completed(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GPtrArray) touches = NULL;

	(void)data;
	stage->plan.keeps_source = TRUE;
	outcome = assert_runs(stage);
	stage->plan.keeps_source = FALSE;
	touches = rehearse(stage);

	g_assert_cmpuint(count(touches, TF_TOUCH_WRITE_TOKEN), ==, 0);
	g_assert_cmpuint(count(touches, TF_TOUCH_COMPLETE_TOKEN), >=, 3);
	assert_first(touches, TF_TOUCH_WIPE_FILE, stage->source);
}

static void a_file_still_needed_is_announced_where_it_goes(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) kept = NULL;
	g_autoptr(GPtrArray) moved = NULL;
	const TfTouch *copy = NULL;

	(void)data;
	stage->answers.is_needed = TRUE;
	kept = rehearse(stage);
	stage->answers.directory = "/media/usb";
	moved = rehearse(stage);
	copy = g_ptr_array_index(moved, moved->len - 2);

	g_assert_cmpuint(count(kept, TF_TOUCH_WIPE_FILE), ==, 0);
	g_assert_cmpstr(copy->what, ==, "/media/usb/member.p12");
	assert_first(moved, TF_TOUCH_WIPE_FILE, stage->source);
}

static void discarding_is_announced(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(GPtrArray) without = rehearse(stage);
	g_autoptr(GPtrArray) with = NULL;

	(void)data;
	stage->plan.may_discard = TRUE;
	with = rehearse(stage);

	g_assert_cmpuint(count(without, TF_TOUCH_DISCARD), ==, 0);
	g_assert_cmpuint(count(with, TF_TOUCH_DISCARD), ==, 1);
	assert_first(with, TF_TOUCH_DISCARD, stage->source);
}

static void add(const gchar *name, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, NULL, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/rehearsal/it touches nothing", it_touches_nothing);
	add("/rehearsal/a wipe that overwrote nothing yet is a journey, the key being there",
		a_wipe_that_overwrote_nothing_is_a_journey);
	add("/rehearsal/what is left of a file is announced under its new name, and nothing else",
		what_is_left_is_announced_under_its_new_name);
	add("/rehearsal/a new file at the path is a journey after it",
		a_new_file_at_the_path_is_a_journey_after_it);
	add("/rehearsal/discarding free space is announced", discarding_is_announced);
	add("/rehearsal/keep-source announces no wipe", keep_source_announces_no_wipe);
	add("/rehearsal/a run that is done is only reported again",
		a_run_that_is_done_is_only_reported_again);
	add("/rehearsal/what an earlier run wrote is only completed",
		what_an_earlier_run_wrote_is_only_completed);
	add("/rehearsal/a file still needed is announced where it goes",
		a_file_still_needed_is_announced_where_it_goes);
	add("/rehearsal/what would stop the run stops it", what_would_stop_the_run_stops_it);
	add("/rehearsal/what was confirmed stops it no more", what_was_confirmed_stops_it_no_more);

	return g_test_run();
}
