/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "record/evidence.h"
#include "record/facts.h"

static TfEvidence *refused(void)
{
	TfEvidence *evidence = tf_evidence_new();
	g_autoptr(GBytes) signature = g_bytes_new_static("signature", 9);

	tf_evidence_add_attribute(evidence, "CKA_SENSITIVE", TF_CLAIM_TRUE);
	tf_evidence_add_attribute(evidence, "CKA_EXTRACTABLE", TF_CLAIM_FALSE);
	tf_evidence_add_attribute(evidence, "CKA_LOCAL", TF_CLAIM_UNKNOWN);
	tf_evidence_add_attempt(evidence, "read CKA_PRIVATE_EXPONENT", TF_ATTEMPT_REFUSED,
		"CKR_ATTRIBUTE_SENSITIVE", TF_CONTROL_PASSED);
	tf_evidence_add_attempt(evidence, "wrap with CKM_AES_KEY_WRAP", TF_ATTEMPT_NOT_OFFERED,
		"CKR_FUNCTION_NOT_SUPPORTED", TF_CONTROL_NONE);
	tf_evidence_add_dropped(evidence, "CKA_DERIVE");
	tf_evidence_add_constant(evidence, "CKA_LOCAL");
	tf_evidence_add_response(evidence, "cryptoki", "CKM_RSA_PKCS", signature);
	tf_evidence_add_response(evidence, "libp11", "EVP_DigestSign", signature);
	g_free(evidence->challenge);
	evidence->challenge = g_strdup("signed");
	evidence->certificate_is_public = TRUE;

	return evidence;
}

static TfEvidence *refused_without_client(void)
{
	TfEvidence *evidence = refused();

	g_ptr_array_set_size(evidence->responses, 1);
	evidence->unanswered = g_strdup("libp11: no slot");

	return evidence;
}

static void test_every_refusal_gives_refused(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUSED);
	g_assert_null(tf_evidence_leak(evidence));
}

static void test_silence_is_claimed(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	g_ptr_array_set_size(evidence->attempts, 0);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_CLAIMED);
}

static void test_inconclusive_attempt_is_claimed(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_attempt(evidence, "copy as extractable", TF_ATTEMPT_INCONCLUSIVE,
		"CKR_TEMPLATE_INCONSISTENT", TF_CONTROL_NONE);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_CLAIMED);
}

static void test_failed_control_is_claimed(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_attempt(evidence, "wrap with CKM_AES_KEY_WRAP_KWP", TF_ATTEMPT_REFUSED,
		"CKR_KEY_UNEXTRACTABLE", TF_CONTROL_FAILED);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_CLAIMED);
}

static void test_unanswered_challenge_is_claimed(void)
{
	g_autoptr(TfEvidence) none = refused();
	g_autoptr(TfEvidence) without_bytes = refused();

	g_free(none->challenge);
	none->challenge = g_strdup("none");
	g_ptr_array_set_size(without_bytes->responses, 0);
	tf_evidence_add_response(without_bytes, "cryptoki", "CKM_RSA_PKCS", NULL);

	g_assert_cmpint(tf_evidence_grade(none), ==, TF_GRADE_CLAIMED);
	g_assert_cmpint(tf_evidence_grade(without_bytes), ==, TF_GRADE_CLAIMED);
}

static void test_key_without_client_is_claimed(void)
{
	g_autoptr(TfEvidence) evidence = refused_without_client();

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_CLAIMED);
	g_assert_cmpint(tf_evidence_grade_without_client(evidence), ==, TF_GRADE_REFUSED);
	g_assert_true(tf_evidence_lacks_only_client(evidence));

	evidence->copies = 1;

	g_assert_cmpint(tf_evidence_grade_without_client(evidence), ==, TF_GRADE_CLAIMED);
	g_assert_false(tf_evidence_lacks_only_client(evidence));
}

/* Its grade did not ask for a client. */
static void test_earlier_versions_graded_without_client(void)
{
	g_autoptr(TfEvidence) evidence = refused_without_client();
	g_autoptr(json_t) object = tf_evidence_to_json(evidence);
	g_autoptr(TfEvidence) read = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpstr(json_string_value(json_object_get(object, "grade")), ==, "claimed");
	(void)json_object_set_new(object, "grade", json_string("refused"));
	read = tf_evidence_from_json(object, "report.json", &error);

	g_assert_no_error(error);
	g_assert_cmpint(tf_evidence_grade(read), ==, TF_GRADE_CLAIMED);
}

static void test_decryption_needs_no_bytes(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	g_free(evidence->challenge);
	evidence->challenge = g_strdup("decrypted");
	g_ptr_array_set_size(evidence->responses, 0);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUSED);
}

static void test_unaudited_copy_is_claimed(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	evidence->copies = 1;

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_CLAIMED);
}

static void test_leak_outweighs_all(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_attempt(evidence, "read CKA_PRIME_1", TF_ATTEMPT_LEAKED, "CKR_OK", TF_CONTROL_FAILED);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUTED);
	g_assert_cmpstr(tf_evidence_leak(evidence), ==, "read CKA_PRIME_1");
}

static void test_extractable_attribute_refutes(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_attribute(evidence, "CKA_EXTRACTABLE", TF_CLAIM_TRUE);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUTED);
	g_assert_cmpstr(tf_evidence_leak(evidence), ==, "CKA_EXTRACTABLE");
}

static void test_constants_do_not_worsen(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_attribute(evidence, "CKA_SENSITIVE", TF_CLAIM_FALSE);
	tf_evidence_add_attribute(evidence, "CKA_LOCAL", TF_CLAIM_TRUE);
	tf_evidence_add_attribute(evidence, "CKA_NEVER_EXTRACTABLE", TF_CLAIM_FALSE);

	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUSED);
}

static void test_comes_back(void)
{
	g_autoptr(TfEvidence) evidence = refused();
	g_autoptr(TfEvidence) copy = tf_evidence_copy(evidence);
	g_autoptr(json_t) object = tf_evidence_to_json(copy);
	g_autoptr(json_t) again = NULL;
	g_autoptr(TfEvidence) read = NULL;
	g_autoptr(GError) error = NULL;

	read = tf_evidence_from_json(object, "report.json", &error);
	g_assert_no_error(error);
	again = tf_evidence_to_json(read);

	g_assert_true(json_equal(object, again));
}

static void test_earlier_versions_knew_no_constants(void)
{
	g_autoptr(TfEvidence) evidence = refused();
	g_autoptr(json_t) object = tf_evidence_to_json(evidence);
	g_autoptr(TfEvidence) read = NULL;
	g_autoptr(GError) error = NULL;

	(void)json_object_del(object, "constants");
	read = tf_evidence_from_json(object, "report.json", &error);

	g_assert_no_error(error);
	g_assert_cmpuint(read->constants->len, ==, 0);
}

static void test_constants_are_of_attributes_read(void)
{
	g_autoptr(TfEvidence) evidence = refused();

	tf_evidence_add_constant(evidence, "CKA_LOCAL");
	tf_evidence_add_constant(evidence, "CKA_NEVER_EXTRACTABLE");

	g_assert_cmpuint(evidence->constants->len, ==, 1);
	g_assert_true(tf_evidence_is_constant(evidence, "CKA_LOCAL"));
	g_assert_false(tf_evidence_is_constant(evidence, "CKA_SENSITIVE"));
}

static void test_json_speaks_as_the_manual(void)
{
	g_autoptr(TfEvidence) evidence = refused_without_client();
	g_autoptr(json_t) object = tf_evidence_to_json(evidence);
	g_autoptr(json_t) expected =
		json_pack("{s:s,s:s,s:s,s:i,s:b,s:{s:b,s:b,s:n},s:[s],s:[s],s:[{s:s,s:s,s:s,s:b},"
			  "{s:s,s:s,s:s,s:n}],s:[{s:s,s:s,s:s}]}",
			"grade", "claimed", "challenge", "signed", "unanswered", "libp11: no slot", "copies",
			0, "certificate_is_public", 1, "attributes", "CKA_SENSITIVE", 1, "CKA_EXTRACTABLE", 0,
			"CKA_LOCAL", "dropped", "CKA_DERIVE", "constants", "CKA_LOCAL", "attempts", "name",
			"read CKA_PRIVATE_EXPONENT", "code", "CKR_ATTRIBUTE_SENSITIVE", "outcome", "refused",
			"control", 1, "name", "wrap with CKM_AES_KEY_WRAP", "code",
			"CKR_FUNCTION_NOT_SUPPORTED", "outcome", "not-offered", "control", "responses", "via",
			"cryptoki", "mechanism", "CKM_RSA_PKCS", "signature", "c2lnbmF0dXJl");

	g_assert_nonnull(expected);
	g_assert_true(json_equal(object, expected));
}

static void test_better_grade_is_not_believed(void)
{
	g_autoptr(TfEvidence) evidence = refused();
	g_autoptr(json_t) object = NULL;
	g_autoptr(GError) error = NULL;

	evidence->copies = 1;
	object = tf_evidence_to_json(evidence);
	(void)json_object_set_new(object, "grade", json_string("refused"));

	g_assert_null(tf_evidence_from_json(object, "report.json", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
}

/* A list of 513 elements like the first one of 'list'. */
static json_t *too_many(const json_t *list)
{
	json_t *array = json_array();

	for (guint i = 0; i < 513; i++)
		(void)json_array_append(array, json_array_get(list, 0));

	return array;
}

static void test_hostile_fields_are_refused(void)
{
	g_autoptr(TfEvidence) evidence = refused();
	g_autoptr(json_t) whole = tf_evidence_to_json(evidence);
	g_autofree gchar *long_name = g_strnfill(257, 'x');
	const struct {
		const gchar *key;
		json_t *value;
	} rows[] = {
		{ "grade", json_string("perfect") },
		{ "grade", json_null() },
		{ "challenge", json_string("sworn") },
		{ "copies", json_integer(-1) },
		{ "copies", json_integer(1LL << 40) },
		{ "certificate_is_public", json_integer(1) },
		{ "attributes", json_array() },
		{ "attributes", json_pack("{s:s}", "CKA_EXTRACTABLE", "false") },
		{ "attributes", json_pack("{s:b}", long_name, 0) },
		{ "dropped", json_pack("[i]", 1) },
		{ "dropped", json_pack("[s]", long_name) },
		{ "dropped", too_many(json_object_get(whole, "dropped")) },
		{ "constants", json_null() },
		{ "constants", json_pack("[i]", 1) },
		{ "constants", json_pack("[s]", "CKA_NOT_READ") },
		{ "constants", json_pack("[s,s]", "CKA_LOCAL", "CKA_LOCAL") },
		{ "constants", too_many(json_object_get(whole, "constants")) },
		{ "attempts", json_object() },
		{ "attempts", json_pack("[n]") },
		{ "attempts", json_pack("[{s:s,s:s,s:s,s:s}]", "name", "n", "code", "c", "outcome", "refused",
				      "control", "true") },
		{ "attempts", json_pack("[{s:s,s:s,s:s,s:n}]", "name", "n", "code", "c", "outcome", "denied",
				      "control") },
		{ "attempts", json_pack("[{s:s,s:s,s:s}]", "name", "n", "code", "c", "outcome", "refused") },
		{ "attempts", too_many(json_object_get(whole, "attempts")) },
		{ "responses", json_pack("[{s:s,s:s,s:s}]", "via", "v", "mechanism", "m", "signature",
				       "c2ln!bmF0") },
		{ "responses", json_pack("[{s:s,s:s,s:s}]", "via", "v", "mechanism", "m", "signature", "") },
		{ "responses", json_pack("[{s:s,s:s,s:i}]", "via", "v", "mechanism", "m", "signature", 1) },
		{ "unanswered", json_integer(0) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_t) object = json_copy(whole);
		g_autoptr(GError) error = NULL;

		g_assert_nonnull(rows[i].value);
		(void)json_object_set_new(object, rows[i].key, rows[i].value);
		g_assert_null(tf_evidence_from_json(object, "report.json", &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
	}
}

static void test_what_is_no_object_is_refused(void)
{
	g_autoptr(json_t) array = json_array();
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_evidence_from_json(NULL, "report.json", NULL));
	g_assert_null(tf_evidence_from_json(array, "report.json", &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_EVIDENCE_UNREADABLE);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/evidence/every refusal gives refused", test_every_refusal_gives_refused);
	g_test_add_func("/evidence/evidence of an earlier version, without constants, is read",
		test_earlier_versions_knew_no_constants);
	g_test_add_func("/evidence/only an attribute that was read is noted as a constant, once",
		test_constants_are_of_attributes_read);
	g_test_add_func("/evidence/silence is only claimed", test_silence_is_claimed);
	g_test_add_func(
		"/evidence/an inconclusive attempt is only claimed", test_inconclusive_attempt_is_claimed);
	g_test_add_func(
		"/evidence/a refusal whose control failed is only claimed", test_failed_control_is_claimed);
	g_test_add_func(
		"/evidence/an unanswered challenge is only claimed", test_unanswered_challenge_is_claimed);
	g_test_add_func(
		"/evidence/a key that no client can use is only claimed", test_key_without_client_is_claimed);
	g_test_add_func("/evidence/evidence of an earlier version, graded without a client, is read",
		test_earlier_versions_graded_without_client);
	g_test_add_func("/evidence/a decryption challenge needs no bytes", test_decryption_needs_no_bytes);
	g_test_add_func(
		"/evidence/a copy that was not audited is only claimed", test_unaudited_copy_is_claimed);
	g_test_add_func("/evidence/a leak outweighs everything", test_leak_outweighs_all);
	g_test_add_func(
		"/evidence/a key that says it is extractable is refuted", test_extractable_attribute_refutes);
	g_test_add_func(
		"/evidence/attributes that are constants worsen nothing", test_constants_do_not_worsen);
	g_test_add_func("/evidence/comes back from JSON as it was", test_comes_back);
	g_test_add_func("/evidence/its JSON is that of the manual", test_json_speaks_as_the_manual);
	g_test_add_func("/evidence/a better grade than the attempts give is not believed",
		test_better_grade_is_not_believed);
	g_test_add_func("/evidence/hostile fields are refused", test_hostile_fields_are_refused);
	g_test_add_func("/evidence/what is no object is refused", test_what_is_no_object_is_refused);

	return g_test_run();
}
