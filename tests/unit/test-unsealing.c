/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/unsealing.h"

#include <string.h>

#include "base/error.h"
#include "key/envelope.h"
#include "stage.h"

#define WORDS "tokenferry-pins 1\n"

static const gchar *program;

/* A token with a key that may decrypt, and an envelope to its certificate. */
typedef struct Fixture {
	TfStage *stage;
	gchar *ledger_path;
	TfUnsealPlan plan;
} Fixture;

static GBytes *sealed_to(X509 *certificate)
{
	g_autoptr(TfSecret) words = tf_secret_new_copy(WORDS, strlen(WORDS));
	GBytes *envelope = tf_envelope_seal(words, certificate, NULL);

	g_assert_nonnull(envelope);

	return envelope;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage = tf_stage_new("rsa2048", program);
	tf_stage_use(fixture->stage, "keyEncipherment");
	fixture->ledger_path = g_build_filename(fixture->stage->directory, "state", "ledger.db", NULL);
	outcome = tf_stage_run(fixture->stage, NULL);
	g_assert_nonnull(outcome);
	fixture->plan = (TfUnsealPlan){
		.module = fixture->stage->plan.module,
		.ledger_path = fixture->ledger_path,
		.envelope = sealed_to(fixture->stage->member->certificate),
		.name = "1.p7m",
	};
	fixture->stage->answers.n_pins = 0;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_bytes_unref(fixture->plan.envelope);
	g_free(fixture->ledger_path);
	tf_stage_free(fixture->stage);
}

static void assert_opens(Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) words = tf_unseal(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(tf_secret_peek(words), (int)tf_secret_length(words), WORDS, strlen(WORDS));
	g_assert_cmpuint(fixture->stage->answers.n_pins, ==, 1);
}

static void assert_stops(Fixture *fixture, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_unseal(&fixture->plan, &fixture->stage->answers.dialogue, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void opens(Fixture *fixture, gconstpointer data)
{
	(void)data;

	assert_opens(fixture);
}

static void opens_with_a_certificate_from_elsewhere(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->plan.certificate = fixture->stage->member->certificate;

	assert_opens(fixture);
}

static void another_recipient(Fixture *fixture, gconstpointer data)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(X509) certificate =
		tf_fixture_certificate(&(TfFixtureCertificate){ .key = key, .name = "Taro Shakai" });

	(void)data;
	g_bytes_unref(fixture->plan.envelope);
	fixture->plan.envelope = sealed_to(certificate);

	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
	fixture->plan.certificate = certificate;
	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
}

static void a_wrong_pin_is_sent_once(Fixture *fixture, gconstpointer data)
{
	TfAnswers *answers = &fixture->stage->answers;

	(void)data;
	answers->pin = "000000";
	answers->says_no[TF_QUESTION_INSIST_PIN] = TRUE;

	assert_stops(fixture, TF_ERROR_PIN_WRONG);
	assert_stops(fixture, TF_ERROR_PIN_FAILED_BEFORE);
}

static void an_interrupted_run_opens_nothing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.is_interrupted = TRUE;

	assert_stops(fixture, TF_ERROR_INTERRUPTED);
}

static void add(const gchar *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/unsealing/the key of a token opens what was sealed to its certificate", opens);
	add("/unsealing/the certificate may come from elsewhere", opens_with_a_certificate_from_elsewhere);
	add("/unsealing/what was sealed to another certificate stays closed", another_recipient);
	add("/unsealing/a wrong PIN is sent once, and not again by a rerun", a_wrong_pin_is_sent_once);
	add("/unsealing/an interrupted run opens nothing", an_interrupted_run_opens_nothing);

	return g_test_run();
}
