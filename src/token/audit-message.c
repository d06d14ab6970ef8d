/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit-message.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hex.h"
#include "key/certificate.h"
#include "key/spki.h"

#define N_ARGUMENTS  4
#define ANSWER_LIMIT 1024u

/* Of the audit's time, libp11 may take a sixth: it comes last, and signs once. */
#define CLIENT_SHARE	     6u
#define CLIENT_SECONDS_LIMIT 600

static json_t *bytes_to_json(GBytes *bytes)
{
	g_autofree gchar *text = NULL;

	if (bytes == NULL)
		return json_null();
	text = g_base64_encode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	return json_string(text);
}

static GBytes *bytes_from_json(const json_t *value)
{
	const gchar *text = json_string_value(value);
	guint8 *bytes = NULL;
	gsize length = 0;

	if (text == NULL)
		return NULL;
	bytes = g_base64_decode(text, &length);

	return g_bytes_new_take(bytes, length);
}

static guint client_seconds(const TfAuditRequest *request)
{
	return request->client_seconds != 0 ? request->client_seconds
					    : MAX(request->deadline_seconds / CLIENT_SHARE, 1);
}

json_t *tf_audit_order_to_json(const TfAuditRequest *request)
{
	json_t *object = json_object();
	g_autoptr(GBytes) certificate = tf_certificate_der(request->certificate);
	EVP_PKEY *key = X509_get0_pubkey(request->certificate);
	g_autoptr(GBytes) public = key != NULL ? tf_spki_of_key(key) : NULL;

	(void)json_object_set_new(object, "token", tf_token_facts_to_json(request->token));
	(void)json_object_set_new(object, "id", bytes_to_json(request->key_id));
	(void)json_object_set_new(object, "certificate", bytes_to_json(certificate));
	/* By itself: libcrypto takes it out of a certificate by a search of all its decoders. */
	(void)json_object_set_new(object, "public", bytes_to_json(public));
	(void)json_object_set_new(object, "statement", bytes_to_json(request->statement));
	(void)json_object_set_new(object, "ciphertext", bytes_to_json(request->ciphertext));
	(void)json_object_set_new(object, "pin", json_boolean(request->pin != NULL));
	(void)json_object_set_new(object, "session_keys", json_boolean(!request->lacks_session_keys));
	/* A safe reader's name is printable ASCII; one that is not was refused before. */
	(void)json_object_set_new(
		object, "reader", request->reader != NULL ? json_string(request->reader) : json_null());
	(void)json_object_set_new(object, "probe", json_string(tf_token_probe_name(request->probe)));
	(void)json_object_set_new(object, "client_seconds", json_integer(client_seconds(request)));
	(void)json_object_set_new(object, "client", json_boolean(!request->skips_client));

	return object;
}

TfAuditOrder *tf_audit_order_from_json(const json_t *object)
{
	g_autoptr(TfAuditOrder) order = g_new0(TfAuditOrder, 1);
	g_autoptr(GBytes) public = bytes_from_json(json_object_get(object, "public"));

	order->token = tf_token_facts_from_json(json_object_get(object, "token"));
	order->key_id = bytes_from_json(json_object_get(object, "id"));
	order->certificate_der = bytes_from_json(json_object_get(object, "certificate"));
	order->public = public != NULL ? tf_spki_read(public) : NULL;
	order->statement = bytes_from_json(json_object_get(object, "statement"));
	order->ciphertext = bytes_from_json(json_object_get(object, "ciphertext"));
	order->has_pin = json_is_true(json_object_get(object, "pin"));
	order->lacks_session_keys = !json_is_true(json_object_get(object, "session_keys"));
	order->reader = g_strdup(json_string_value(json_object_get(object, "reader")));
	order->client_seconds = (guint)CLAMP(
		json_integer_value(json_object_get(object, "client_seconds")), 1, CLIENT_SECONDS_LIMIT);
	order->skips_client = !json_is_true(json_object_get(object, "client"));
	if (order->token == NULL || order->key_id == NULL || order->certificate_der == NULL ||
		order->public == NULL || (order->statement == NULL) == (order->ciphertext == NULL) ||
		!tf_token_probe_from_name(json_string_value(json_object_get(object, "probe")), &order->probe))
		return NULL;

	return g_steal_pointer(&order);
}

void tf_audit_order_free(TfAuditOrder *order)
{
	if (order == NULL)
		return;

	g_free(order->reader);
	tf_token_facts_free(order->token);
	g_clear_pointer(&order->key_id, g_bytes_unref);
	g_clear_pointer(&order->certificate_der, g_bytes_unref);
	EVP_PKEY_free(order->public);
	g_clear_pointer(&order->statement, g_bytes_unref);
	g_clear_pointer(&order->ciphertext, g_bytes_unref);
	g_free(order);
}

/* NULL and NULL give the digest of nothing, which no request has. */
static gchar *digest_of(GBytes *statement, GBytes *ciphertext)
{
	GBytes *bytes = statement != NULL ? statement : ciphertext;
	guint8 digest[TF_SHA256_SIZE];
	gsize length = 0;
	gconstpointer data = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;

	tf_sha256(data, length, digest);

	return tf_hex(digest, sizeof(digest));
}

static json_t *about(const TfAuditOrder *order)
{
	json_t *object = json_object();
	g_autofree gchar *digest = digest_of(order->statement, order->ciphertext);

	(void)json_object_set_new(object, "about", json_string(digest));

	return object;
}

static gboolean is_about(const json_t *object, const TfAuditRequest *request)
{
	g_autofree gchar *digest = digest_of(request->statement, request->ciphertext);

	return g_strcmp0(json_string_value(json_object_get(object, "about")), digest) == 0;
}

json_t *tf_audit_result_to_json(const TfAuditOrder *order, const TfEvidence *evidence, GBytes *answer)
{
	json_t *object = about(order);

	(void)json_object_set_new(object, "evidence", tf_evidence_to_json(evidence));
	(void)json_object_set_new(object, "answer", bytes_to_json(answer));

	return object;
}

json_t *tf_audit_error_to_json(const TfAuditOrder *order, const GError *error)
{
	const gchar *const *arguments = tf_error_arguments(error);
	json_t *object = about(order);
	json_t *array = json_array();

	for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++) {
		g_autofree gchar *text = g_utf8_make_valid(arguments[i], -1);

		(void)json_array_append_new(array, json_string(text));
	}
	(void)json_object_set_new(object, "error", json_string(tf_error_name(error)));
	(void)json_object_set_new(object, "arguments", array);

	return object;
}

/* What an auditor may run into. The module in its process must not be able to say anything else. */
static const TfErrorCode errors_of_auditor[] = { TF_ERROR_SYSTEM, TF_ERROR_DECLINED, TF_ERROR_TOKEN_MISSING,
	TF_ERROR_TOKEN_AMBIGUOUS, TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_FULL, TF_ERROR_TOKEN_WRITE_PROTECTED,
	TF_ERROR_TOKEN_UNSUPPORTED, TF_ERROR_TOKEN_FAILED, TF_ERROR_TOKEN_KEY_MISSING, TF_ERROR_PIN_WRONG,
	TF_ERROR_PIN_LOCKED, TF_ERROR_PIN_LAST_TRY, TF_ERROR_PIN_FORMAT, TF_ERROR_PIN_NOT_SET,
	TF_ERROR_SECRET_SOURCE, TF_ERROR_MODULE_UNLOADABLE };

static gboolean is_of_auditor(TfErrorCode code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(errors_of_auditor); i++) {
		if (errors_of_auditor[i] == code)
			return TRUE;
	}

	return FALSE;
}

static void raise_error(const json_t *object, GError **error)
{
	const gchar *name = json_string_value(json_object_get(object, "error"));
	const json_t *array = json_object_get(object, "arguments");
	const gchar *arguments[N_ARGUMENTS] = { NULL };
	TfErrorCode code = TF_N_ERRORS;
	gsize n = json_array_size(array);

	/* One that is no text ends them. */
	for (gsize i = 0; i < MIN(n, N_ARGUMENTS); i++)
		arguments[i] = json_string_value(json_array_get(array, i));
	if (name == NULL || !tf_error_code_from_name(name, &code) || !is_of_auditor(code) ||
		!tf_error_relay(code, arguments, n, error))
		tf_raise(error, TF_ERROR_AUDITOR_FAILED, _("its answer is not understood"), NULL);
}

/* A signature was asked for, or a decryption; the answer must be of that kind, or none. */
static gboolean answers_request(const TfEvidence *evidence, GBytes *answer, const TfAuditRequest *request)
{
	const gchar *kind = request->statement != NULL ? "signed" : "decrypted";
	gboolean is_answered = strcmp(evidence->challenge, "none") != 0;

	if (is_answered && strcmp(evidence->challenge, kind) != 0)
		return FALSE;
	if (answer != NULL && g_bytes_get_size(answer) > ANSWER_LIMIT)
		return FALSE;

	return (answer != NULL) == (is_answered && request->ciphertext != NULL);
}

TfEvidence *tf_audit_result_from_json(
	const json_t *object, const TfAuditRequest *request, GBytes **ret_answer, GError **error)
{
	const json_t *record = json_object_get(object, "evidence");
	g_autoptr(GBytes) answer = bytes_from_json(json_object_get(object, "answer"));
	g_autoptr(TfEvidence) evidence = NULL;

	if (!is_about(object, request)) {
		tf_raise(error, TF_ERROR_AUDITOR_FAILED, _("its answer is not understood"), NULL);
		return NULL;
	}
	if (!json_is_object(record)) {
		raise_error(object, error);
		return NULL;
	}
	evidence = tf_evidence_from_json(record, "auditor", NULL);
	if (evidence == NULL || !answers_request(evidence, answer, request)) {
		tf_raise(error, TF_ERROR_AUDITOR_FAILED, _("its answer is not understood"), NULL);
		return NULL;
	}
	g_ptr_array_set_size(evidence->dropped, 0);
	g_ptr_array_set_size(evidence->constants, 0);
	if (ret_answer != NULL)
		*ret_answer = g_steal_pointer(&answer);

	return g_steal_pointer(&evidence);
}
