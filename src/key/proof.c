/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/proof.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <string.h>

#include "base/error.h"
#include "challenge-private.h"
#include "key/certificate.h"
#include "statement-private.h"

#define SIGNATURE_LIMIT 1024u

struct TfProof {
	guint8 spki_sha256[TF_SHA256_SIZE];
	guint8 source_sha256[TF_SHA256_SIZE];
	gboolean is_fresh;
};

static gboolean invalid(const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_PROOF_INVALID, reason, NULL);
}

/* By the public key of the certificate, with SHA-256. */
static gboolean check_signature(GBytes *statement, GBytes *signature, X509 *certificate, GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
	gboolean is_good =
		key != NULL && context != NULL && (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "EC")) &&
		g_bytes_get_size(signature) > 0 && g_bytes_get_size(signature) <= SIGNATURE_LIMIT &&
		EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
		EVP_DigestVerify(context, g_bytes_get_data(signature, NULL), g_bytes_get_size(signature),
			g_bytes_get_data(statement, NULL), g_bytes_get_size(statement)) == 1;

	ERR_clear_error();

	return is_good || invalid(_("the signature is not of this key"), error);
}

static gboolean check_certificate(const guint8 *sha256, X509 *certificate, GError **error)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_certificate_sha256(certificate, digest);

	return memcmp(digest, sha256, TF_SHA256_SIZE) == 0 ||
	       invalid(_("the challenge names another certificate"), error);
}

static TfProof *make_proof(X509 *certificate, const guint8 *source_sha256, gboolean is_fresh)
{
	TfProof *proof = g_new0(TfProof, 1);

	tf_certificate_spki_sha256(certificate, proof->spki_sha256);
	memcpy(proof->source_sha256, source_sha256, TF_SHA256_SIZE);
	proof->is_fresh = is_fresh;

	return proof;
}

/* What every answer to a challenge of this process must pass. */
static gboolean use_challenge(TfChallenge *challenge, X509 *certificate, GError **error)
{
	if (!tf_challenge_use(challenge))
		return invalid(_("the challenge was answered before"), error);

	return check_certificate(tf_challenge_certificate_sha256(challenge), certificate, error);
}

TfProof *tf_proof_new(TfChallenge *challenge, GBytes *signature, X509 *certificate, GError **error)
{
	if (!use_challenge(challenge, certificate, error) ||
		!check_signature(tf_challenge_statement(challenge), signature, certificate, error))
		return NULL;

	return make_proof(certificate, tf_challenge_source_sha256(challenge), TRUE);
}

TfProof *tf_proof_new_decrypted(TfChallenge *challenge, GBytes *answer, X509 *certificate, GError **error)
{
	GBytes *statement = tf_challenge_statement(challenge);
	guint8 digest[TF_SHA256_SIZE];

	if (!use_challenge(challenge, certificate, error))
		return NULL;

	tf_sha256(g_bytes_get_data(statement, NULL), g_bytes_get_size(statement), digest);
	if (g_bytes_get_size(answer) != sizeof digest ||
		CRYPTO_memcmp(g_bytes_get_data(answer, NULL), digest, sizeof digest) != 0) {
		(void)invalid(_("the challenge was not decrypted"), error);
		return NULL;
	}

	return make_proof(certificate, tf_challenge_source_sha256(challenge), TRUE);
}

TfProof *tf_proof_load(GBytes *statement, GBytes *signature, X509 *certificate,
	const TfChallengeContext *expected, GError **error)
{
	g_autoptr(TfStatement) read = tf_statement_read(statement);

	if (read == NULL || !tf_statement_fits(read, expected)) {
		(void)invalid(_("the stored challenge is not of this run"), error);
		return NULL;
	}
	if (!check_certificate(read->certificate_sha256, certificate, error) ||
		!check_signature(statement, signature, certificate, error))
		return NULL;

	return make_proof(certificate, read->source_sha256, FALSE);
}

void tf_proof_free(TfProof *proof)
{
	g_free(proof);
}

gboolean tf_proof_is_fresh(const TfProof *proof)
{
	return proof->is_fresh;
}

const guint8 *tf_proof_spki_sha256(const TfProof *proof)
{
	return proof->spki_sha256;
}

const guint8 *tf_proof_source_sha256(const TfProof *proof)
{
	return proof->source_sha256;
}

gboolean tf_proof_check(GBytes *statement, GBytes *signature, X509 *certificate, const gchar *manufacturer,
	const gchar *model, const gchar *serial, GError **error)
{
	g_autoptr(TfStatement) read = tf_statement_read(statement);

	if (read == NULL)
		return invalid(_("the statement is not one of this program"), error);
	if (!tf_statement_is_about_token(read, manufacturer, model, serial))
		return invalid(_("the challenge names another token"), error);

	return check_certificate(read->certificate_sha256, certificate, error) &&
	       check_signature(statement, signature, certificate, error);
}
