/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/judgement.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"

void tf_judgement_clear(TfJudgement *judgement)
{
	g_clear_pointer(&judgement->proof, tf_proof_free);
	g_clear_pointer(&judgement->statement, g_bytes_unref);
	g_clear_pointer(&judgement->signature, g_bytes_unref);
}

static GBytes *response_via(const TfEvidence *evidence, const gchar *via)
{
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		if (strcmp(response->via, via) == 0)
			return response->bytes;
	}

	return NULL;
}

static gboolean check_signatures(TfChallenge *challenge, const TfEvidence *evidence, X509 *certificate,
	const TfTokenFacts *token, TfJudgement *ret_judgement, GError **error)
{
	GBytes *statement = tf_challenge_statement(challenge);
	GBytes *by_cryptoki = response_via(evidence, "cryptoki");
	GBytes *by_libp11 = response_via(evidence, "libp11");

	if (by_cryptoki == NULL)
		return tf_raise(
			error, TF_ERROR_PROOF_INVALID, _("the token did not answer the challenge"), NULL);
	if (by_libp11 != NULL && !tf_proof_check(statement, by_libp11, certificate, token->manufacturer,
					 token->model, token->serial, error))
		return FALSE;
	ret_judgement->statement = g_bytes_ref(statement);
	ret_judgement->signature = g_bytes_ref(by_cryptoki);
	ret_judgement->proof = tf_proof_new(challenge, by_cryptoki, certificate, error);

	return ret_judgement->proof != NULL;
}

gboolean tf_judge(TfChallenge *challenge, const TfEvidence *evidence, GBytes *answer, X509 *certificate,
	const TfTokenFacts *token, TfJudgement *ret_judgement, GError **error)
{
	if (tf_evidence_grade(evidence) == TF_GRADE_REFUTED) {
		ret_judgement->undone = TF_STEP_REFUTED;
		return tf_raise(
			error, TF_ERROR_EVIDENCE_REFUTED, token->label, tf_evidence_leak(evidence), NULL);
	}
	ret_judgement->undone = TF_STEP_UNDONE;
	if (answer == NULL)
		return check_signatures(challenge, evidence, certificate, token, ret_judgement, error);
	ret_judgement->proof = tf_proof_new_decrypted(challenge, answer, certificate, error);

	return ret_judgement->proof != NULL;
}
