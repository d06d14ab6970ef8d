/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "audit-message.h"
#include "base/error.h"
#include "fixtures.h"
#include "key/certificate.h"

typedef struct Parts {
	TfFixtureMember *member;
	TfModuleFacts module;
	TfTokenFacts token;
	GBytes *key_id;
	GBytes *statement;
	TfSecret *pin;
	TfAuditRequest request;
} Parts;

static Parts *parts_new(void)
{
	static const gchar *const auditor[] = { "/bin/false", NULL };
	static gchar path[] = "/usr/lib/module.so";
	static gchar sha256[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static gchar label[] = "Label";
	static gchar uri[] = "pkcs11:token=Label";
	Parts *parts = g_new0(Parts, 1);

	parts->member = tf_fixture_member("ec256", "Yamada Taro", "Test Issuing Authority");
	parts->module = (TfModuleFacts){ .path = path, .sha256 = sha256 };
	parts->token = (TfTokenFacts){
		.label = label, .manufacturer = label, .model = label, .serial = label, .uri = uri
	};
	parts->key_id = g_bytes_new_static("\0\1\2", 3);
	parts->statement = g_bytes_new_static("statement", 9);
	parts->pin = tf_secret_new_copy("739146", 6);
	parts->request = (TfAuditRequest){ .auditor = auditor,
		.module = &parts->module,
		.module_arguments = "configdir='sql:/somewhere'",
		.token = &parts->token,
		.key_id = parts->key_id,
		.certificate = parts->member->certificate,
		.statement = parts->statement,
		.pin = parts->pin,
		.deadline_seconds = 1 };

	return parts;
}

static void parts_free(Parts *parts)
{
	tf_fixture_member_free(parts->member);
	g_bytes_unref(parts->key_id);
	g_bytes_unref(parts->statement);
	tf_secret_free(parts->pin);
	g_free(parts);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parts, parts_free)

static void test_order(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(json_t) object = tf_audit_order_to_json(&parts->request);
	g_autoptr(TfAuditOrder) order = tf_audit_order_from_json(object);
	g_autoptr(GBytes) der = tf_certificate_der(parts->member->certificate);

	g_assert_nonnull(order);
	g_assert_true(tf_token_facts_equal(order->token, &parts->token));
	g_assert_true(g_bytes_equal(order->key_id, parts->key_id));
	g_assert_true(g_bytes_equal(order->certificate_der, der));
	g_assert_cmpint(EVP_PKEY_eq(order->public, X509_get0_pubkey(parts->member->certificate)), ==, 1);
	g_assert_true(g_bytes_equal(order->statement, parts->statement));
	g_assert_null(order->ciphertext);
	g_assert_true(order->has_pin);
}

static void test_no_pin(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(json_t) object = tf_audit_order_to_json(&parts->request);
	char *text = json_dumps(object, 0);

	g_assert_null(strstr(text, "739146"));
	g_assert_null(strstr(text, "NzM5MTQ2"));
	free(text);
}

static void test_missing_fields(void)
{
	const gchar *const keys[] = { "token", "id", "certificate", "public", "statement" };
	g_autoptr(Parts) parts = parts_new();

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(json_t) object = tf_audit_order_to_json(&parts->request);

		g_assert_cmpint(json_object_del(object, keys[i]), ==, 0);
		g_assert_null(tf_audit_order_from_json(object));
	}
}

static TfEvidence *signed_evidence(void)
{
	TfEvidence *evidence = tf_evidence_new();
	g_autoptr(GBytes) signature = g_bytes_new_static("signature", 9);

	g_free(evidence->challenge);
	evidence->challenge = g_strdup("signed");
	tf_evidence_add_attempt(
		evidence, "wrap", TF_ATTEMPT_REFUSED, "CKR_KEY_UNEXTRACTABLE", TF_CONTROL_PASSED);
	tf_evidence_add_response(evidence, "cryptoki", "CKM_ECDSA", signature);
	tf_evidence_add_response(evidence, "libp11", "EVP_DigestSign", signature);

	return evidence;
}

static TfAuditOrder *order_of(const TfAuditRequest *request)
{
	g_autoptr(json_t) object = tf_audit_order_to_json(request);

	return tf_audit_order_from_json(object);
}

static json_t *result_to_json(const TfAuditRequest *request, const TfEvidence *evidence, GBytes *answer)
{
	g_autoptr(TfAuditOrder) order = order_of(request);

	return tf_audit_result_to_json(order, evidence, answer);
}

static json_t *error_to_json(const TfAuditRequest *request, const GError *error)
{
	g_autoptr(TfAuditOrder) order = order_of(request);

	return tf_audit_error_to_json(order, error);
}

static void test_result(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(TfEvidence) sent = signed_evidence();
	g_autoptr(json_t) object = NULL;
	g_autoptr(TfEvidence) evidence = NULL;
	g_autoptr(GBytes) answer = NULL;
	g_autoptr(GError) error = NULL;

	tf_evidence_add_dropped(sent, "private key: CKA_COPYABLE");
	object = result_to_json(&parts->request, sent, NULL);
	evidence = tf_audit_result_from_json(object, &parts->request, &answer, &error);

	g_assert_no_error(error);
	g_assert_null(answer);
	g_assert_cmpint(tf_evidence_grade(evidence), ==, TF_GRADE_REFUSED);
	/* What was dropped, the importer knows and not the auditor. */
	g_assert_cmpuint(evidence->dropped->len, ==, 0);
}

/* A signature was asked for: a decryption is no answer, nor is one beside the signature. */
static void test_wrong_kind(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(TfEvidence) sent = signed_evidence();
	g_autoptr(GBytes) answer = g_bytes_new_static("answer", 6);
	g_autoptr(json_t) with_answer = result_to_json(&parts->request, sent, answer);
	g_autoptr(json_t) decrypted = NULL;
	g_autoptr(GError) first = NULL;
	g_autoptr(GError) second = NULL;

	g_free(sent->challenge);
	sent->challenge = g_strdup("decrypted");
	decrypted = result_to_json(&parts->request, sent, NULL);

	g_assert_null(tf_audit_result_from_json(with_answer, &parts->request, NULL, &first));
	g_assert_error(first, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	g_assert_null(tf_audit_result_from_json(decrypted, &parts->request, NULL, &second));
	g_assert_error(second, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
}

static void test_another_request(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(TfEvidence) sent = signed_evidence();
	g_autoptr(json_t) object = result_to_json(&parts->request, sent, NULL);
	g_autoptr(GBytes) statement = g_bytes_new_static("another", 7);
	TfAuditRequest another = parts->request;
	g_autoptr(GError) error = NULL;

	another.statement = statement;

	g_assert_null(tf_audit_result_from_json(object, &another, NULL, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
}

static void test_errors(void)
{
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(GError) raised = NULL;
	g_autoptr(GError) again = NULL;
	g_autoptr(json_t) object = NULL;

	tf_raise(&raised, TF_ERROR_PIN_FORMAT, "Label", "4", "255", NULL);
	object = error_to_json(&parts->request, raised);

	g_assert_null(tf_audit_result_from_json(object, &parts->request, NULL, &again));
	g_assert_error(again, TF_ERROR, TF_ERROR_PIN_FORMAT);
	g_assert_cmpstr(again->message, ==, raised->message);
}

static void test_hostile_errors(void)
{
	const gchar *const texts[] = {
		"{\"error\":\"evidence-refuted\",\"arguments\":[\"a\",\"b\"]}",
		"{\"error\":\"pin-wrong\",\"arguments\":[]}",
		"{\"error\":\"pin-wrong\",\"arguments\":[\"a\",\"b\"]}",
		"{\"error\":\"pin-wrong\",\"arguments\":[1]}",
		"{\"error\":\"pin-wrong\"}",
		"{\"error\":7}",
		"{}",
		"{\"evidence\":{}}",
	};
	g_autoptr(Parts) parts = parts_new();
	g_autoptr(TfEvidence) none = tf_evidence_new();
	g_autoptr(json_t) honest = result_to_json(&parts->request, none, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(json_t) object = json_loads(texts[i], 0, NULL);
		g_autoptr(GError) error = NULL;

		(void)json_object_set(object, "about", json_object_get(honest, "about"));
		g_assert_null(tf_audit_result_from_json(object, &parts->request, NULL, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_AUDITOR_FAILED);
	}
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/audit-message/an order arrives as it was sent", test_order);
	g_test_add_func("/audit-message/the PIN is not in it", test_no_pin);
	g_test_add_func("/audit-message/an order without a field is none", test_missing_fields);
	g_test_add_func("/audit-message/a result arrives as it was sent", test_result);
	g_test_add_func("/audit-message/an answer of the wrong kind is not believed", test_wrong_kind);
	g_test_add_func("/audit-message/the result of another request is not believed", test_another_request);
	g_test_add_func("/audit-message/an error is raised again", test_errors);
	g_test_add_func("/audit-message/an auditor cannot raise what is not its own", test_hostile_errors);

	return g_test_run();
}
