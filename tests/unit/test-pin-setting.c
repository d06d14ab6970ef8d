/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/pin-setting.h"

#include "base/error.h"
#include "base/secret.h"
#include "stage.h"

#define NEW_PIN	  "864209"
#define PIN_WRONG "000000"

static const gchar *program;

typedef struct Fixture {
	TfStage *stage;
	gchar *ledger_path;
	TfPinPlan plan;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage = tf_stage_new("ec256", program);
	fixture->ledger_path = g_build_filename(fixture->stage->directory, "state", "ledger.db", NULL);
	fixture->plan = (TfPinPlan){
		.module = fixture->stage->plan.module,
		.ledger_path = fixture->ledger_path,
		.unblocks_by = TF_N_PIN_KINDS,
	};
	fixture->stage->answers.new_pin = NEW_PIN;
	fixture->stage->answers.unblock_secret = TF_SOFT_SO_PIN;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->ledger_path);
	tf_stage_free(fixture->stage);
}

typedef TfTokenFacts *(*Set)(const TfPinPlan *plan, const TfDialogue *dialogue, GError **error);

static void assert_set(Fixture *fixture, Set set)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTokenFacts) token = set(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(token->label, ==, TF_SOFT_LABEL);
}

static void assert_stops(Fixture *fixture, Set set, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTokenFacts) token = set(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(token);
}

/* The token's user PIN is 'pin' now: it can be changed to itself. */
static void assert_pin(Fixture *fixture, const gchar *pin)
{
	fixture->stage->answers.pin = pin;
	fixture->stage->answers.new_pin = pin;
	assert_set(fixture, tf_pin_setting_change);
}

static void changes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_set(fixture, tf_pin_setting_change);

	assert_pin(fixture, NEW_PIN);
	g_assert_false(g_file_test(fixture->ledger_path, G_FILE_TEST_EXISTS));
}

static void unblocks(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_set(fixture, tf_pin_setting_unblock);

	assert_pin(fixture, NEW_PIN);
}

static void a_wrong_pin_is_sent_once(Fixture *fixture, gconstpointer data)
{
	TfAnswers *answers = &fixture->stage->answers;

	(void)data;
	answers->pin = PIN_WRONG;
	answers->says_no[TF_QUESTION_INSIST_PIN] = TRUE;

	assert_stops(fixture, tf_pin_setting_change, TF_ERROR_PIN_WRONG);
	assert_stops(fixture, tf_pin_setting_change, TF_ERROR_PIN_FAILED_BEFORE);
	g_assert_cmpuint(answers->n_pins, ==, 2);
}

static void a_wrong_so_pin_is_sent_once(Fixture *fixture, gconstpointer data)
{
	TfAnswers *answers = &fixture->stage->answers;

	(void)data;
	answers->unblock_secret = "00000000";
	answers->says_no[TF_QUESTION_INSIST_UNBLOCK] = TRUE;

	assert_stops(fixture, tf_pin_setting_unblock, TF_ERROR_SO_PIN_WRONG);
	assert_stops(fixture, tf_pin_setting_unblock, TF_ERROR_UNBLOCK_FAILED_BEFORE);
	g_assert_cmpuint(answers->n_asked[TF_QUESTION_INSIST_UNBLOCK], ==, 1);
}

/* The PIN that failed once is the one that is set now. */
static void unblocking_forgets_failed_pins(Fixture *fixture, gconstpointer data)
{
	TfAnswers *answers = &fixture->stage->answers;

	(void)data;
	answers->pin = NEW_PIN;
	answers->says_no[TF_QUESTION_INSIST_PIN] = TRUE;
	assert_stops(fixture, tf_pin_setting_change, TF_ERROR_PIN_WRONG);

	assert_set(fixture, tf_pin_setting_unblock);

	assert_pin(fixture, NEW_PIN);
}

static void a_short_pin_changes_nothing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.new_pin = "1";

	assert_stops(fixture, tf_pin_setting_change, TF_ERROR_PIN_FORMAT);

	assert_pin(fixture, TF_SOFT_PIN);
}

static void an_interrupted_run_changes_nothing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.is_interrupted = TRUE;
	assert_stops(fixture, tf_pin_setting_change, TF_ERROR_INTERRUPTED);
	fixture->stage->answers.is_interrupted = FALSE;

	assert_pin(fixture, TF_SOFT_PIN);
}

static void nobody_is_asked_when_it_cannot_be(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->plan.unblocks_by = TF_PIN_PUK;

	assert_stops(fixture, tf_pin_setting_unblock, TF_ERROR_UNBLOCK_UNSUPPORTED);

	g_assert_cmpuint(fixture->stage->answers.n_unblock_secrets, ==, 0);
}

static void a_dry_run_asks_for_nothing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->plan.is_dry_run = TRUE;

	assert_set(fixture, tf_pin_setting_change);
	assert_set(fixture, tf_pin_setting_unblock);

	g_assert_cmpuint(fixture->stage->answers.n_pins, ==, 0);
	g_assert_cmpuint(fixture->stage->answers.n_unblock_secrets, ==, 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const gchar *name;
		void (*run)(Fixture *fixture, gconstpointer data);
	} cases[] = {
		{ "/pin-setting/changes the user PIN", changes },
		{ "/pin-setting/sets one with the SO PIN", unblocks },
		{ "/pin-setting/a wrong PIN is sent once, and not again by a rerun",
			a_wrong_pin_is_sent_once },
		{ "/pin-setting/a wrong SO PIN is sent once, and not again by a rerun",
			a_wrong_so_pin_is_sent_once },
		{ "/pin-setting/unblocking forgets the PINs that failed", unblocking_forgets_failed_pins },
		{ "/pin-setting/a new PIN of impossible length changes nothing",
			a_short_pin_changes_nothing },
		{ "/pin-setting/an interrupted run changes nothing", an_interrupted_run_changes_nothing },
		{ "/pin-setting/nobody is asked for a PUK that is not taken",
			nobody_is_asked_when_it_cannot_be },
		{ "/pin-setting/a dry run asks for nothing", a_dry_run_asks_for_nothing },
	};

	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = argv[0];
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_test_add(cases[i].name, Fixture, NULL, set_up, cases[i].run, tear_down);

	return g_test_run();
}
