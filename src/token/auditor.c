/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The auditor's main(): the order of an audit. It never held the key (law 2). */
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "attempts.h"
#include "audit-message.h"
#include "base/error.h"
#include "base/hex.h"
#include "card-attempts.h"
#include "client.h"
#include "object.h"
#include "response.h"
#include "token/session.h"

#define PIN_LIMIT 4096u

static TfTokenStatus *find_token(TfModule *module, const TfTokenFacts *token, GError **error)
{
	g_autoptr(GPtrArray) statuses = tf_tokens(module, error);
	guint n_found = 0;
	guint found = 0;

	if (statuses == NULL)
		return NULL;
	for (guint i = 0; i < statuses->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(statuses, i);

		if (tf_token_facts_equal(status->facts, token) &&
			g_strcmp0(status->facts->label, token->label) == 0) {
			n_found++;
			found = i;
		}
	}
	if (n_found == 0) {
		tf_raise(error, TF_ERROR_TOKEN_MISSING, token->uri, NULL);
		return NULL;
	}
	if (n_found > 1) {
		tf_raise(error, TF_ERROR_TOKEN_AMBIGUOUS, TF_NUMBER(n_found), token->uri, NULL);
		return NULL;
	}

	return g_ptr_array_steal_index(statuses, found);
}

/* For writing, since C_SetAttributeValue on a token object wants that; a write-protected token is audited as
 * far as it goes. */
static TfSession *open_session(TfModule *module, const TfTokenStatus *status, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	TfSession *session = tf_session_open(module, status, TRUE, &refusal);

	if (session != NULL)
		return session;
	if (g_error_matches(refusal, TF_ERROR, TF_ERROR_TOKEN_WRITE_PROTECTED))
		return tf_session_open(module, status, FALSE, error);
	g_propagate_error(error, g_steal_pointer(&refusal));

	return NULL;
}

static gboolean certificate_is_there(
	TfSession *session, const TfAuditOrder *order, gboolean *ret_is_there, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, order->key_id, error);

	if (objects == NULL)
		return FALSE;
	*ret_is_there = FALSE;
	for (guint i = 0; i < objects->len; i++) {
		g_autoptr(X509) certificate = NULL;

		if (!tf_object_read_certificate(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), &certificate, error))
			return FALSE;
		if (certificate != NULL && X509_cmp(certificate, order->certificate) == 0)
			*ret_is_there = TRUE;
	}

	return TRUE;
}

typedef struct Candidate {
	CK_OBJECT_HANDLE object;
	gboolean has_id;
	TfHalf half;
} Candidate;

static gboolean look_at(
	const TfSubject *subject, GBytes *key_id, CK_OBJECT_HANDLE object, Candidate *ret, GError **error)
{
	g_autoptr(GBytes) id = NULL;

	if (!tf_object_read(subject->session, object, CKA_ID, &id, error) ||
		!tf_object_compare_private(subject->session, object, subject->public, &ret->half, error))
		return FALSE;
	ret->object = object;
	ret->has_id = id != NULL && g_bytes_equal(id, key_id);

	return TRUE;
}

/* The key under the CKA_ID that is not another one's; every further key of that ID, modulus or point is a
 * copy.
 */
static gboolean find_key(TfSubject *subject, const TfAuditOrder *order, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(subject->session, CKO_PRIVATE_KEY, NULL, error);
	gboolean is_certain = FALSE;
	guint n_related = 0;

	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		Candidate candidate = { 0 };

		if (!look_at(subject, order->key_id, g_array_index(objects, CK_OBJECT_HANDLE, i), &candidate,
			    error))
			return FALSE;
		if (candidate.has_id || candidate.half == TF_HALF_SAME)
			n_related++;
		if (!candidate.has_id || candidate.half == TF_HALF_OTHER)
			continue;
		if (subject->key == 0 || (!is_certain && candidate.half == TF_HALF_SAME))
			subject->key = candidate.object;
		is_certain |= candidate.half == TF_HALF_SAME;
	}
	if (subject->key == 0) {
		g_autofree gchar *id =
			tf_hex(g_bytes_get_data(order->key_id, NULL), g_bytes_get_size(order->key_id));
		g_autofree gchar *what = g_strdup_printf("CKA_ID %s", id);

		return tf_raise(error, TF_ERROR_TOKEN_KEY_MISSING,
			tf_token_name(tf_session_token(subject->session)), what, NULL);
	}
	subject->evidence->copies = n_related - 1;

	return TRUE;
}

static void add_unanswered(TfEvidence *evidence, const gchar *via, const gchar *failure)
{
	g_autofree gchar *earlier = g_steal_pointer(&evidence->unanswered);

	evidence->unanswered = earlier == NULL ? g_strdup_printf("%s: %s", via, failure)
					       : g_strdup_printf("%s; %s: %s", earlier, via, failure);
}

static void set_challenge(TfEvidence *evidence, const gchar *challenge)
{
	g_free(evidence->challenge);
	evidence->challenge = g_strdup(challenge);
}

static void answer_by_cryptoki(const TfSubject *subject, const TfAuditOrder *order, GBytes **ret_answer)
{
	const gchar *mechanism = NULL;
	g_autofree gchar *failure = NULL;
	g_autoptr(GBytes) bytes =
		order->statement != NULL
			? tf_response_sign(subject, order->statement, &mechanism, &failure)
			: tf_response_decrypt(subject, order->ciphertext, &mechanism, &failure);

	if (bytes == NULL) {
		add_unanswered(subject->evidence, "Cryptoki", failure);
		return;
	}
	/* The answer to a decryption is no signature, and is not kept. */
	set_challenge(subject->evidence, order->statement != NULL ? "signed" : "decrypted");
	tf_evidence_add_response(
		subject->evidence, "cryptoki", mechanism, order->statement != NULL ? bytes : NULL);
	if (order->statement == NULL)
		*ret_answer = g_steal_pointer(&bytes);
}

/* TRUE when libp11 is stuck; see client.h. */
static gboolean answer_by_libp11(
	const TfAuditOrder *order, const TfSecret *pin, TfEvidence *evidence, GBytes **answer)
{
	gboolean signs = order->statement != NULL;
	TfClientAnswer client;
	g_autoptr(GBytes) bytes = NULL;

	tf_client_answer(order, pin, &client);
	bytes = client.bytes;
	if (bytes == NULL) {
		add_unanswered(evidence, "libp11", client.failure);
		return client.is_stuck;
	}
	set_challenge(evidence, signs ? "signed" : "decrypted");
	tf_evidence_add_response(
		evidence, "libp11", signs ? "EVP_DigestSign" : "EVP_PKEY_decrypt", signs ? bytes : NULL);
	if (!signs && *answer == NULL)
		*answer = g_steal_pointer(&bytes);

	return FALSE;
}

static gboolean audit_session(TfSession *session, const TfAuditOrder *order, const TfSecret *pin,
	TfEvidence *evidence, GBytes **ret_answer, GError **error)
{
	TfSubject subject = { .session = session,
		.key_id = order->key_id,
		.public = X509_get0_pubkey(order->certificate),
		.pin = pin,
		.evidence = evidence,
		.lacks_session_keys = order->lacks_session_keys };

	if (!certificate_is_there(session, order, &evidence->certificate_is_public, error))
		return FALSE;
	/* The parent has logged in with this PIN in the same run; when only one try is left now, something is
	 * wrong, and it is not used. */
	if (!tf_session_login(session, pin, FALSE, error) || !find_key(&subject, order, error) ||
		!tf_attempts_ask(&subject, error))
		return FALSE;
	answer_by_cryptoki(&subject, order, ret_answer);
	if (!tf_attempts_run(&subject, error))
		return FALSE;

	return order->reader == NULL || tf_card_attempts(&subject, order->reader, order->probe, error);
}

static gboolean audit_by_cryptoki(TfModule *module, const TfAuditOrder *order, const TfSecret *pin,
	TfEvidence *evidence, GBytes **ret_answer, GError **error)
{
	g_autoptr(TfTokenStatus) status = NULL;
	g_autoptr(TfSession) session = NULL;

	status = find_token(module, order->token, error);
	if (status == NULL)
		return FALSE;
	session = open_session(module, status, error);

	return session != NULL && audit_session(session, order, pin, evidence, ret_answer, error);
}

/*
 * libp11 last, without a session of ours and in the same initialisation, which costs a smart card more than
 * all the rest: it logs in for itself as a client does, and its unloading finalises the module under
 * everybody. When it is stuck, the module is still in use.
 */
static json_t *audit(const TfAuditOrder *order, const TfSecret *pin, gboolean *ret_is_stuck)
{
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(GBytes) answer = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModule) module = tf_module_load(order->module, order->module_arguments, &error);

	if (module == NULL || !audit_by_cryptoki(module, order, pin, evidence, &answer, &error))
		return tf_audit_error_to_json(error);
	*ret_is_stuck = answer_by_libp11(order, pin, evidence, &answer);
	if (*ret_is_stuck)
		(void)g_steal_pointer(&module);

	return tf_audit_result_to_json(evidence, answer);
}

int tf_auditor_main(void)
{
	g_autoptr(json_t) request = NULL;
	g_autoptr(TfAuditOrder) order = NULL;
	g_autoptr(TfSecret) pin = NULL;
	g_autoptr(json_t) result = NULL;
	g_autoptr(GError) error = NULL;
	gboolean is_stuck = FALSE;
	gboolean is_sent = FALSE;

	/* Without the parent nobody would read the answer, and the token would stay busy. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The system's openssl.cnf may name an engine or provider that loads the module a second time. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	request = tf_audit_receive(TF_AUDIT_SOCKET);
	order = request != NULL ? tf_audit_order_from_json(request) : NULL;
	if (order == NULL)
		return EXIT_FAILURE;
	if (order->has_pin)
		pin = tf_secret_read(TF_AUDIT_PIN, PIN_LIMIT, "fd:4", &error);
	(void)close(TF_AUDIT_PIN);
	result = error != NULL ? tf_audit_error_to_json(error) : audit(order, pin, &is_stuck);
	is_sent = tf_audit_send(TF_AUDIT_SOCKET, result);
	/* A thread still works with what would be freed here. */
	if (is_stuck)
		_exit(is_sent ? EXIT_SUCCESS : EXIT_FAILURE);

	return is_sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
