/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/verification.h"

#include "base/error.h"
#include "base/secret.h"
#include "stage.h"

/* The path of this program, which the stage executes as its auditor. */
static const gchar *program;

/* A token with a member's key on it; with 'data', a key usage, an RSA key for that. */
typedef struct Fixture {
	TfStage *stage;
	gchar *ledger_path;
	gchar *key_id; /* hex */
	TfVerificationPlan plan;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfOutcome) outcome = NULL;

	fixture->stage = tf_stage_new(data != NULL ? "rsa2048" : "ec256", program);
	if (data != NULL)
		tf_stage_use(fixture->stage, data);
	fixture->ledger_path = g_build_filename(fixture->stage->directory, "state", "ledger.db", NULL);
	fixture->plan = (TfVerificationPlan){
		.module = fixture->stage->plan.module,
		.ledger_path = fixture->ledger_path,
		.auditor = fixture->stage->auditor,
	};
	outcome = tf_stage_run(fixture->stage, NULL);
	g_assert_nonnull(outcome);
	fixture->key_id = g_strdup(((const TfPlacement *)g_ptr_array_index(outcome->placements, 0))->key_id);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->ledger_path);
	g_free(fixture->key_id);
	tf_stage_free(fixture->stage);
}

static const TfVerification *assert_one(const GPtrArray *verifications, TfComparison comparison)
{
	const TfVerification *verification = NULL;

	g_assert_nonnull(verifications);
	g_assert_cmpuint(verifications->len, ==, 1);
	verification = g_ptr_array_index(verifications, 0);
	g_assert_true(verification->is_signed);
	g_assert_cmpint(verification->compared_with, ==, comparison);

	return verification;
}

static void a_key_is_held_against_the_ledger(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_verify(&fixture->plan, &fixture->stage->answers.dialogue, &error);
	const TfVerification *key = NULL;

	(void)data;
	g_assert_no_error(error);
	key = assert_one(keys, TF_COMPARED_LEDGER);
	g_assert_cmpint(tf_evidence_grade(key->placement->evidence), ==, TF_GRADE_REFUSED);
}

static void a_key_that_only_decrypts_is_challenged_by_decryption(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_verify(&fixture->plan, &fixture->stage->answers.dialogue, &error);
	const TfVerification *key = NULL;

	(void)data;
	g_assert_no_error(error);
	key = assert_one(keys, TF_COMPARED_LEDGER);
	g_assert_cmpstr(key->placement->evidence->challenge, ==, "decrypted");
}

static void a_key_that_can_prove_nothing_stops_nobody(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *path = g_build_filename(stage->directory, "agreement.pem", NULL);
	g_autoptr(GBytes) pem = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(GError) error = NULL;
	const TfVerification *key = NULL;

	(void)data;
	tf_stage_use(stage, "critical,keyAgreement");
	pem = tf_fixture_certificate_pem(stage->member->certificate);
	tf_fixture_write(path, pem);
	fixture->plan.certificate_file = path;
	keys = tf_verify(&fixture->plan, &stage->answers.dialogue, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(keys->len, ==, 1);
	key = g_ptr_array_index(keys, 0);
	g_assert_cmpint(key->compared_with, ==, TF_COMPARED_CERTIFICATE);
}

static void without_a_ledger_the_token_speaks_for_itself(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *none = g_build_filename(fixture->stage->directory, "none", "ledger.db", NULL);
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	fixture->plan.ledger_path = none;
	keys = tf_verify(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_no_error(error);
	(void)assert_one(keys, TF_COMPARED_TOKEN);
	g_assert_false(g_file_test(none, G_FILE_TEST_EXISTS));
}

static void assert_stops(const Fixture *fixture, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_verify(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_null(keys);
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void a_wrong_pin_is_not_sent_again(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->stage->answers.pin = "000000";
	fixture->stage->answers.says_no[TF_QUESTION_INSIST_PIN] = TRUE;

	assert_stops(fixture, TF_ERROR_PIN_WRONG);
	assert_stops(fixture, TF_ERROR_PIN_FAILED_BEFORE);
}

static void a_wrong_pin_is_remembered_where_no_ledger_was(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *none = g_build_filename(fixture->stage->directory, "none", "ledger.db", NULL);

	(void)data;
	fixture->plan.ledger_path = none;
	fixture->stage->answers.pin = "000000";
	fixture->stage->answers.says_no[TF_QUESTION_INSIST_PIN] = TRUE;

	assert_stops(fixture, TF_ERROR_PIN_WRONG);
	assert_stops(fixture, TF_ERROR_PIN_FAILED_BEFORE);
}

static void another_certificate_finds_no_key(Fixture *fixture, gconstpointer data)
{
	TfStage *stage = fixture->stage;
	g_autofree gchar *path = g_build_filename(stage->directory, "other.pem", NULL);
	TfFixtureMember *other = tf_fixture_member("ec256", "Hanako Betsu", "Other CA");
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(other->certificate);

	(void)data;
	tf_fixture_member_free(other);
	tf_fixture_write(path, pem);
	fixture->plan.certificate_file = path;

	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
}

/* Done by another program, as an owner of the token might do it. 'type' "cert" or "pubkey". */
static void delete_object(const Fixture *fixture, const gchar *type)
{
	tf_fixture_run(fixture->stage->directory, "pkcs11-tool", "--module", TF_SOFT_MODULE, "--login",
		"--pin", TF_SOFT_PIN, "--delete-object", "--type", type, "--id", fixture->key_id, NULL);
}

/* With --certificate, after objects of these types (ended by NULL) have gone from the token. */
static void assert_found_without(Fixture *fixture, const gchar *const *types)
{
	g_autofree gchar *path = g_build_filename(fixture->stage->directory, "member.pem", NULL);
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(fixture->stage->member->certificate);
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(GError) error = NULL;

	tf_fixture_write(path, pem);
	fixture->plan.certificate_file = path;
	for (gsize i = 0; types[i] != NULL; i++)
		delete_object(fixture, types[i]);
	keys = tf_verify(&fixture->plan, &fixture->stage->answers.dialogue, &error);

	g_assert_no_error(error);
	(void)assert_one(keys, TF_COMPARED_CERTIFICATE);
	g_assert_cmpuint(fixture->stage->answers.n_told[TF_NEWS_KEY_UNCHECKED], ==, 0);
}

static void a_certificate_named_need_not_be_on_the_token(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_found_without(fixture, (const gchar *const[]){ "cert", NULL });
}

static void a_key_that_shows_no_public_half_is_known_by_its_id(Fixture *fixture, gconstpointer data)
{
	(void)data;
	assert_found_without(fixture, (const gchar *const[]){ "cert", "pubkey", NULL });
}

/* Keeps which key was named as not checked. */
static void note_unchecked(TfNews news, const TfNewsContext *context, gpointer data)
{
	gchar **key_id = data;

	if (news != TF_NEWS_KEY_UNCHECKED)
		return;
	g_assert_null(*key_id);
	*key_id = g_strdup(context->key_id);
}

static void a_key_without_any_certificate_is_named(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *none = g_build_filename(fixture->stage->directory, "none", "ledger.db", NULL);
	g_autofree gchar *unchecked = NULL;

	(void)data;
	fixture->plan.ledger_path = none;
	fixture->stage->answers.on_news = note_unchecked;
	fixture->stage->answers.data = &unchecked;
	delete_object(fixture, "cert");

	assert_stops(fixture, TF_ERROR_TOKEN_KEY_MISSING);
	g_assert_cmpstr(unchecked, ==, fixture->key_id);
}

static void add(const gchar *name, const gchar *usage, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, usage, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	tf_stage_main(argc, argv);
	program = g_canonicalize_filename(argv[0], NULL);
	g_test_init(&argc, &argv, NULL);
	add("/verification/a key is held against the ledger", NULL, a_key_is_held_against_the_ledger);
	add("/verification/a key that only decrypts is challenged by decryption", "critical,keyEncipherment",
		a_key_that_only_decrypts_is_challenged_by_decryption);
	add("/verification/a key that can prove nothing stops nobody", NULL,
		a_key_that_can_prove_nothing_stops_nobody);
	add("/verification/without a ledger the token speaks for itself", NULL,
		without_a_ledger_the_token_speaks_for_itself);
	add("/verification/a wrong PIN is not sent again", NULL, a_wrong_pin_is_not_sent_again);
	add("/verification/a wrong PIN is remembered where no ledger was", NULL,
		a_wrong_pin_is_remembered_where_no_ledger_was);
	add("/verification/another certificate finds no key", NULL, another_certificate_finds_no_key);
	add("/verification/a certificate named need not be on the token", NULL,
		a_certificate_named_need_not_be_on_the_token);
	add("/verification/a key that shows no public half is known by its CKA_ID", NULL,
		a_key_that_shows_no_public_half_is_known_by_its_id);
	add("/verification/a key without any certificate is named", NULL,
		a_key_without_any_certificate_is_named);

	return g_test_run();
}
