/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run makes of what an earlier one left in the ledger. Runs that are really killed: tests/crash. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "dead-run.h"
#include "record/json-line.h"

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

static TfOutcome *assert_ends(TfStage *stage, TfStatus status)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_stage_run(stage, &error);

	g_assert_no_error(error);
	g_assert_nonnull(outcome);
	g_assert_cmpint(outcome->status, ==, status);
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, 1);

	return outcome;
}

static void a_file_that_is_whole_is_wiped_by_a_fresh_proof(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_dead_run_before_wipe(fixture->stage);
	outcome = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_assert_true(tf_stage_source_is_gone(fixture->stage));
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpuint(fixture->stage->answers.n_pins, ==, 2);
}

static void what_was_known_of_the_exposure_outlives_a_dead_run(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage->plan.was_infected = TRUE;
	tf_dead_run_before_wipe(fixture->stage);
	fixture->stage->plan.was_infected = FALSE;
	outcome = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_assert_true(tf_outcome_tells_exposure(outcome));
	g_assert_cmpuint(tf_outcome_exposures(outcome), ==, 1u << TF_EXPOSURE_INFECTED);
}

static void keep_source_takes_the_wipe_back(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) kept = NULL;
	g_autoptr(TfOutcome) wiped = NULL;

	(void)data;
	tf_dead_run_before_wipe(fixture->stage);
	fixture->stage->plan.keeps_source = TRUE;
	kept = assert_ends(fixture->stage, TF_STATUS_KEPT);

	g_assert_true(tf_stage_source_is_whole(fixture->stage));
	fixture->stage->plan.keeps_source = FALSE;
	wiped = assert_ends(fixture->stage, TF_STATUS_DONE);
	g_assert_true(tf_stage_source_is_gone(fixture->stage));
	g_assert_cmpstr(kept->run, ==, wiped->run);
}

static void a_file_put_in_the_place_of_a_wiped_one_is_not_passed_over(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	tf_dead_run_before_wipe(stage);
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(stage);
		g_autoptr(TfLedgerRow) row = tf_dead_run_newest_row(ledger);

		g_assert_true(tf_ledger_record_step(ledger, row->id, TF_STEP_WIPED, "W3 G", NULL));
	}
	g_assert_cmpint(g_unlink(stage->source), ==, 0);
	tf_fixture_write(stage->source, stage->content);
	outcome = assert_ends(stage, TF_STATUS_DONE);

	g_assert_true(tf_stage_source_is_gone(stage));
}

static gint64 plan_again(TfLedger *ledger, const TfLedgerRow *like, gint64 spare_of)
{
	TfLedgerRow plan = *like;
	gint64 id = 0;

	plan.spare_of = spare_of;
	g_assert_true(tf_ledger_plan(ledger, &plan, &id, NULL));

	return id;
}

static void a_newer_run_that_was_undone_repeats_no_outcome(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) first = assert_ends(stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) second = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_nonnull(first);
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(stage);
		g_autoptr(TfLedgerRow) row = tf_dead_run_newest_row(ledger);
		gint64 id = plan_again(ledger, row, 0);

		g_assert_true(tf_ledger_record_step(ledger, id, TF_STEP_UNDONE, NULL, NULL));
	}
	second = tf_stage_run(stage, &error);

	g_assert_null(second);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISSING);
}

static void the_row_of_a_spare_is_closed(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) first = assert_ends(stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) second = NULL;
	g_autoptr(TfLedgerRow) spare = NULL;

	(void)data;
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(stage);
		g_autoptr(TfLedgerRow) row = tf_dead_run_newest_row(ledger);
		gint64 id = plan_again(ledger, row, row->id);

		g_assert_true(tf_ledger_record_imported(ledger, id, "[]", NULL));
		g_assert_true(tf_ledger_record_proved(
			ledger, id, row->statement, row->signature, row->evidence, NULL));
	}
	second = assert_ends(stage, TF_STATUS_DONE);
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(stage);

		spare = tf_dead_run_newest_row(ledger);
	}

	g_assert_cmpint(spare->step, ==, TF_STEP_DONE);
	g_assert_cmpint(first->finished, ==, second->finished);
}

static void a_kept_key_that_gives_no_proof_any_more_is_undone(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *arguments = tf_soft_token_mock_arguments(stage->token, "wrong-signature\n");
	g_autoptr(TfOutcome) kept = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	stage->plan.keeps_source = TRUE;
	kept = assert_ends(stage, TF_STATUS_KEPT);
	stage->plan.module.module = g_getenv("TF_MOCK_MODULE");
	stage->plan.module.arguments = arguments;
	stage->answers.confirms[TF_EXCEPTION_MODULE] = TRUE;
	second = tf_stage_run(stage, &error);
	ledger = tf_dead_run_ledger(stage);
	row = tf_dead_run_newest_row(ledger);

	g_assert_null(second);
	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
	g_assert_cmpint(row->step, ==, TF_STEP_UNDONE);
	g_assert_cmpint(stage->where, ==, TF_WHERE_SOURCE);
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, 0);
}

static void a_key_already_there_is_not_said_to_be_written(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	const guint *n_told = stage->answers.n_told;
	g_autoptr(TfOutcome) kept = NULL;
	g_autoptr(TfOutcome) again = NULL;

	(void)data;
	stage->plan.keeps_source = TRUE;
	kept = assert_ends(stage, TF_STATUS_KEPT);
	g_assert_cmpuint(n_told[TF_NEWS_IMPORTED], ==, 1);
	g_assert_cmpuint(n_told[TF_NEWS_ALREADY_THERE], ==, 0);
	again = assert_ends(stage, TF_STATUS_KEPT);

	g_assert_cmpuint(n_told[TF_NEWS_IMPORTING], ==, 1);
	g_assert_cmpuint(n_told[TF_NEWS_IMPORTED], ==, 1);
	g_assert_cmpuint(n_told[TF_NEWS_ALREADY_THERE], ==, 1);
}

static void a_name_given_after_the_wipe_stays_in_the_ledger(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) first = assert_ends(stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) named = NULL;
	g_autoptr(TfOutcome) later = NULL;

	(void)data;
	g_assert_null(first->member_name);
	stage->plan.member_name = "Taro Shakai";
	stage->plan.member_number = "12345678";
	named = assert_ends(stage, TF_STATUS_DONE);
	stage->plan.member_name = NULL;
	stage->plan.member_number = NULL;
	later = assert_ends(stage, TF_STATUS_DONE);

	g_assert_cmpstr(named->member_name, ==, "Taro Shakai");
	g_assert_cmpstr(later->member_name, ==, "Taro Shakai");
	g_assert_cmpstr(later->member_number, ==, "12345678");
	g_assert_cmpint(later->finished, ==, first->finished);
}

/* --check-pc, when what was open is in order. */
static void a_pc_put_in_order_after_the_wipe_completes_the_report(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfPosture) open = tf_posture_new();
	g_autoptr(TfPosture) in_order = tf_posture_new();
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;
	g_autoptr(TfOutcome) later = NULL;

	(void)data;
	(void)tf_posture_add(open, TF_FINDING_ANTIVIRUS_NONE, "/opt", 0, NULL);
	(void)tf_posture_add(in_order, TF_FINDING_ANTIVIRUS_RUNNING, "/daily.cvd", 0, "2026-11-28", NULL);
	stage->plan.posture = open;
	first = assert_ends(stage, TF_STATUS_DONE);
	stage->plan.posture = in_order;
	second = assert_ends(stage, TF_STATUS_DONE);
	stage->plan.posture = NULL;
	later = assert_ends(stage, TF_STATUS_DONE);

	g_assert_false(tf_outcome_may_claim_completion(first));
	g_assert_true(tf_outcome_may_claim_completion(second));
	g_assert_true(tf_outcome_may_claim_completion(later));
	g_assert_cmpuint(tf_posture_count(later->posture, TF_YES), ==, 1);
}

static void the_day_of_completion_is_that_of_the_run_that_completes(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	gint64 before = g_get_real_time() / G_USEC_PER_SEC;
	g_autoptr(TfOutcome) open = assert_ends(stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) completed = NULL;
	g_autoptr(TfOutcome) later = NULL;

	(void)data;
	{
		g_autoptr(TfLedger) ledger = tf_dead_run_ledger(stage);
		g_autoptr(TfLedgerRow) row = tf_dead_run_newest_row(ledger);
		g_autoptr(json_t) object = NULL;
		g_autofree gchar *text = NULL;

		open->finished = before - 86400;
		object = tf_outcome_to_json(open);
		text = tf_json_line(object, 0);
		g_assert_true(tf_ledger_amend_outcome(ledger, row->id, text, NULL));
	}
	stage->plan.accepts_pc = TRUE;
	completed = assert_ends(stage, TF_STATUS_DONE);
	later = assert_ends(stage, TF_STATUS_DONE);

	g_assert_cmpint(tf_outcome_date(open), <, before);
	g_assert_cmpint(completed->finished, ==, open->finished);
	g_assert_cmpint(tf_outcome_date(completed), >=, before);
	g_assert_cmpint(tf_outcome_date(later), ==, tf_outcome_date(completed));
}

static void assert_refused(TfStage *stage, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_stage_run(stage, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void a_finished_run_answers_for_nobody_else(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	const TfTransferPlan usual = stage->plan;
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) again = NULL;

	(void)data;
	stage->plan.member_name = "Taro Shakai";
	stage->plan.member_number = "12345678";
	first = assert_ends(stage, TF_STATUS_DONE);
	again = assert_ends(stage, TF_STATUS_DONE);

	g_assert_cmpstr(again->run, ==, first->run);
	stage->plan.member_name = "Jiro Shakai";
	assert_refused(stage, TF_ERROR_CERTIFICATE_NAME);
	stage->plan = usual;
	stage->plan.member_number = "87654321";
	assert_refused(stage, TF_ERROR_USAGE);
	stage->plan = usual;
	stage->plan.token_uri = "pkcs11:token=nobody";
	assert_refused(stage, TF_ERROR_TOKEN_OF_OTHER_RUN);
	stage->plan.token_uri = usual.token_uri;
	stage->plan.spare_uri = "pkcs11:token=nobody";
	assert_refused(stage, TF_ERROR_USAGE);
}

static void an_unfinished_wipe_is_not_finished_for_somebody_else(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;

	(void)data;
	tf_dead_run_before_wipe(stage);
	stage->plan.member_name = "Jiro Shakai";
	assert_refused(stage, TF_ERROR_CERTIFICATE_NAME);

	g_assert_true(tf_stage_source_is_whole(stage));
}

/* As a batch leaves it: all is done that a station can do, and the file is gone. */
static void a_provisioned_key_is_reported_and_not_begun_again(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) again = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(TfLedgerRow) newest = NULL;

	(void)data;
	stage->plan.keeps_source = TRUE;
	first = assert_ends(stage, TF_STATUS_KEPT);
	ledger = tf_dead_run_ledger(stage);
	row = tf_dead_run_newest_row(ledger);
	g_assert_true(tf_ledger_record_outcome(ledger, row->id, TF_STEP_PROVISIONED, row->outcome, NULL));
	g_assert_cmpint(g_remove(stage->source), ==, 0);
	again = assert_ends(stage, TF_STATUS_KEPT);
	newest = tf_dead_run_newest_row(ledger);

	g_assert_cmpstr(again->run, ==, first->run);
	g_assert_cmpint(newest->id, ==, row->id);
	g_assert_cmpint(newest->step, ==, TF_STEP_PROVISIONED);
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
	add("/resumption/a file that is whole still is wiped by a fresh proof, not by the stored one",
		a_file_that_is_whole_is_wiped_by_a_fresh_proof);
	add("/resumption/what was known of the exposure outlives a dead run",
		what_was_known_of_the_exposure_outlives_a_dead_run);
	add("/resumption/keep-source takes back a wipe before its first byte",
		keep_source_takes_the_wipe_back);
	add("/resumption/a file put in the place of a wiped one is not passed over",
		a_file_put_in_the_place_of_a_wiped_one_is_not_passed_over);
	add("/resumption/a newer run that was undone repeats no outcome",
		a_newer_run_that_was_undone_repeats_no_outcome);
	add("/resumption/the row of a spare is closed with the first", the_row_of_a_spare_is_closed);
	add("/resumption/a kept key that gives no proof any more is undone",
		a_kept_key_that_gives_no_proof_any_more_is_undone);
	add("/resumption/a key that is already there is not said to be written",
		a_key_already_there_is_not_said_to_be_written);
	add("/resumption/a name given after the wipe stays in the ledger",
		a_name_given_after_the_wipe_stays_in_the_ledger);
	add("/resumption/a PC put in order after the wipe completes the report",
		a_pc_put_in_order_after_the_wipe_completes_the_report);
	add("/resumption/the day of completion is that of the run that completes",
		the_day_of_completion_is_that_of_the_run_that_completes);
	add("/resumption/a finished run answers for no other member, number, token or spare",
		a_finished_run_answers_for_nobody_else);
	add("/resumption/an unfinished wipe is not finished for somebody else",
		an_unfinished_wipe_is_not_finished_for_somebody_else);
	add("/resumption/a provisioned key is reported and not begun again",
		a_provisioned_key_is_reported_and_not_begun_again);

	return g_test_run();
}
