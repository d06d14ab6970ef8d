/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * TfProof: a checked answer of a token to our challenge. Functions that destroy take one (law 1), and it can
 * be made in two ways only: from a challenge drawn by this process now, or from the stored challenge and
 * signature of one ledger row, verified again.
 *
 * The statement is a text anyone can read: a domain string, then one line per field (statement-private.h has
 * the form). The token signs it with
 * SHA-256, so the challenge is the SHA-256 of the statement, and 'openssl dgst -sha256 -verify' checks it
 * without this program.
 */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "key/openssl.h"

typedef struct TfChallengeContext {
	const gchar *ledger; /* UUID of the ledger */
	gint64 row;
	guint8 certificate_sha256[TF_SHA256_SIZE];
	guint8 source_sha256[TF_SHA256_SIZE]; /* all zero when there is no source ('verify') */
	const gchar *manufacturer;	      /* of the token, as it tells them */
	const gchar *model;
	const gchar *serial;
} TfChallengeContext;

typedef struct TfChallenge TfChallenge;
typedef struct TfProof TfProof;

/* With 32 random bytes of this process. NULL with TF_ERROR_SYSTEM when the random generator fails. */
TfChallenge *tf_challenge_draw(const TfChallengeContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_challenge_free(TfChallenge *challenge);

/* Borrowed; what the token is to sign. */
GBytes *tf_challenge_statement(const TfChallenge *challenge);

/* For a certificate that allows no signing: the SHA-256 of the statement, encrypted to the certificate's RSA
 * key by OAEP (SHA-1, the one form that tokens share). The auditor gets this and not the statement. */
GBytes *tf_challenge_encrypt(
	const TfChallenge *challenge, X509 *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A fresh proof: 'signature' (PKCS#1 v1.5 or ECDSA in DER) over the statement of a challenge drawn here,
 * verified with the public key of the source's certificate, whose digest must be the one in the challenge. A
 * challenge answers once, rightly or wrongly; a second signature over the same statement is checked by
 * tf_proof_check(). TF_ERROR_PROOF_INVALID.
 */
TfProof *tf_proof_new(TfChallenge *challenge, GBytes *signature, X509 *certificate,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from the answer to tf_challenge_encrypt(); such a proof cannot be checked by others and is never
 * stored. */
TfProof *tf_proof_new_decrypted(
	TfChallenge *challenge, GBytes *answer, X509 *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A stored proof, verified again: every field of the statement must be that of 'expected', the row it was
 * stored in. */
TfProof *tf_proof_load(GBytes *statement, GBytes *signature, X509 *certificate,
	const TfChallengeContext *expected, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_proof_free(TfProof *proof);

/* A stored proof may finish only the wipe of the source it names. */
gboolean tf_proof_is_fresh(const TfProof *proof);
const guint8 *tf_proof_spki_sha256(const TfProof *proof);
const guint8 *tf_proof_source_sha256(const TfProof *proof);

/*
 * For anyone with a report: is 'signature' over 'statement' good for the certificate, and is it a statement
 * of ours about that certificate and this token? Makes no proof. TF_ERROR_PROOF_INVALID.
 */
gboolean tf_proof_check(GBytes *statement, GBytes *signature, X509 *certificate, const gchar *manufacturer,
	const gchar *model, const gchar *serial, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfChallenge, tf_challenge_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfProof, tf_proof_free)
