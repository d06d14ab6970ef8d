/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "challenge-private.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "key/certificate.h"
#include "statement-private.h"

struct TfChallenge {
	GBytes *statement;
	guint8 certificate_sha256[TF_SHA256_SIZE];
	guint8 source_sha256[TF_SHA256_SIZE];
	gboolean is_used;
};

TfChallenge *tf_challenge_draw(const TfChallengeContext *context, GError **error)
{
	guint8 random[TF_STATEMENT_RANDOM_SIZE];
	TfChallenge *challenge = NULL;

	if (RAND_bytes(random, sizeof random) != 1) {
		ERR_clear_error();
		tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", _("the random generator failed"), NULL);
		return NULL;
	}

	challenge = g_new0(TfChallenge, 1);
	challenge->statement = tf_statement_write(context, random);
	memcpy(challenge->certificate_sha256, context->certificate_sha256, TF_SHA256_SIZE);
	memcpy(challenge->source_sha256, context->source_sha256, TF_SHA256_SIZE);

	return challenge;
}

void tf_challenge_free(TfChallenge *challenge)
{
	if (challenge == NULL)
		return;

	g_bytes_unref(challenge->statement);
	g_free(challenge);
}

GBytes *tf_challenge_statement(const TfChallenge *challenge)
{
	return challenge->statement;
}

gboolean tf_challenge_use(TfChallenge *challenge)
{
	gboolean is_first = !challenge->is_used;

	challenge->is_used = TRUE;

	return is_first;
}

const guint8 *tf_challenge_certificate_sha256(const TfChallenge *challenge)
{
	return challenge->certificate_sha256;
}

const guint8 *tf_challenge_source_sha256(const TfChallenge *challenge)
{
	return challenge->source_sha256;
}

static GBytes *encrypt(EVP_PKEY *key, const guint8 *plaintext, gsize length)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	g_autofree guint8 *ciphertext = NULL;
	gsize size = 0;

	if (context == NULL || EVP_PKEY_encrypt_init(context) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) != 1 ||
		EVP_PKEY_CTX_set_rsa_oaep_md_name(context, "SHA1", NULL) != 1 ||
		EVP_PKEY_encrypt(context, NULL, &size, plaintext, length) != 1)
		return NULL;

	ciphertext = g_malloc(size);
	if (EVP_PKEY_encrypt(context, ciphertext, &size, plaintext, length) != 1)
		return NULL;

	return g_bytes_new_take(g_steal_pointer(&ciphertext), size);
}

GBytes *tf_challenge_encrypt(const TfChallenge *challenge, X509 *certificate, GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	guint8 digest[TF_SHA256_SIZE];
	GBytes *ciphertext = NULL;

	tf_sha256(
		g_bytes_get_data(challenge->statement, NULL), g_bytes_get_size(challenge->statement), digest);
	if (key != NULL && EVP_PKEY_is_a(key, "RSA"))
		ciphertext = encrypt(key, digest, sizeof digest);
	ERR_clear_error();
	if (ciphertext == NULL)
		tf_raise(error, TF_ERROR_PROOF_INVALID, _("nothing can be encrypted to this certificate"),
			NULL);

	return ciphertext;
}
