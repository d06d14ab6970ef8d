/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the answers of an audit amount to: a proof, or a reason to take back what was written. */
#pragma once

#include "key/proof.h"
#include "ledger/step.h"
#include "record/evidence.h"
#include "record/facts.h"

typedef struct TfJudgement {
	TfProof *proof;
	GBytes *statement; /* NULL for a decryption challenge, which nobody can check again */
	GBytes *signature;
	TfStep undone; /* after a failure: the step that taking the objects back leads to */
} TfJudgement;
void tf_judgement_clear(TfJudgement *judgement);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfJudgement, tf_judgement_clear)

/*
 * Uses the challenge up. The signature through Cryptoki makes the proof; the one through libp11, where it
 * could be asked, must hold as well; 'answer' is that to a decryption challenge, else NULL.
 * TF_ERROR_EVIDENCE_REFUTED: the token let the key out. TF_ERROR_PROOF_INVALID: it did not answer, or not
 * rightly.
 */
gboolean tf_judge(TfChallenge *challenge, const TfEvidence *evidence, GBytes *answer, X509 *certificate,
	const TfTokenFacts *token, TfJudgement *ret_judgement, GError **error);
