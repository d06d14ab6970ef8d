/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing is wiped on the word of a token that does not prove it: one that signs wrongly, lets something out,
 * answers no attempt clearly, or fails at any call. */
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "cleaning-case.h"

#define CODE "CKR_DEVICE_ERROR"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfCleaningCase it;
	gchar *arguments;
} Fixture;

/* The mock in front of the token from now on; the copy is there. */
static void follow(Fixture *fixture, const gchar *script)
{
	TfVerificationPlan *plan = &fixture->it.plan.verification;

	g_free(fixture->arguments);
	fixture->arguments = tf_soft_token_mock_arguments(fixture->it.stage->token, script);
	plan->module.module = g_getenv("TF_MOCK_MODULE");
	plan->module.arguments = fixture->arguments;
	tf_cleaning_case_plant(&fixture->it, "copy", fixture->it.stage->content);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_set_up(&fixture->it, program);
	fixture->it.stage->answers.confirms[TF_EXCEPTION_MODULE] = TRUE;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_cleaning_case_clear(&fixture->it);
	g_free(fixture->arguments);
}

static gboolean has_copy(const Fixture *fixture)
{
	return tf_cleaning_case_has(&fixture->it, "copy");
}

static void a_wrong_signature_wipes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	follow(fixture, "wrong-signature\n");
	outcome = tf_cleaning_case_run(&fixture->it, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
	g_assert_true(has_copy(fixture));
}

static void a_key_that_comes_out_wipes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	follow(fixture, "extractable-after\n");
	outcome = tf_cleaning_case_run(&fixture->it, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_REFUTED);
	g_assert_true(has_copy(fixture));
}

static void claimed_evidence_wipes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfKept *kept = NULL;

	(void)data;
	follow(fixture, "fail-from=C_WrapKey:1:" CODE "\n");
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_CLAIMED);
	g_assert_true(has_copy(fixture));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, TF_KEPT_EVIDENCE);
	g_assert_cmpuint(fixture->it.stage->answers.n_asked[TF_QUESTION_WIPE_STRAYS], ==, 0);
}

static void a_key_that_no_client_can_use_wipes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	follow(fixture, "fail-from=C_SignInit:2:" CODE "\n");
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_CLAIMED);
	g_assert_true(has_copy(fixture));
}

/* By a token that did prove it. */
static void claimed_evidence_finishes_nothing(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	follow(fixture, "fail-from=C_WrapKey:1:" CODE "\n");
	tf_cleaning_case_begin_wipe(&fixture->it, "copy");
	outcome = tf_cleaning_case_run_well(&fixture->it);

	g_assert_cmpint(outcome->status, ==, TF_STATUS_CLAIMED);
	g_assert_true(has_copy(fixture));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
}

static void claimed_evidence_is_accepted_by_the_serial(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *serial = NULL;
	g_autoptr(TfOutcome) first = NULL;
	g_autoptr(TfOutcome) second = NULL;

	(void)data;
	follow(fixture, "fail-from=C_WrapKey:1:" CODE "\n");
	first = tf_cleaning_case_run_well(&fixture->it);
	serial = g_strdup(((const TfPlacement *)g_ptr_array_index(first->placements, 0))->token->serial);
	fixture->it.stage->answers.serial = serial;
	second = tf_cleaning_case_run_well(&fixture->it);

	g_assert_true(tf_outcome_has_exception(second, TF_EXCEPTION_CLAIMED));
	g_assert_cmpuint(second->wiped->len, ==, 1);
	g_assert_false(has_copy(fixture));
}

/* NULL, or what is wrong. */
static const gchar *judge(const Fixture *fixture, const TfOutcome *outcome, const GError *error)
{
	if (outcome == NULL && error->domain != TF_ERROR)
		return "the error is not one of ours";
	if (outcome == NULL && !has_copy(fixture))
		return "an error, but the copy is gone";
	if (outcome != NULL && (outcome->wiped->len > 0) == has_copy(fixture))
		return "what the outcome says is not what is there";
	if (outcome != NULL && outcome->wiped->len > 0 &&
		tf_evidence_grade(
			((const TfPlacement *)g_ptr_array_index(outcome->placements, 0))->evidence) !=
			TF_GRADE_REFUSED)
		return "wiped on weak evidence";

	return NULL;
}

/* What this run wiped is none of the next one's. */
static void tell(const Fixture *fixture, const TfOutcome *outcome)
{
	g_autoptr(TfLedger) ledger = tf_ledger_open(fixture->it.stage->ledger_url, NULL);

	g_assert_true(tf_clean_told(outcome, ledger, NULL));
}

static void every_call_fails_once(Fixture *fixture, gconstpointer data)
{
	guint n_errors = 0;

	(void)data;
	for (guint nth = 1; nth < 1000; nth += 7) {
		g_autofree gchar *script = g_strdup_printf("fail-nth=%u:" CODE "\n", nth);
		g_autofree gchar *counter =
			g_build_filename(fixture->it.stage->token->directory, "mock.counter", NULL);
		g_autoptr(TfOutcome) outcome = NULL;
		g_autoptr(GError) error = NULL;
		const gchar *complaint = NULL;

		(void)remove(counter);
		follow(fixture, script);
		outcome = tf_cleaning_case_run(&fixture->it, &error);
		complaint = judge(fixture, outcome, error);
		if (complaint != NULL)
			g_test_fail_printf("call %u: %s", nth, complaint);
		if (outcome != NULL)
			tell(fixture, outcome);
		n_errors += outcome == NULL ? 1 : 0;
		if (outcome != NULL && outcome->wiped->len > 0 && nth > 200)
			break;
	}
	g_assert_cmpuint(n_errors, >, 0);
}

static void add(const gchar *path, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/cleaning-token/a token that signs wrongly wipes nothing", a_wrong_signature_wipes_nothing);
	add("/cleaning-token/a token that lets the key out wipes nothing",
		a_key_that_comes_out_wipes_nothing);
	add("/cleaning-token/claimed evidence wipes nothing", claimed_evidence_wipes_nothing);
	add("/cleaning-token/a key that no client can use wipes nothing",
		a_key_that_no_client_can_use_wipes_nothing);
	add("/cleaning-token/claimed evidence finishes nothing that a dead run began",
		claimed_evidence_finishes_nothing);
	add("/cleaning-token/claimed evidence is accepted by typing the serial",
		claimed_evidence_is_accepted_by_the_serial);
	add("/cleaning-token/a call that fails leaves the copy or an honest outcome", every_call_fails_once);

	return g_test_run();
}
