/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "examination.h"

#include "attempts.h"
#include "base/error.h"
#include "base/hex.h"
#include "card-attempts.h"
#include "object.h"
#include "response.h"

static const TfTokenStatus *find_token(const GPtrArray *statuses, const TfTokenFacts *token, GError **error)
{
	const TfTokenStatus *found = NULL;
	guint n_found = 0;

	for (guint i = 0; i < statuses->len; i++) {
		const TfTokenStatus *status = g_ptr_array_index(statuses, i);

		if (tf_token_facts_equal(status->facts, token) &&
			g_strcmp0(status->facts->label, token->label) == 0) {
			n_found++;
			found = status;
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

	return found;
}

/* For writing, since C_SetAttributeValue on a token object wants that; a write-protected token is audited as
 * far as it goes. */
static TfSession *open_session(TfModule *module, const TfTokenStatus *status, GError **error)
{
	g_autoptr(GError) refusal = NULL;
	TfSession *session = tf_session_open_unseen(module, status, TRUE, &refusal);

	if (session != NULL)
		return session;
	if (g_error_matches(refusal, TF_ERROR, TF_ERROR_TOKEN_WRITE_PROTECTED))
		return tf_session_open_unseen(module, status, FALSE, error);
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
		g_autoptr(GBytes) value = NULL;

		if (!tf_object_read(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), CKA_VALUE, &value, error))
			return FALSE;
		if (value != NULL && g_bytes_equal(value, order->certificate_der))
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

void tf_examination_unanswered(TfEvidence *evidence, const gchar *via, const gchar *failure)
{
	g_autofree gchar *earlier = g_steal_pointer(&evidence->unanswered);

	evidence->unanswered = earlier == NULL ? g_strdup_printf("%s: %s", via, failure)
					       : g_strdup_printf("%s; %s: %s", earlier, via, failure);
}

void tf_examination_answered(TfEvidence *evidence, const TfAuditOrder *order, const gchar *via,
	const gchar *mechanism, GBytes *bytes)
{
	gboolean signs = order->statement != NULL;

	g_free(evidence->challenge);
	evidence->challenge = g_strdup(signs ? "signed" : "decrypted");
	/* The answer to a decryption is no signature, and is not kept. */
	tf_evidence_add_response(evidence, via, mechanism, signs ? bytes : NULL);
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
		tf_examination_unanswered(subject->evidence, "Cryptoki", failure);
		return;
	}
	tf_examination_answered(subject->evidence, order, "cryptoki", mechanism, bytes);
	if (order->statement == NULL)
		*ret_answer = g_steal_pointer(&bytes);
}

static gboolean examine(TfSubject *subject, const TfAuditOrder *order, GBytes **ret_answer, GError **error)
{
	if (!certificate_is_there(subject->session, order, &subject->evidence->certificate_is_public, error))
		return FALSE;
	/* The parent has logged in with this PIN in the same run; when only one try is left now, something is
	 * wrong, and it is not used. */
	if (!tf_session_login(subject->session, subject->pin, FALSE, error) ||
		!find_key(subject, order, error) || !tf_attempts_ask(subject, error))
		return FALSE;
	answer_by_cryptoki(subject, order, ret_answer);
	if (!tf_attempts_run(subject, error))
		return FALSE;

	return order->reader == NULL || tf_card_attempts(subject, order->reader, order->probe, error);
}

TfEvidence *tf_examine(TfModule *module, const GPtrArray *tokens, TfStock *stock, const TfAuditOrder *order,
	const TfSecret *pin, GBytes **ret_answer, GError **error)
{
	const TfTokenStatus *status = find_token(tokens, order->token, error);
	g_autoptr(TfSession) session = status != NULL ? open_session(module, status, error) : NULL;
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	g_autoptr(GBytes) answer = NULL;
	TfSubject subject = { .session = session,
		.key_id = order->key_id,
		.public = order->public,
		.pin = pin,
		.evidence = evidence,
		.stock = stock,
		.lacks_session_keys = order->lacks_session_keys };

	if (session == NULL || !examine(&subject, order, &answer, error))
		return NULL;
	*ret_answer = g_steal_pointer(&answer);

	return g_steal_pointer(&evidence);
}
