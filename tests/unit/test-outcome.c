/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "base/secret.h"
#include "record/outcome.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DER    "not a certificate, but bytes"

static TfCertificateFacts *certificate(void)
{
	TfCertificateFacts *facts = g_new0(TfCertificateFacts, 1);
	guint8 digest[TF_SHA256_SIZE];

	tf_sha256(DER, strlen(DER), digest);
	facts->subject = g_strdup("CN=山田 太郎");
	facts->common_name = g_strdup("山田 太郎");
	facts->issuer = g_strdup("CN=Tokenferry Demo Issuing CA");
	facts->issuer_common_name = g_strdup("Tokenferry Demo Issuing CA");
	facts->serial = g_strdup("01");
	facts->not_after = 1000000;
	facts->sha256 = tf_hex(digest, sizeof digest);
	facts->spki_sha256 = g_strdup(DIGEST);
	facts->key_type = g_strdup("rsa");
	facts->bits = 2048;

	return facts;
}

static TfPlacement *placement(const gchar *serial, TfAttemptOutcome outcome)
{
	TfPlacement *placed = tf_placement_new();
	g_autoptr(GBytes) signature = g_bytes_new_static("signature", 9);

	placed->token = g_new0(TfTokenFacts, 1);
	placed->token->label = g_strdup("label");
	placed->token->manufacturer = g_strdup("manufacturer");
	placed->token->model = g_strdup("model");
	placed->token->serial = g_strdup(serial);
	placed->token->uri = g_strdup("pkcs11:token=label");
	placed->module = g_new0(TfModuleFacts, 1);
	placed->module->path = g_strdup("/home/taro/lib/module.so");
	placed->module->sha256 = g_strdup(DIGEST);
	placed->key_id = g_strdup("a1b2");
	placed->evidence = tf_evidence_new();
	g_free(placed->evidence->challenge);
	placed->evidence->challenge = g_strdup("signed");
	tf_evidence_add_response(placed->evidence, "cryptoki", "CKM_RSA_PKCS", signature);
	tf_evidence_add_attempt(placed->evidence, "read CKA_PRIVATE_EXPONENT", outcome,
		"CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_NONE);
	placed->statement = g_bytes_new_static("statement", 9);

	return placed;
}

static TfOutcome *done(void)
{
	TfOutcome *outcome = tf_outcome_new();

	outcome->status = TF_STATUS_DONE;
	outcome->run = g_strdup("11111111-2222-4333-8444-555555555555/7");
	outcome->started = 1000;
	outcome->finished = 2000;
	outcome->campaign = g_strdup("demo");
	outcome->member_name = g_strdup("山田 太郎");
	outcome->member_number = g_strdup("12345678");
	outcome->certificate = certificate();
	outcome->certificate_der = g_bytes_new_static(DER, strlen(DER));
	outcome->source_sha256 = g_strdup(DIGEST);
	g_ptr_array_add(outcome->placements, placement("1", TF_ATTEMPT_REFUSED));
	tf_outcome_add_wiped(outcome, "/home/taro/Desktop/a.p12", "pkcs12", 3, "FG");
	tf_outcome_add_wiped(outcome, "/home/taro/b.p12", "pkcs12", 3, "FG");
	tf_outcome_add_wiped(outcome, "/home/taro/c.p12", "pkcs12", 2, "G");
	tf_outcome_add_kept(outcome, "/media/usb/a.p12", "pkcs12", TF_KEPT_BACKUP, NULL);
	tf_outcome_add_kept(
		outcome, "/home/taro/d.p12", "pkcs12", TF_KEPT_WIPE_REFUSED, "'/home/taro/d.p12' is open");
	g_ptr_array_add(outcome->carried, g_strdup("friendlyName"));
	g_ptr_array_add(outcome->dropped, g_strdup("1.3.6.1.4.1.311.17.1"));
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_COPIES);
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_NAME);
	tf_outcome_add_exception(outcome, TF_EXCEPTION_MODULE);
	tf_outcome_accept_pc(outcome);
	outcome->report_text = g_strdup("/home/taro/report.txt");

	return outcome;
}

static void assert_unreadable(const json_t *object)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_outcome_from_json(object, "report.json", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
}

static void test_comes_back(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(TfOutcome) read = NULL;
	g_autoptr(json_t) object = NULL;
	g_autoptr(json_t) again = NULL;
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(outcome->placements, placement("2", TF_ATTEMPT_NOT_OFFERED));
	object = tf_outcome_to_json(outcome);
	read = tf_outcome_from_json(object, "report.json", &error);
	g_assert_no_error(error);
	again = tf_outcome_to_json(read);

	g_assert_true(json_equal(object, again));
	g_assert_cmpuint(read->placements->len, ==, 2);
}

static void test_json_speaks_as_the_manual(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = tf_outcome_to_json(outcome);
	const gchar *type = NULL, *status = NULL, *id = NULL, *key_type = NULL, *grade = NULL, *wiped = NULL;
	const gchar *level = NULL, *suffixes = NULL, *kept = NULL, *why = NULL, *text = NULL, *serial = NULL;
	const gchar *module = NULL, *subject = NULL;
	gint bits = 0;
	gint unpacked = 0;

	unpacked = json_unpack(object,
		"{s:s,s:s,s:{s:s},s:{s:s},s:{s:s},s:{s:s,s:s,s:i},s:{s:s},s:[{s:s,s:s,s:s}],s:[{s:s,s:s}],s:{"
		"s:s}}",
		"type", &type, "status", &status, "certificate", "subject", &subject, "token", "serial",
		&serial, "module", "path", &module, "key", "id", &id, "type", &key_type, "bits", &bits,
		"evidence", "grade", &grade, "wiped", "path", &wiped, "level", &level, "suffixes", &suffixes,
		"kept", "path", &kept, "why", &why, "report", "text", &text);

	g_assert_cmpint(unpacked, ==, 0);
	g_assert_cmpstr(type, ==, "result");
	g_assert_cmpstr(status, ==, "done");
	g_assert_cmpstr(level, ==, "W3");
	g_assert_cmpstr(why, ==, "backup");
	g_assert_cmpint(bits, ==, 2048);
}

/* What a wipe left is read back, and counted apart in the copy that is sent, without its paths. */
static void test_remains_of_a_wipe(void)
{
	g_autoptr(TfOutcome) outcome = done();
	TfWiped *wiped = g_ptr_array_index(outcome->wiped, 0);
	g_autoptr(json_t) object = NULL;
	g_autoptr(json_t) public = NULL;
	g_autoptr(TfOutcome) read = NULL;
	g_autofree gchar *text = NULL;

	wiped->name_may_stay = TRUE;
	wiped->is_shared = TRUE;
	wiped->references = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(wiped->references, g_strdup("/snapshots/1/a.p12"));
	object = tf_outcome_to_json(outcome);
	public = tf_outcome_to_json_public(outcome);
	text = json_dumps(public, 0);
	read = tf_outcome_from_json(object, "report", NULL);

	g_assert_nonnull(read);
	wiped = g_ptr_array_index(read->wiped, 0);
	g_assert_true(wiped->name_may_stay);
	g_assert_true(wiped->is_shared);
	g_assert_cmpstr(g_ptr_array_index(wiped->references, 0), ==, "/snapshots/1/a.p12");
	g_assert_false(((TfWiped *)g_ptr_array_index(read->wiped, 1))->name_may_stay);
	g_assert_cmpuint(json_array_size(json_object_get(public, "wiped")), ==, 3);
	g_assert_null(strstr(text, "/snapshots"));
}

static void test_public_copy_names_no_path(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = NULL;
	g_autofree gchar *text = NULL;

	((TfPlacement *)g_ptr_array_index(outcome->placements, 0))->evidence->unanswered =
		g_strdup("/home/taro/engine.so: not found");
	object = tf_outcome_to_json_public(outcome);
	text = json_dumps(object, 0);

	g_assert_null(strstr(text, "taro"));
	g_assert_null(strstr(text, "/media"));
	g_assert_null(strstr(text, "report"));
	g_assert_nonnull(strstr(text, "~/lib/module.so"));
	g_assert_nonnull(strstr(text, "~/engine.so"));
}

static void test_public_copy_counts_files(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = tf_outcome_to_json_public(outcome);
	g_autoptr(json_t) expected = json_pack("[{s:s,s:s,s:s,s:i},{s:s,s:s,s:s,s:i}]", "kind", "pkcs12",
		"level", "W3", "suffixes", "FG", "count", 2, "kind", "pkcs12", "level", "W2", "suffixes", "G",
		"count", 1);

	g_assert_true(json_equal(json_object_get(object, "wiped"), expected));
}

static void test_public_copy_can_be_read(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = tf_outcome_to_json_public(outcome);
	g_autoptr(TfOutcome) read = NULL;
	g_autoptr(json_t) again = NULL;
	g_autoptr(GError) error = NULL;

	read = tf_outcome_from_json(object, "report.json", &error);
	g_assert_no_error(error);
	again = tf_outcome_to_json_public(read);

	g_assert_cmpuint(read->wiped->len, ==, 3);
	g_assert_null(((TfWiped *)g_ptr_array_index(read->wiped, 0))->path);
	g_assert_true(json_equal(object, again));
}

static void test_what_a_public_copy_gave_can_be_kept(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) public = tf_outcome_to_json_public(outcome);
	g_autoptr(TfOutcome) received = tf_outcome_from_json(public, "report.json", NULL);
	g_autoptr(json_t) kept = tf_outcome_to_json(received);
	g_autoptr(TfOutcome) again = NULL;
	g_autoptr(GError) error = NULL;

	again = tf_outcome_from_json(kept, "kept.json", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(again->wiped->len, ==, 3);
}

static void test_outcome_without_placement_can_be_read(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = NULL;
	g_autoptr(TfOutcome) read = NULL;

	outcome->status = TF_STATUS_REFUTED;
	g_ptr_array_set_size(outcome->placements, 0);
	object = tf_outcome_to_json(outcome);
	read = tf_outcome_from_json(object, "report.json", NULL);

	g_assert_nonnull(read);
	g_assert_cmpuint(read->placements->len, ==, 0);
}

static void test_hostile_fields_are_refused(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) whole = tf_outcome_to_json(outcome);
	const struct {
		const gchar *key;
		json_t *value;
	} rows[] = {
		{ "type", json_string("event") },
		{ "status", json_string("DONE") },
		{ "status", json_null() },
		{ "started", json_integer(1) },
		{ "finished", json_string("yesterday") },
		{ "run", json_string("") },
		{ "certificate", json_null() },
		{ "certificate_der", json_string("AAAA") },
		{ "certificate_der", json_string("AAA") },
		{ "source_sha256", json_string("0") },
		{ "revocation", json_string("maybe") },
		{ "revocation", json_null() },
		{ "token", json_object() },
		{ "token", json_null() },
		{ "module", json_null() },
		{ "key", json_pack("{s:s,s:s,s:i}", "id", "a1b", "type", "rsa", "bits", 2048) },
		{ "key", json_pack("{s:s,s:s,s:i}", "id", "zz", "type", "rsa", "bits", 2048) },
		{ "key", json_pack("{s:s,s:s,s:i}", "id", "a1", "type", "ec", "bits", 2048) },
		{ "key", json_pack("{s:s,s:s,s:i}", "id", "a1", "type", "rsa", "bits", 1024) },
		{ "evidence", json_object() },
		{ "statement", json_string("?") },
		{ "spare", json_null() },
		{ "wiped", json_object() },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:s}]", "path", "/a", "kind", "k", "level", "W5",
				   "suffixes", "") },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:s}]", "kind", "k", "level", "W3", "suffixes", "",
				   "count", "1") },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:i}]", "kind", "k", "level", "W3", "suffixes", "",
				   "count", 0) },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:i}]", "kind", "k", "level", "W3", "suffixes", "",
				   "count", 10001) },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:i},{s:s,s:s,s:s,s:i}]", "kind", "k", "level", "W3",
				   "suffixes", "", "count", 9000, "kind", "k", "level", "W3", "suffixes", "",
				   "count", 9000) },
		{ "wiped", json_pack("[{s:s,s:s,s:s,s:s,s:i}]", "path", "/a", "kind", "k", "level", "W3",
				   "suffixes", "", "count", 2) },
		{ "kept", json_pack("[{s:s,s:s,s:s}]", "path", "/a", "kind", "k", "why", "because") },
		{ "kept", json_pack("[s]", "/a") },
		{ "carried", json_pack("[i]", 1) },
		{ "dropped", json_null() },
		{ "unchecked", json_pack("[s]", "everything") },
		{ "unchecked", json_pack("[s,s,s,s,s,s,s]", "name", "name", "name", "name", "name", "name",
				       "name") },
		{ "exceptions", json_pack("[i]", 0) },
		{ "report", json_array() },
		{ "report", json_pack("{s:i}", "text", 1) },
		{ "completed", json_false() },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) object = json_copy(whole);

		g_assert_nonnull(rows[i].value);
		(void)json_object_set_new(object, rows[i].key, rows[i].value);
		assert_unreadable(object);
	}
	assert_unreadable(NULL);
}

static void test_done_on_refuted_evidence_is_not_believed(void)
{
	g_autoptr(TfOutcome) outcome = done();
	g_autoptr(json_t) object = NULL;

	g_ptr_array_set_size(outcome->placements, 0);
	g_ptr_array_add(outcome->placements, placement("1", TF_ATTEMPT_LEAKED));
	object = tf_outcome_to_json(outcome);

	assert_unreadable(object);
}

static void test_completion_by_status(void)
{
	g_autoptr(TfOutcome) outcome = done();

	g_assert_true(tf_outcome_may_claim_completion(outcome));
	outcome->status = TF_STATUS_KEPT;
	g_assert_false(tf_outcome_may_claim_completion(outcome));
	tf_outcome_add_exception(outcome, TF_EXCEPTION_KEPT);
	g_assert_true(tf_outcome_may_claim_completion(outcome));
	outcome->status = TF_STATUS_CLAIMED;
	g_assert_false(tf_outcome_may_claim_completion(outcome));
}

static void test_no_completion_when_revoked(void)
{
	g_autoptr(TfOutcome) outcome = done();

	g_free(outcome->revocation);
	outcome->revocation = g_strdup("revoked");
	tf_outcome_add_exception(outcome, TF_EXCEPTION_REVOKED);

	g_assert_false(tf_outcome_may_claim_completion(outcome));
}

static void test_weak_evidence_needs_its_exception(void)
{
	g_autoptr(TfOutcome) outcome = done();

	g_ptr_array_add(outcome->placements, placement("2", TF_ATTEMPT_INCONCLUSIVE));
	g_assert_false(tf_outcome_may_claim_completion(outcome));
	tf_outcome_add_exception(outcome, TF_EXCEPTION_CLAIMED);

	g_assert_true(tf_outcome_may_claim_completion(outcome));
}

static void test_no_completion_without_placement(void)
{
	g_autoptr(TfOutcome) outcome = done();

	g_ptr_array_set_size(outcome->placements, 0);

	g_assert_false(tf_outcome_may_claim_completion(outcome));
}

static void test_unseen_pc(void)
{
	g_autoptr(TfOutcome) outcome = done();

	tf_outcome_set_posture(outcome, NULL);
	g_assert_true(tf_outcome_leaves_pc_open(outcome));
	g_assert_false(tf_outcome_may_claim_completion(outcome));

	tf_outcome_accept_pc(outcome);
	g_assert_false(tf_outcome_leaves_pc_open(outcome));
	g_assert_true(tf_outcome_may_claim_completion(outcome));
}

static void test_lists_hold_each_value_once(void)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();

	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_POSTURE);
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_POSTURE);
	tf_outcome_add_exception(outcome, TF_EXCEPTION_NAME);
	tf_outcome_add_exception(outcome, TF_EXCEPTION_NAME);

	g_assert_cmpuint(outcome->unchecked->len, ==, 1);
	g_assert_cmpuint(outcome->exceptions->len, ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outcome/comes back from JSON as it was", test_comes_back);
	g_test_add_func("/outcome/its JSON is that of the manual", test_json_speaks_as_the_manual);
	g_test_add_func("/outcome/the public copy names no path", test_public_copy_names_no_path);
	g_test_add_func("/outcome/what a wipe left is read back", test_remains_of_a_wipe);
	g_test_add_func("/outcome/the public copy counts files", test_public_copy_counts_files);
	g_test_add_func("/outcome/the public copy can be read", test_public_copy_can_be_read);
	g_test_add_func(
		"/outcome/what a public copy gave can be kept", test_what_a_public_copy_gave_can_be_kept);
	g_test_add_func(
		"/outcome/one without a placement can be read", test_outcome_without_placement_can_be_read);
	g_test_add_func("/outcome/hostile fields are refused", test_hostile_fields_are_refused);
	g_test_add_func("/outcome/done on refuted evidence is not believed",
		test_done_on_refuted_evidence_is_not_believed);
	g_test_add_func("/outcome/kept is completed only by exception", test_completion_by_status);
	g_test_add_func("/outcome/a revoked certificate is never completed", test_no_completion_when_revoked);
	g_test_add_func("/outcome/weak evidence is completed only by exception",
		test_weak_evidence_needs_its_exception);
	g_test_add_func(
		"/outcome/nothing is completed without a placement", test_no_completion_without_placement);
	g_test_add_func("/outcome/a PC that nobody looked at leaves a run open until that is confirmed",
		test_unseen_pc);
	g_test_add_func("/outcome/lists hold each value once", test_lists_hold_each_value_once);

	return g_test_run();
}
