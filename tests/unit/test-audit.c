/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The audit through its real processes: this program is the auditor too, with --auditor. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "key/certificate.h"
#include "key/keypair.h"
#include "key/proof.h"
#include "module-private.h"
#include "object.h"
#include "open-token.h"
#include "token/audit.h"
#include "token/import.h"
#include "token/keys.h"

static const gchar *program;

typedef struct World {
	TfOpenToken *token;
	TfFixtureMember *member;
	TfKeypair *keypair;
	GBytes *key_id;
	TfChallenge *challenge;
	GBytes *ciphertext; /* NULL: a signature is asked for */
	guint seconds;
} World;

static TfChallenge *draw_challenge(const World *world)
{
	const TfTokenFacts *token = world->token->status->facts;
	TfChallengeContext context = { .ledger = "5c3f7b0a-0f0f-4a53-9a07-4b4c7e2d8a11",
		.row = 1,
		.manufacturer = token->manufacturer,
		.model = token->model,
		.serial = token->serial };
	g_autoptr(GError) error = NULL;
	TfChallenge *challenge = NULL;

	tf_certificate_sha256(world->member->certificate, context.certificate_sha256);
	challenge = tf_challenge_draw(&context, &error);
	g_assert_no_error(error);

	return challenge;
}

/* A member's key, imported as it is in life. */
static World *world_for_usage(TfOpenToken *token, const gchar *key_type, const gchar *usage)
{
	World *world = g_new0(World, 1);
	TfImportOptions options = { .label = "member" };
	g_autoptr(GPtrArray) dropped = NULL;
	g_autoptr(GError) error = NULL;

	world->token = token;
	world->seconds = 60;
	world->member = tf_fixture_member(key_type, "Yamada Taro", "Test Issuing Authority");
	if (usage != NULL) {
		X509_free(world->member->certificate);
		world->member->certificate =
			tf_fixture_certificate(&(TfFixtureCertificate){ .key = world->member->key,
				.name = "Yamada Taro",
				.issuer = sk_X509_value(world->member->chain, 0),
				.issuer_key = world->member->issuer_key,
				.usage = usage });
	}
	world->keypair = tf_keypair_new(world->member->key, world->member->certificate, world->member->chain,
		NULL, "test.p12", &error);
	g_assert_no_error(error);
	world->key_id = tf_import_plan_id(world->keypair);
	options.key_id = world->key_id;
	(void)tf_import(token->session, world->keypair, &options, &dropped, &error);
	g_assert_no_error(error);
	world->challenge = draw_challenge(world);

	return world;
}

static World *world_new(TfOpenToken *token, const gchar *key_type)
{
	return world_for_usage(token, key_type, NULL);
}

static void world_free(World *world)
{
	tf_open_token_free(world->token);
	tf_fixture_member_free(world->member);
	tf_keypair_free(world->keypair);
	tf_challenge_free(world->challenge);
	g_bytes_unref(world->key_id);
	g_clear_pointer(&world->ciphertext, g_bytes_unref);
	g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* The import is faithful; what the script spoils, it spoils for the auditor. */
static World *mock_world(const gchar *key_type, const gchar *script)
{
	World *world = world_new(tf_open_mock_token(""), key_type);
	g_autofree gchar *counter = g_build_filename(world->token->soft->directory, "mock.counter", NULL);
	g_autofree gchar *arguments = tf_soft_token_mock_arguments(world->token->soft, script);

	g_assert_cmpstr(arguments, ==, world->token->arguments);
	g_assert_cmpint(g_unlink(counter), ==, 0);

	return world;
}

static TfEvidence *run(const World *world, const gchar *const *auditor, GBytes **ret_answer, GError **error)
{
	g_autoptr(TfSecret) pin = tf_open_token_pin();
	const TfAuditRequest request = {
		.auditor = auditor,
		.module = tf_module_facts(world->token->module),
		.module_arguments = tf_module_arguments(world->token->module),
		.token = world->token->status->facts,
		.key_id = world->key_id,
		.certificate = world->member->certificate,
		.statement = world->ciphertext == NULL ? tf_challenge_statement(world->challenge) : NULL,
		.ciphertext = world->ciphertext,
		.pin = pin,
		.deadline_seconds = world->seconds,
	};

	return tf_audit(&request, ret_answer, error);
}

static TfEvidence *audit(const World *world, GError **error)
{
	const gchar *const auditor[] = { program, "--auditor", NULL };

	return run(world, auditor, NULL, error);
}

static void print(const TfEvidence *evidence)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);
		const gchar *const controls[] = { "none", "passed", "failed" };

		g_test_message("%s: %s %s, control %s", attempt->name,
			tf_attempt_outcome_name(attempt->outcome), attempt->code, controls[attempt->control]);
	}
	g_test_message("challenge %s, unanswered %s", evidence->challenge, evidence->unanswered);
}

static TfEvidence *audit_well(const World *world)
{
	g_autoptr(GError) error = NULL;
	TfEvidence *evidence = audit(world, &error);

	g_assert_no_error(error);
	g_assert_nonnull(evidence);
	print(evidence);

	return evidence;
}

static const TfAttempt *attempt_named(const TfEvidence *evidence, const gchar *name)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		if (strcmp(attempt->name, name) == 0)
			return attempt;
	}
	g_error("no attempt is named '%s'", name);
}

static void assert_attempt(const TfEvidence *evidence, const gchar *name, TfAttemptOutcome outcome,
	const gchar *code, TfControl control)
{
	const TfAttempt *attempt = attempt_named(evidence, name);

	g_assert_cmpstr(tf_attempt_outcome_name(attempt->outcome), ==, tf_attempt_outcome_name(outcome));
	g_assert_cmpstr(attempt->code, ==, code);
	g_assert_cmpint(attempt->control, ==, control);
}

/* Every signature that came back is a proof on its own. */
static void assert_proven(World *world, const TfEvidence *evidence)
{
	const TfTokenFacts *token = world->token->status->facts;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(evidence->challenge, ==, "signed");
	g_assert_cmpstr(evidence->unanswered, ==, NULL);
	g_assert_cmpuint(evidence->responses->len, ==, 2);
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		(void)tf_proof_check(tf_challenge_statement(world->challenge), response->bytes,
			world->member->certificate, token->manufacturer, token->model, token->serial, &error);
		g_assert_no_error(error);
	}
	proof = tf_proof_new(world->challenge,
		((const TfResponse *)g_ptr_array_index(evidence->responses, 1))->bytes,
		world->member->certificate, &error);
	g_assert_no_error(error);
	g_assert_nonnull(proof);
}

static void test_rsa_refused(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
	g_assert_true(evidence->certificate_is_public);
	g_assert_cmpuint(evidence->copies, ==, 0);
	assert_attempt(evidence, "read CKA_PRIVATE_EXPONENT", TF_ATTEMPT_REFUSED, "CKR_ATTRIBUTE_SENSITIVE",
		TF_CONTROL_PASSED);
	assert_attempt(evidence, "copy as extractable", TF_ATTEMPT_REFUSED, "CKR_ACTION_PROHIBITED",
		TF_CONTROL_PASSED);
	assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_REFUSED, "CKR_KEY_UNEXTRACTABLE",
		TF_CONTROL_PASSED);
	assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
	assert_attempt(evidence, "wrap with CKM_DES3_CBC", TF_ATTEMPT_NOT_OFFERED, "CKR_MECHANISM_INVALID",
		TF_CONTROL_NONE);
	assert_proven(world, evidence);
}

static void test_ec_refused(void)
{
	const gchar *const types[] = { "ec256", "ec384" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(World) world = world_new(tf_open_soft_token(), types[i]);
		g_autoptr(TfEvidence) evidence = audit_well(world);

		g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
		assert_attempt(evidence, "read CKA_VALUE", TF_ATTEMPT_REFUSED, "CKR_ATTRIBUTE_SENSITIVE",
			TF_CONTROL_PASSED);
		assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
			"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
		assert_proven(world, evidence);
	}
}

static void test_leaves_nothing(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");
	g_autoptr(TfEvidence) evidence = audit_well(world);
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) objects = NULL;

	g_assert_cmpuint(evidence->attempts->len, >, 0);
	tf_open_token_again(world->token);
	objects = tf_objects_find(world->token->session, NULL, 0, &error);

	g_assert_no_error(error);
	/* Private key, public key, certificate, intermediate. */
	g_assert_cmpuint(objects->len, ==, 4);
}

static void test_nss_refuted(void)
{
	g_autoptr(World) world = world_new(tf_open_nss_token(), "rsa2048");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refuted");
	assert_attempt(evidence, "copy as extractable", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
	assert_attempt(evidence, "wrap with CKM_AES_CBC_PAD", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
	g_assert_cmpstr(evidence->challenge, ==, "signed");
}

static void assert_leak(const gchar *key_type, const gchar *script, const gchar *name)
{
	g_autoptr(World) world = mock_world(key_type, script);
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refuted");
	g_assert_cmpstr(tf_evidence_leak(evidence), ==, name);
}

static void test_leaked_component(void)
{
	assert_leak("rsa2048", "leak-exponent", "read CKA_PRIVATE_EXPONENT");
	assert_leak("ec256", "leak-exponent", "read CKA_VALUE");
}

static void test_leaked_by_wrapping(void)
{
	assert_leak("ec256", "wrap-succeeds", "wrap with CKM_AES_KEY_WRAP");
}

static void test_leaked_copy(void)
{
	g_autoptr(World) world = mock_world("ec256", "copy-extractable");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_evidence_leak(evidence), ==, "copy as extractable");
	assert_attempt(evidence, "read CKA_VALUE of a copy", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_PASSED);
}

static void test_settable(void)
{
	assert_leak("ec256", "settable-extractable", "set CKA_EXTRACTABLE");
}

static void test_claims_extractable(void)
{
	assert_leak("ec256", "extractable-after", "CKA_EXTRACTABLE");
}

static void test_unclear_code(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail-from=C_CopyObject:1:CKR_GENERAL_ERROR");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
	assert_attempt(evidence, "copy as extractable", TF_ATTEMPT_INCONCLUSIVE, "CKR_GENERAL_ERROR",
		TF_CONTROL_FAILED);
}

/* Who refuses everybody refuses nobody in particular. */
static void test_refusal_of_the_control_too(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail-from=C_WrapKey:1:CKR_KEY_UNEXTRACTABLE");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
	assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_FAILED);
}

static void test_without_controls(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail-from=C_CreateObject:1:CKR_FUNCTION_NOT_SUPPORTED\n"
						     "fail-from=C_GenerateKey:1:CKR_FUNCTION_NOT_SUPPORTED");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "refused");
	assert_attempt(
		evidence, "read CKA_VALUE", TF_ATTEMPT_REFUSED, "CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_NONE);
	assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_NOT_OFFERED,
		"CKR_FUNCTION_NOT_SUPPORTED", TF_CONTROL_NONE);
}

static void test_generated_wrapping_keys(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail-from=C_CreateObject:1:CKR_TEMPLATE_INCONSISTENT");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	assert_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_PAD", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_NONE);
}

static void test_wrong_signature(void)
{
	const gchar *const types[] = { "rsa2048", "ec256" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(World) world = mock_world(types[i], "wrong-signature");
		g_autoptr(TfEvidence) evidence = audit_well(world);
		g_autoptr(GError) error = NULL;
		const TfResponse *response = g_ptr_array_index(evidence->responses, 0);
		g_autoptr(TfProof) proof =
			tf_proof_new(world->challenge, response->bytes, world->member->certificate, &error);

		g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
		g_assert_null(proof);
	}
}

static void test_does_not_sign(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail-from=C_Sign:1:CKR_DEVICE_ERROR");
	g_autoptr(TfEvidence) evidence = audit_well(world);

	g_assert_cmpstr(evidence->challenge, ==, "none");
	g_assert_cmpstr(
		evidence->unanswered, ==, "Cryptoki: C_Sign: CKR_DEVICE_ERROR; libp11: EVP_DigestSign");
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
}

static void test_decrypts(void)
{
	const gchar *const auditor[] = { program, "--auditor", NULL };
	g_autoptr(World) world = world_for_usage(tf_open_soft_token(), "rsa2048", "critical,keyEncipherment");
	g_autoptr(GBytes) answer = NULL;
	g_autoptr(TfEvidence) evidence = NULL;
	g_autoptr(TfProof) proof = NULL;
	g_autoptr(GError) error = NULL;

	world->ciphertext = tf_challenge_encrypt(world->challenge, world->member->certificate, &error);
	g_assert_no_error(error);
	evidence = run(world, auditor, &answer, &error);
	g_assert_no_error(error);
	print(evidence);

	proof = tf_proof_new_decrypted(world->challenge, answer, world->member->certificate, &error);

	g_assert_no_error(error);
	g_assert_nonnull(proof);
	g_assert_cmpstr(evidence->challenge, ==, "decrypted");
}

static void test_copies(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");
	CK_FUNCTION_LIST *functions = tf_module_functions(world->token->module);
	CK_OBJECT_HANDLE copy = 0;
	g_autoptr(TfEvidence) evidence = NULL;
	g_autofree gchar *id =
		g_strndup(g_bytes_get_data(world->key_id, NULL), g_bytes_get_size(world->key_id));

	g_assert_cmpuint(tf_soft_create_key(functions, tf_session_handle(world->token->session),
				 world->member->key, id, &copy),
		==, CKR_OK);

	evidence = audit_well(world);

	g_assert_cmpuint(evidence->copies, ==, 1);
	g_assert_cmpstr(tf_grade_name(tf_evidence_grade(evidence)), ==, "claimed");
}

static void assert_fails(const World *world, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidence) evidence = audit(world, &error);

	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(evidence);
}

static void test_key_missing(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");

	g_bytes_unref(world->key_id);
	world->key_id = g_bytes_new_static("nobody", 6);

	assert_fails(world, TF_ERROR_TOKEN_KEY_MISSING);
}

static void test_removed(void)
{
	const gchar *const scripts[] = { "disappear-nth=40", "fail=C_CopyObject:1:CKR_DEVICE_REMOVED",
		"fail=C_WrapKey:3:CKR_DEVICE_REMOVED", "wrong-token-serial-nth=2",
		"wrong-token-serial-nth=1" };
	const TfErrorCode codes[] = { TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_REMOVED,
		TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_MISSING };

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(World) world = mock_world("ec256", scripts[i]);

		assert_fails(world, codes[i]);
	}
}

static void test_pin_guard(void)
{
	g_autoptr(World) world = mock_world("ec256", "final-try");
	g_autofree gchar *log = NULL;
	g_autofree gchar *path = g_build_filename(world->token->soft->directory, "mock.log", NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
	assert_fails(world, TF_ERROR_PIN_LAST_TRY);

	g_assert_true(g_file_get_contents(path, &log, NULL, NULL));
	g_assert_null(strstr(log, "C_Login"));
}

static void test_wrong_pin(void)
{
	g_autoptr(World) world = mock_world("ec256", "fail=C_Login:1:CKR_PIN_INCORRECT");

	assert_fails(world, TF_ERROR_PIN_WRONG);
}

static void test_deadline(void)
{
	g_autoptr(World) world = mock_world("ec256", "hang-nth=20");

	world->seconds = 2;

	assert_fails(world, TF_ERROR_AUDITOR_FAILED);
}

static void test_killed(void)
{
	g_autoptr(World) world = mock_world("ec256", "kill-nth=30");

	assert_fails(world, TF_ERROR_AUDITOR_FAILED);
}

static void test_nonsense(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");
	const gchar *const modes[] = { "--nonsense", "--empty", "--large", "--other-error", "--lie" };

	for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
		const gchar *const auditor[] = { program, modes[i], NULL };
		g_autoptr(GError) error = NULL;
		g_autoptr(TfEvidence) evidence = run(world, auditor, NULL, &error);

		g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
		g_assert_null(evidence);
	}
}

static void test_not_there(void)
{
	const gchar *const auditor[] = { "/nonexistent/auditor", "--auditor", NULL };
	g_autoptr(World) world = world_new(tf_open_soft_token(), "ec256");
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidence) evidence = run(world, auditor, NULL, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	g_assert_null(evidence);
}

static void test_keys(void)
{
	g_autoptr(World) world = world_new(tf_open_soft_token(), "rsa2048");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_token_keys(world->token->session, &error);
	const TfTokenKey *key = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(keys->len, ==, 1);
	key = g_ptr_array_index(keys, 0);
	g_assert_true(g_bytes_equal(key->key_id, world->key_id));
	g_assert_cmpstr(key->label, ==, "member");
	g_assert_cmpint(X509_cmp(key->certificate, world->member->certificate), ==, 0);
}

/* Auditors with a hostile module in them: what they say must not be believed. */
static int answer_badly(const gchar *mode)
{
	const gchar *const lie = "{\"evidence\":{\"grade\":\"refused\",\"challenge\":\"decrypted\","
				 "\"unanswered\":null,\"copies\":0,"
				 "\"certificate_is_public\":true,\"attributes\":{},\"dropped\":[],"
				 "\"attempts\":[{\"name\":\"wrap\","
				 "\"outcome\":\"refused\",\"code\":\"CKR_KEY_UNEXTRACTABLE\",\"control\":"
				 "true}],\"responses\":[]},"
				 "\"answer\":null}";
	const gchar *text = "not JSON";
	g_autofree gchar *large = NULL;

	if (strcmp(mode, "--empty") == 0)
		text = "{}";
	if (strcmp(mode, "--other-error") == 0)
		text = "{\"error\":\"evidence-refuted\",\"arguments\":[\"a\",\"b\"]}";
	if (strcmp(mode, "--lie") == 0)
		text = lie;
	if (strcmp(mode, "--large") == 0)
		text = large = g_strnfill(200000, ' ');
	(void)write(3, text, strlen(text));

	return 0;
}

static int act_as_auditor(const gchar *mode)
{
	if (strcmp(mode, "--auditor") == 0)
		return tf_auditor_main();

	return answer_badly(mode);
}

int main(int argc, char **argv)
{
	const gchar *const modes[] = { "--auditor", "--nonsense", "--empty", "--large", "--other-error",
		"--lie", NULL };

	tf_secret_setup();
	program = argv[0];
	/* Exit handlers of modules are no part of the audit, nor are their leaks. */
	if (argc == 2 && g_strv_contains(modes, argv[1]))
		_exit(act_as_auditor(argv[1]));
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/audit/SoftHSM refuses to let an RSA key out", test_rsa_refused);
	g_test_add_func("/audit/SoftHSM refuses to let an EC key out", test_ec_refused);
	g_test_add_func("/audit/leaves nothing behind on the token", test_leaves_nothing);
	g_test_add_func("/audit/NSS softokn lets the key out and is refuted", test_nss_refuted);
	g_test_add_func("/audit/a readable component is a leak", test_leaked_component);
	g_test_add_func("/audit/a wrapped key is a leak", test_leaked_by_wrapping);
	g_test_add_func("/audit/an extractable copy is a leak", test_leaked_copy);
	g_test_add_func("/audit/a settable CKA_EXTRACTABLE is a leak", test_settable);
	g_test_add_func("/audit/a token that calls the key extractable is believed", test_claims_extractable);
	g_test_add_func("/audit/an unclear code proves nothing", test_unclear_code);
	g_test_add_func(
		"/audit/a refusal of the control key too proves nothing", test_refusal_of_the_control_too);
	g_test_add_func("/audit/refusals count where no control key can be made", test_without_controls);
	g_test_add_func(
		"/audit/wrapping keys are generated where values are refused", test_generated_wrapping_keys);
	g_test_add_func("/audit/a wrong signature makes no proof", test_wrong_signature);
	g_test_add_func(
		"/audit/a token that does not sign leaves the challenge unanswered", test_does_not_sign);
	g_test_add_func("/audit/a decryption answers the challenge", test_decrypts);
	g_test_add_func("/audit/further keys of the same ID are counted", test_copies);
	g_test_add_func("/audit/a missing key is said", test_key_missing);
	g_test_add_func("/audit/a token that goes in the middle is said", test_removed);
	g_test_add_func("/audit/the last try of a PIN is not used", test_pin_guard);
	g_test_add_func("/audit/a wrong PIN comes back as such", test_wrong_pin);
	g_test_add_func("/audit/a hanging module meets the deadline", test_deadline);
	g_test_add_func("/audit/a killed auditor is an error", test_killed);
	g_test_add_func("/audit/nonsense is not believed", test_nonsense);
	g_test_add_func("/audit/an auditor that is not there is an error", test_not_there);
	g_test_add_func("/keys/are found with their certificate", test_keys);

	return g_test_run();
}
