/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Graded evidence for the keys on a token, now or years later; no source is needed. */
#pragma once

#include <glib.h>

#include "key/proof.h"
#include "record/outcome.h"
#include "transfer/choice.h"
#include "transfer/dialogue.h"

typedef enum TfComparison {
	TF_COMPARED_LEDGER,	 /* with the certificate of a ledger row for this token and key */
	TF_COMPARED_CERTIFICATE, /* with --certificate FILE */
	TF_COMPARED_TOKEN, /* only with the certificate on the token itself: anybody could have written both
			    */
} TfComparison;

typedef struct TfVerification {
	TfPlacement *placement;
	TfCertificateFacts *certificate;
	GBytes *certificate_der;
	TfComparison compared_with;
	gboolean is_signed; /* the challenge was answered, and the signature verified with that certificate */
	TfProof *proof;	    /* then: a fresh one, of no source */
} TfVerification;
void tf_verification_free(TfVerification *verification);

typedef struct TfVerificationPlan {
	TfModuleRequest module;
	const gchar *token_uri;
	const gchar *certificate_file; /* --certificate: only its key is verified, with or without a
					  certificate on the token; NULL: every key of which the token or the
					  ledger has one */
	const gchar *ledger_path; /* to compare with, when it exists; made only to remember a PIN that failed
				     (law 8); NULL: none */
	const gchar *const *auditor;
} TfVerificationPlan;

/* TfVerification of each key; a key of no known certificate is told (TF_NEWS_KEY_UNCHECKED) and left out.
 * TF_ERROR_TOKEN_KEY_MISSING when none remains, token and PIN errors as in a transfer. */
GPtrArray *tf_verify(
	const TfVerificationPlan *plan, const TfDialogue *dialogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
