/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/secret.h"
#include "key/certificate.h"
#include "key/proof.h"
#include "outcomes.h"
#include "report/evidence-check.h"
#include "report/report.h"

#define LEDGER "11111111-2222-4333-8444-555555555555"

typedef struct Fixture {
	TfFixtureMember *member;
	TfOutcome *outcome;
} Fixture;

static GBytes *sign(EVP_PKEY *key, GBytes *statement)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	guint8 signature[1024];
	size_t length = sizeof signature;

	g_assert_cmpint(EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL), ==, 1);
	g_assert_cmpint(EVP_DigestSign(context, signature, &length, g_bytes_get_data(statement, NULL),
				g_bytes_get_size(statement)),
		==, 1);

	return g_bytes_new(signature, length);
}

static void attempt_everything(TfEvidence *evidence)
{
	tf_evidence_add_attempt(
		evidence, "read CKA_VALUE", TF_ATTEMPT_REFUSED, "CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_PASSED);
	tf_evidence_add_attempt(evidence, "set CKA_EXTRACTABLE", TF_ATTEMPT_REFUSED,
		"CKR_ATTRIBUTE_READ_ONLY", TF_CONTROL_PASSED);
	tf_evidence_add_attempt(evidence, "copy as extractable", TF_ATTEMPT_REFUSED, "CKR_ACTION_PROHIBITED",
		TF_CONTROL_PASSED);
	tf_evidence_add_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
}

/* Statement and signature as a run makes them, the key standing in for the token. */
static void prove(const Fixture *fixture, TfPlacement *placement, gint64 row)
{
	TfChallengeContext context = {
		.ledger = LEDGER,
		.row = row,
		.manufacturer = placement->token->manufacturer,
		.model = placement->token->model,
		.serial = placement->token->serial,
	};
	g_autoptr(GBytes) source = tf_unhex(TF_FIXTURE_SOURCE);
	g_autoptr(TfChallenge) challenge = NULL;
	g_autoptr(GBytes) signature = NULL;

	attempt_everything(placement->evidence);
	memcpy(context.source_sha256, g_bytes_get_data(source, NULL), TF_SHA256_SIZE);
	tf_certificate_sha256(fixture->member->certificate, context.certificate_sha256);
	challenge = tf_challenge_draw(&context, NULL);
	signature = sign(fixture->member->key, tf_challenge_statement(challenge));
	placement->statement = g_bytes_ref(tf_challenge_statement(challenge));
	g_ptr_array_set_size(placement->evidence->responses, 0);
	tf_evidence_add_response(placement->evidence, "cryptoki", "CKM_ECDSA", signature);
	tf_evidence_add_response(placement->evidence, "libp11", "EVP_DigestSign", signature);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	fixture->member = tf_fixture_member(
		data != NULL ? data : "ec256", TF_FIXTURE_NAME, "Tokenferry Demo Issuing CA");
	fixture->outcome = tf_fixture_outcome(fixture->member->certificate, TF_STATUS_DONE);
	prove(fixture, g_ptr_array_index(fixture->outcome->placements, 0), 7);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_outcome_free(fixture->outcome);
	tf_fixture_member_free(fixture->member);
}

static TfPlacement *first(const Fixture *fixture)
{
	return g_ptr_array_index(fixture->outcome->placements, 0);
}

static TfEvidenceCheck *check_text(const gchar *text, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return tf_evidence_check(bytes, "report.json", error);
}

static TfEvidenceCheck *check(const Fixture *fixture, GError **error)
{
	g_autofree gchar *line = tf_report_json(fixture->outcome);

	return check_text(line, error);
}

static void assert_refused(const Fixture *fixture, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(check(fixture, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
}

static void replace(gchar **field, const gchar *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

static void test_good(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidenceCheck) checked = check(fixture, &error);

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpuint(checked->n_placements, ==, 1);
	g_assert_cmpuint(checked->n_placements_signed, ==, 1);
	g_assert_true(checked->certificate_fits);
	g_assert_true(checked->statement_fits);
	g_assert_cmpint(checked->grade, ==, TF_GRADE_REFUSED);
	g_assert_cmpstr(checked->outcome->run, ==, TF_FIXTURE_RUN);
}

static void test_spare(Fixture *fixture, gconstpointer data)
{
	TfPlacement *spare = tf_fixture_placement("0002");
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidenceCheck) checked = NULL;

	(void)data;
	prove(fixture, spare, 8);
	g_ptr_array_add(fixture->outcome->placements, spare);
	checked = check(fixture, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(checked->n_placements_signed, ==, 2);
	g_assert_true(checked->statement_fits);
}

static void test_token_shown_twice(Fixture *fixture, gconstpointer data)
{
	TfPlacement *spare = tf_fixture_placement(first(fixture)->token->serial);
	g_autoptr(GError) error = NULL;

	(void)data;
	prove(fixture, spare, 8);
	g_ptr_array_add(fixture->outcome->placements, spare);

	g_assert_null(check(fixture, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
}

static void test_codes_that_are_no_refusal(Fixture *fixture, gconstpointer data)
{
	static const gchar *const codes[] = { "CKR_OK", "CKR_DEVICE_REMOVED", "CKR_FOO", "SW 9000" };
	TfAttempt *attempt = g_ptr_array_index(
		first(fixture)->evidence->attempts, first(fixture)->evidence->attempts->len - 1);

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autoptr(GError) error = NULL;

		replace(&attempt->code, codes[i]);
		g_assert_null(check(fixture, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_PROOF_INVALID);
	}
	replace(&attempt->code, "SW 6A86");
	{
		g_autoptr(TfEvidenceCheck) checked = check(fixture, NULL);

		g_assert_nonnull(checked);
		g_assert_cmpint(checked->grade, ==, TF_GRADE_REFUSED);
	}
}

static void test_attempts_left_out(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfEvidenceCheck) checked = NULL;
	GPtrArray *attempts = first(fixture)->evidence->attempts;

	(void)data;
	g_ptr_array_set_size(attempts, (gint)attempts->len - 2);
	checked = check(fixture, NULL);

	g_assert_nonnull(checked);
	g_assert_cmpint(checked->grade, ==, TF_GRADE_CLAIMED);
}

static void test_decrypted(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidenceCheck) checked = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	replace(&first(fixture)->evidence->challenge, "decrypted");
	g_ptr_array_set_size(first(fixture)->evidence->responses, 0);
	g_clear_pointer(&first(fixture)->statement, g_bytes_unref);
	checked = check(fixture, &error);
	g_assert_no_error(error);
	text = tf_evidence_check_text(checked);

	g_assert_cmpuint(checked->n_placements_signed, ==, 0);
	g_assert_false(checked->statement_fits);
	g_assert_nonnull(strstr(text, "The report holds no signature that could be checked."));
}

static void test_honest_text(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidenceCheck) checked = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	replace(&first(fixture)->token->label, "la\x1b[2Jbel");
	checked = check(fixture, &error);
	g_assert_no_error(error);
	text = tf_evidence_check_text(checked);

	g_assert_nonnull(strstr(text, "Issued to: " TF_FIXTURE_NAME));
	g_assert_nonnull(
		strstr(text, "The attempts, the CKA_ID, the module, the files wiped and kept, the names and "
			     "the dates are not signed"));
	g_assert_nonnull(strstr(text, "it does not show by itself that a token signed"));
	g_assert_nonnull(strstr(text, "la\\u{1b}[2Jbel"));
	g_assert_null(strchr(text, '\x1b'));
}

static void test_doctored_certificate_words(Fixture *fixture, gconstpointer data)
{
	(void)data;
	replace(&fixture->outcome->certificate->common_name, "somebody else");

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_doctored_dates(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->outcome->certificate->not_after += 86400;

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_other_certificate(Fixture *fixture, gconstpointer data)
{
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "other", "Tokenferry Demo Issuing CA");

	(void)data;
	g_bytes_unref(fixture->outcome->certificate_der);
	fixture->outcome->certificate_der = tf_certificate_der(other->certificate);
	tf_certificate_facts_free(fixture->outcome->certificate);
	fixture->outcome->certificate = tf_certificate_describe(other->certificate);

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_other_token(Fixture *fixture, gconstpointer data)
{
	(void)data;
	replace(&first(fixture)->token->serial, "0009");

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_other_source(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *other = g_strnfill(64, 'a');

	(void)data;
	replace(&fixture->outcome->source_sha256, other);

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_no_source(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&fixture->outcome->source_sha256, g_free);

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_other_run(Fixture *fixture, gconstpointer data)
{
	static const gchar *const runs[] = { LEDGER "/8", LEDGER "/07",
		"00000000-2222-4333-8444-555555555555/7", "7", LEDGER "\nrow: 7/7" };

	(void)data;
	for (guint i = 0; i < G_N_ELEMENTS(runs); i++) {
		replace(&fixture->outcome->run, runs[i]);

		assert_refused(fixture, TF_ERROR_PROOF_INVALID);
	}
}

static void test_bad_signature(Fixture *fixture, gconstpointer data)
{
	TfResponse *response = g_ptr_array_index(first(fixture)->evidence->responses, 1);
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "other", "Tokenferry Demo Issuing CA");

	(void)data;
	g_bytes_unref(response->bytes);
	response->bytes = sign(other->key, first(fixture)->statement);

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_signed_without_signature(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_ptr_array_set_size(first(fixture)->evidence->responses, 0);
	fixture->outcome->status = TF_STATUS_CLAIMED;

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_signature_without_statement(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&first(fixture)->statement, g_bytes_unref);

	assert_refused(fixture, TF_ERROR_PROOF_INVALID);
}

static void test_no_certificate(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&fixture->outcome->certificate_der, g_bytes_unref);

	assert_refused(fixture, TF_ERROR_EVIDENCE_UNREADABLE);
}

/* One word changed in the JSON: the grade no longer follows from the attempts. */
static void test_doctored_grade(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GString) line = NULL;
	g_autofree gchar *json = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	tf_evidence_add_attempt(first(fixture)->evidence, "copy as extractable", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_ARGUMENTS_BAD", TF_CONTROL_NONE);
	json = tf_report_json(fixture->outcome);
	line = g_string_new(json);
	g_assert_cmpuint(g_string_replace(line, "\"grade\":\"claimed\"", "\"grade\":\"refused\"", 0), ==, 1);

	g_assert_null(check_text(line->str, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
}

static void test_grade(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfEvidenceCheck) checked = NULL;

	(void)data;
	fixture->outcome->status = TF_STATUS_CLAIMED;
	tf_evidence_add_attempt(first(fixture)->evidence, "copy as extractable", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_ARGUMENTS_BAD", TF_CONTROL_NONE);
	checked = check(fixture, &error);

	g_assert_no_error(error);
	g_assert_cmpint(checked->grade, ==, TF_GRADE_CLAIMED);
}

static void test_no_report(void)
{
	static const gchar *const texts[] = { "", "{", "[]", "null", "{}", "{\"type\":\"result\"}",
		"{\"type\":\"result\",\"type\":\"result\"}" };

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(check_text(texts[i], &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

#define ADD(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)
	ADD("/evidence-check/a report of a run is good", test_good);
	g_test_add("/evidence-check/a report of an RSA key is good", Fixture, "rsa2048", set_up, test_good,
		tear_down);
	ADD("/evidence-check/a spare token is checked too", test_spare);
	ADD("/evidence-check/refuses one token that is shown as two", test_token_shown_twice);
	ADD("/evidence-check/refuses a refusal whose code is none", test_codes_that_are_no_refusal);
	ADD("/evidence-check/attempts of a kind left out are no evidence", test_attempts_left_out);
	ADD("/evidence-check/a decryption leaves nothing to check", test_decrypted);
	ADD("/evidence-check/says what the signature does not cover", test_honest_text);
	ADD("/evidence-check/refuses another name than the certificate's", test_doctored_certificate_words);
	ADD("/evidence-check/refuses another validity than the certificate's", test_doctored_dates);
	ADD("/evidence-check/refuses another certificate", test_other_certificate);
	ADD("/evidence-check/refuses another token", test_other_token);
	ADD("/evidence-check/refuses another source", test_other_source);
	ADD("/evidence-check/refuses a source that was taken out", test_no_source);
	ADD("/evidence-check/refuses another run", test_other_run);
	ADD("/evidence-check/refuses a signature of another key", test_bad_signature);
	ADD("/evidence-check/refuses 'signed' without a signature", test_signed_without_signature);
	ADD("/evidence-check/refuses a signature without what was signed", test_signature_without_statement);
	ADD("/evidence-check/refuses a report without its certificate", test_no_certificate);
	ADD("/evidence-check/refuses a grade that its attempts do not give", test_doctored_grade);
	ADD("/evidence-check/computes the grade from the attempts", test_grade);
#undef ADD
	g_test_add_func("/evidence-check/refuses what is no report", test_no_report);

	return g_test_run();
}
