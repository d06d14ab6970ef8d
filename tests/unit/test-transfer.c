/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/transfer.h"

#include <glib/gstdio.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "stage.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

typedef struct Fixture {
	TfStage *stage;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	fixture->stage = tf_stage_new(data != NULL ? data : "rsa2048", program);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_stage_free(fixture->stage);
}

static void assert_stopped(TfStage *stage, TfErrorCode code, guint n_keys)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOutcome) outcome = tf_stage_run(stage, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_true(tf_stage_source_is_whole(stage));
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, n_keys);
}

/* What a failure is read from. */
static void tell_outcome(const TfOutcome *outcome)
{
	g_autoptr(json_t) object = tf_outcome_to_json(outcome);
	char *text = json_dumps(object, JSON_COMPACT);

	g_test_message("%s", text);
	free(text);
}

static TfOutcome *assert_ends(TfStage *stage, TfStatus status)
{
	g_autoptr(GError) error = NULL;
	TfOutcome *outcome = tf_stage_run(stage, &error);

	g_assert_no_error(error);
	g_assert_nonnull(outcome);
	tell_outcome(outcome);
	g_assert_cmpint(outcome->status, ==, status);
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, 1);

	return outcome;
}

static void assert_kept(TfStage *stage, TfStatus status, TfKeptWhy why)
{
	g_autoptr(TfOutcome) outcome = assert_ends(stage, status);
	const TfKept *kept = NULL;

	g_assert_true(tf_stage_source_is_whole(stage));
	g_assert_cmpuint(outcome->wiped->len, ==, 0);
	g_assert_cmpuint(outcome->kept->len, ==, 1);
	kept = g_ptr_array_index(outcome->kept, 0);
	g_assert_cmpint(kept->why, ==, why);
}

static void the_key_arrives_and_the_file_is_wiped(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = assert_ends(fixture->stage, TF_STATUS_DONE);
	const TfPlacement *placement = g_ptr_array_index(outcome->placements, 0);

	(void)data;
	g_assert_true(tf_stage_source_is_gone(fixture->stage));
	g_assert_cmpint(tf_evidence_grade(placement->evidence), ==, TF_GRADE_REFUSED);
	g_assert_cmpuint(outcome->wiped->len, ==, 1);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_TOKEN);
}

static void what_speaks_against_the_module_is_in_the_outcome(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	const TfPlacement *placement = NULL;

	(void)data;
	g_assert_true(g_setenv("YKCS11_DBG", "1", TRUE));
	fixture->stage->plan.module.allows_leaky = TRUE;

	outcome = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_unsetenv("YKCS11_DBG");
	placement = g_ptr_array_index(outcome->placements, 0);
	g_assert_cmpstr(placement->module->let_pass, ==, "YKCS11_DBG");
	g_assert_true(tf_outcome_has_exception(outcome, TF_EXCEPTION_MODULE));
}

static void a_second_run_repeats_the_outcome(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) first = assert_ends(fixture->stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) second = assert_ends(fixture->stage, TF_STATUS_DONE);

	(void)data;
	g_assert_cmpstr(first->run, ==, second->run);
	g_assert_cmpuint(fixture->stage->answers.n_pins, ==, 1);
}

static void a_restored_file_is_proven_again_and_wiped(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) first = assert_ends(fixture->stage, TF_STATUS_DONE);
	g_autoptr(TfOutcome) second = NULL;

	(void)data;
	tf_fixture_write(fixture->stage->source, fixture->stage->content);
	second = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_assert_cmpstr(first->run, !=, second->run);
	g_assert_true(tf_stage_source_is_gone(fixture->stage));
}

static void a_key_that_could_prove_nothing_is_not_moved(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_stage_use(fixture->stage, "critical,keyAgreement");

	assert_stopped(fixture->stage, TF_ERROR_SOURCE_UNSUPPORTED, 0);
}

static void a_wrong_pin_code_stops_before_the_token(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.password = "wrong";

	assert_stopped(fixture->stage, TF_ERROR_PIN_CODE_WRONG, 0);
	g_assert_cmpuint(fixture->stage->answers.n_pins, ==, 0);
}

static void a_wrong_pin_is_sent_once_and_not_again(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.pin = "000000";
	fixture->stage->answers.says_no[TF_QUESTION_INSIST_PIN] = TRUE;

	assert_stopped(fixture->stage, TF_ERROR_PIN_WRONG, 0);
	assert_stopped(fixture->stage, TF_ERROR_PIN_FAILED_BEFORE, 0);
}

static void somebody_elses_certificate_is_not_moved(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->plan.member_name = "Hanako Betsu";

	assert_stopped(fixture->stage, TF_ERROR_CERTIFICATE_NAME, 0);
}

static void a_confirmed_exception_is_in_the_outcome(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage->plan.member_name = "Hanako Betsu";
	fixture->stage->answers.confirms[TF_EXCEPTION_NAME] = TRUE;
	outcome = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_assert_true(tf_outcome_has_exception(outcome, TF_EXCEPTION_NAME));
}

static void whoever_says_it_is_not_them_stops_the_run(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.says_no[TF_QUESTION_IS_THIS_YOU] = TRUE;

	assert_stopped(fixture->stage, TF_ERROR_DECLINED, 0);
}

static void keep_source_keeps_the_file_and_claims_no_completion(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->plan.keeps_source = TRUE;
	fixture->stage->answers.says_no[TF_QUESTION_COMPLETE_THOUGH_KEPT] = TRUE;

	assert_kept(fixture->stage, TF_STATUS_KEPT, TF_KEPT_ASKED);
}

static void a_kept_file_is_wiped_by_a_later_run(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	fixture->stage->plan.keeps_source = TRUE;
	assert_kept(fixture->stage, TF_STATUS_KEPT, TF_KEPT_ASKED);
	fixture->stage->plan.keeps_source = FALSE;
	outcome = assert_ends(fixture->stage, TF_STATUS_DONE);

	g_assert_true(tf_stage_source_is_gone(fixture->stage));
}

static void a_file_still_needed_stays_and_is_said(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.is_needed = TRUE;

	assert_kept(fixture->stage, TF_STATUS_KEPT, TF_KEPT_NEEDED);
}

static void openssl_free(gpointer memory)
{
	OPENSSL_free(memory);
}

/* As keytool writes it: two shrouded keys in one file, which law 3 keeps. */
static GBytes *two_keys(const TfStage *stage, EVP_PKEY *second)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
	STACK_OF(PKCS7) *safes = NULL;
	PKCS12 *pkcs12 = NULL;
	unsigned char *der = NULL;
	int length = 0;

	g_assert_nonnull(PKCS12_add_cert(&bags, stage->member->certificate));
	g_assert_nonnull(
		PKCS12_add_key(&bags, stage->member->key, 0, 2048, NID_aes_256_cbc, TF_STAGE_PASSWORD));
	g_assert_nonnull(PKCS12_add_key(&bags, second, 0, 2048, NID_aes_256_cbc, TF_STAGE_PASSWORD));
	g_assert_cmpint(PKCS12_add_safe(&safes, bags, -1, 0, NULL), ==, 1);
	pkcs12 = PKCS12_add_safes(safes, 0);
	g_assert_cmpint(PKCS12_set_mac(pkcs12, TF_STAGE_PASSWORD, -1, NULL, 0, 2048, EVP_sha256()), ==, 1);
	length = i2d_PKCS12(pkcs12, &der);
	g_assert_cmpint(length, >, 0);
	PKCS12_free(pkcs12);
	sk_PKCS7_pop_free(safes, PKCS7_free);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);

	return g_bytes_new_with_free_func(der, (gsize)length, openssl_free, der);
}

static void a_file_with_a_second_key_is_kept(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autoptr(EVP_PKEY) second = tf_fixture_key("ec256");
	g_autoptr(GBytes) both = two_keys(stage, second);

	(void)data;
	tf_fixture_write(stage->source, both);
	g_bytes_unref(stage->content);
	stage->content = g_steal_pointer(&both);
	stage->plan.key_index = 0;

	assert_kept(stage, TF_STATUS_KEPT, TF_KEPT_OTHER_SECRET);
}

static void an_interrupt_before_the_write_leaves_the_token_empty(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.is_interrupted = TRUE;

	assert_stopped(fixture->stage, TF_ERROR_INTERRUPTED, 0);
}

static void use_mock(TfStage *stage, gchar **ret_arguments, const gchar *script)
{
	*ret_arguments = tf_soft_token_mock_arguments(stage->token, script);
	stage->plan.module.module = g_getenv("TF_MOCK_MODULE");
	stage->plan.module.arguments = *ret_arguments;
	stage->answers.confirms[TF_EXCEPTION_MODULE] = TRUE;
}

static void a_token_that_leaks_is_refuted_and_emptied(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *arguments = NULL;

	(void)data;
	use_mock(fixture->stage, &arguments, "leak-exponent\n");

	assert_stopped(fixture->stage, TF_ERROR_EVIDENCE_REFUTED, 0);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_SOURCE);
}

static void a_leaking_token_that_keeps_the_key_is_told_to_hold_it(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *arguments = NULL;

	(void)data;
	use_mock(fixture->stage, &arguments, "leak-exponent\nfail-from=C_DestroyObject:1:CKR_DEVICE_ERROR\n");
	assert_stopped(fixture->stage, TF_ERROR_EVIDENCE_REFUTED, 1);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_SOURCE_AND_TOKEN);

	g_free(arguments);
	use_mock(fixture->stage, &arguments, "leak-exponent\n");
	assert_stopped(fixture->stage, TF_ERROR_EVIDENCE_REFUTED, 0);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_SOURCE);
}

static void a_key_that_no_client_can_use_is_only_claimed(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *arguments = NULL;

	(void)data;
	use_mock(fixture->stage, &arguments, "fail-from=C_SignInit:2:CKR_FUNCTION_FAILED\n");

	assert_kept(fixture->stage, TF_STATUS_CLAIMED, TF_KEPT_EVIDENCE);
}

/* As a member would who tidies up while the token is being asked. */
static void remove_the_source(TfNews news, const TfNewsContext *context, gpointer data)
{
	const TfStage *stage = data;

	(void)context;
	if (news == TF_NEWS_AUDITING)
		g_assert_cmpint(g_unlink(stage->source), ==, 0);
}

static void a_token_is_not_emptied_when_the_file_went_meanwhile(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *arguments = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	use_mock(stage, &arguments, "leak-exponent\n");
	stage->answers.on_news = remove_the_source;
	stage->answers.data = stage;
	outcome = tf_stage_run(stage, &error);

	g_assert_null(outcome);
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_REFUTED);
	g_assert_cmpint(stage->where, ==, TF_WHERE_TOKEN_ALONE);
	g_assert_cmpuint(tf_stage_count_private_keys(stage), ==, 1);
}

static void a_campaign_of_the_given_directory_applies(Fixture *fixture, gconstpointer data)
{
	static const gchar profile[] =
		"[campaign]\nTitle=t\nTimeZone=Asia/Tokyo\n[certificate]\nIssuer=Stage Issuing CA\n"
		"[number]\nLabel=l\n[mail]\nTo=a@b.example\nSubject=s\nBody=b\nLanguage=ja\n"
		"[contact]\nText=c\n";
	TfStage *stage = fixture->stage;
	g_autofree gchar *directory = g_build_filename(stage->directory, "campaigns", NULL);
	g_autofree gchar *path = g_build_filename(directory, "stage.profile", NULL);
	g_autoptr(TfOutcome) outcome = NULL;

	(void)data;
	g_assert_cmpint(g_mkdir(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, profile, -1, NULL));
	stage->plan.profiles = stage->directory;
	outcome = assert_ends(stage, TF_STATUS_DONE);

	g_assert_cmpstr(outcome->campaign, ==, "stage");
}

static void a_token_that_signs_wrongly_gets_no_proof(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *arguments = NULL;

	(void)data;
	use_mock(fixture->stage, &arguments, "wrong-signature\n");

	assert_stopped(fixture->stage, TF_ERROR_PROOF_INVALID, 0);
}

static void a_key_on_the_token_that_we_did_not_write_is_left_alone(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autofree gchar *other = g_strdup_printf("sqlite:%s/other/ledger.db", fixture->stage->directory);

	(void)data;
	fixture->stage->plan.keeps_source = TRUE;
	outcome = assert_ends(fixture->stage, TF_STATUS_KEPT);
	g_free(fixture->stage->ledger_url);
	fixture->stage->ledger_url = g_steal_pointer(&other);

	assert_stopped(fixture->stage, TF_ERROR_TOKEN_KEY_EXISTS, 1);
	g_assert_cmpint(fixture->stage->where, ==, TF_WHERE_SOURCE_AND_TOKEN);
}

static void add(const gchar *name, gconstpointer key_type, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, key_type, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/transfer/an RSA key arrives and the file is wiped", NULL,
		the_key_arrives_and_the_file_is_wiped);
	add("/transfer/a P-256 key arrives and the file is wiped", "ec256",
		the_key_arrives_and_the_file_is_wiped);
	add("/transfer/a P-384 key arrives and the file is wiped", "ec384",
		the_key_arrives_and_the_file_is_wiped);
	add("/transfer/what speaks against a module that is let pass is in the outcome", NULL,
		what_speaks_against_the_module_is_in_the_outcome);
	add("/transfer/a second run repeats the outcome and asks for nothing", NULL,
		a_second_run_repeats_the_outcome);
	add("/transfer/a restored file is proven again and wiped", NULL,
		a_restored_file_is_proven_again_and_wiped);
	add("/transfer/a key that could prove nothing is not moved", "ec256",
		a_key_that_could_prove_nothing_is_not_moved);
	add("/transfer/a wrong PIN code stops before the token", NULL,
		a_wrong_pin_code_stops_before_the_token);
	add("/transfer/a wrong PIN is sent once and not again by a rerun", NULL,
		a_wrong_pin_is_sent_once_and_not_again);
	add("/transfer/somebody else's certificate is not moved", NULL,
		somebody_elses_certificate_is_not_moved);
	add("/transfer/a confirmed exception is in the outcome", NULL,
		a_confirmed_exception_is_in_the_outcome);
	add("/transfer/whoever says it is not them stops the run", NULL,
		whoever_says_it_is_not_them_stops_the_run);
	add("/transfer/keep-source keeps the file and claims no completion", NULL,
		keep_source_keeps_the_file_and_claims_no_completion);
	add("/transfer/a kept file is wiped by a later run", NULL, a_kept_file_is_wiped_by_a_later_run);
	add("/transfer/a file still needed stays, and that is said", NULL,
		a_file_still_needed_stays_and_is_said);
	add("/transfer/a file with a second key is kept", NULL, a_file_with_a_second_key_is_kept);
	add("/transfer/an interrupt before the write leaves the token empty", NULL,
		an_interrupt_before_the_write_leaves_the_token_empty);
	add("/transfer/a token that leaks is refuted and emptied", NULL,
		a_token_that_leaks_is_refuted_and_emptied);
	add("/transfer/a token that leaks and keeps the key is told to hold it", NULL,
		a_leaking_token_that_keeps_the_key_is_told_to_hold_it);
	add("/transfer/a key that no client can use is only claimed", NULL,
		a_key_that_no_client_can_use_is_only_claimed);
	add("/transfer/a token is not emptied when the file went meanwhile", NULL,
		a_token_is_not_emptied_when_the_file_went_meanwhile);
	add("/transfer/a campaign of the given directory applies", NULL,
		a_campaign_of_the_given_directory_applies);
	add("/transfer/a token that signs wrongly gets no proof", NULL,
		a_token_that_signs_wrongly_gets_no_proof);
	add("/transfer/a key on the token that we did not write is left alone", NULL,
		a_key_on_the_token_that_we_did_not_write_is_left_alone);

	return g_test_run();
}
