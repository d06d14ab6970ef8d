/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/removal.h"

#include "base/error.h"
#include "base/secret.h"
#include "ledger/ledger.h"
#include "stage.h"

static const gchar *program;

/* A token with a member's key that was moved there, its file wiped; the certificate is valid. */
typedef struct Fixture {
	TfStage *stage;
	gchar *ledger_path;
	gchar *key_id;
	TfRemovalPlan plan;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage = tf_stage_new("ec256", program);
	outcome = tf_stage_run(fixture->stage, NULL);
	g_assert_nonnull(outcome);
	fixture->key_id = g_strdup(((TfPlacement *)g_ptr_array_index(outcome->placements, 0))->key_id);
	fixture->ledger_path = g_build_filename(fixture->stage->directory, "state", "ledger.db", NULL);
	fixture->plan = (TfRemovalPlan){
		.module = fixture->stage->plan.module,
		.id = fixture->key_id,
		.ledger_path = fixture->ledger_path,
	};
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->key_id);
	g_free(fixture->ledger_path);
	tf_stage_free(fixture->stage);
}

static TfStep last_step(const Fixture *fixture)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->stage->ledger_url, NULL);
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, NULL, NULL);

	return ((const TfLedgerRow *)g_ptr_array_index(rows, 0))->step;
}

static void assert_stops(Fixture *fixture, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfRemoval) removal = tf_remove(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_null(removal);
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 1);
	g_assert_cmpint(last_step(fixture), ==, TF_STEP_DONE);
}

static void removes(Fixture *fixture, const gchar *typed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfRemoval) removal = NULL;

	fixture->stage->answers.typed_removal = typed;
	removal = tf_remove(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_no_error(error);
	g_assert_true(removal->is_valid);
	g_assert_true(removal->is_known);
	g_assert_true(removal->source_was_wiped);
	g_assert_false(removal->is_elsewhere);
	g_assert_cmpuint(fixture->stage->answers.n_removals, ==, 1);
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 0);
	g_assert_cmpint(last_step(fixture), ==, TF_STEP_REMOVED);
}

static void the_label_confirms_it(Fixture *fixture, gconstpointer data)
{
	(void)data;
	removes(fixture, TF_SOFT_LABEL);
}

static void the_id_confirms_it(Fixture *fixture, gconstpointer data)
{
	(void)data;
	removes(fixture, fixture->key_id);
}

static void nothing_typed_leaves_it(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_stops(fixture, TF_ERROR_DECLINED);
	fixture->stage->answers.typed_removal = "";
	assert_stops(fixture, TF_ERROR_DECLINED);
}

static void a_valid_one_is_not_taken_for_expired(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->plan.id = NULL;
	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
}

static void a_dry_run_touches_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfRemoval) removal = NULL;

	(void)data;
	fixture->plan.is_dry_run = TRUE;
	removal = tf_remove(&fixture->plan, &fixture->stage->answers.dialogue, NULL);

	g_assert_nonnull(removal);
	g_assert_cmpuint(tf_stage_count_private_keys(fixture->stage), ==, 1);
	g_assert_cmpint(last_step(fixture), ==, TF_STEP_DONE);
}

static void a_wrong_id_is_refused(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->plan.id = "xyz";
	assert_stops(fixture, TF_ERROR_USAGE);
	fixture->plan.id = "00";
	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
}

/* The step before the act was recorded, and then the process died. */
static void a_removal_cut_short_is_recorded_as_such_and_ended(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->stage->ledger_url, NULL);

	(void)data;
	g_assert_true(tf_ledger_record_step(ledger, 1, TF_STEP_REMOVING, NULL, NULL));
	g_clear_pointer(&ledger, tf_ledger_free);

	removes(fixture, TF_SOFT_LABEL);
}

int main(int argc, char **argv)
{
	static const struct {
		const gchar *name;
		void (*run)(Fixture *fixture, gconstpointer data);
	} cases[] = {
		{ "/removal/the token's label confirms a valid one", the_label_confirms_it },
		{ "/removal/the CKA_ID confirms a valid one", the_id_confirms_it },
		{ "/removal/a valid one stays when nothing fits that is typed", nothing_typed_leaves_it },
		{ "/removal/a valid one is never taken for the expired one",
			a_valid_one_is_not_taken_for_expired },
		{ "/removal/a dry run touches nothing", a_dry_run_touches_nothing },
		{ "/removal/a CKA_ID that names nothing is refused", a_wrong_id_is_refused },
		{ "/removal/a removal cut short is ended, and the ledger closed",
			a_removal_cut_short_is_recorded_as_such_and_ended },
	};

	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = argv[0];
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].name, Fixture, NULL, set_up, cases[i].run, tear_down);

	return g_test_run();
}
