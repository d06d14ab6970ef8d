/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A private key with its certificate and chain, as one PKCS#12 (or another source) held them. */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "base/secret.h"
#include "key/openssl.h"

typedef struct TfKeypair TfKeypair;

/*
 * Takes 'key' and 'certificate' (references are added), and of 'others' the certificates that lead from the
 * certificate upwards, ordered, whatever their order was. 'friendly_name' may be NULL. 'name' is for errors.
 * TF_ERROR_SOURCE_MISMATCH when the two do not belong together (the key pair is checked by use, not by
 * comparing the public halves only); TF_ERROR_SOURCE_UNSUPPORTED for a type or size that is not RSA
 * 1024-4096, P-256 or P-384.
 */
TfKeypair *tf_keypair_new(EVP_PKEY *key, X509 *certificate, const TfX509Stack *others,
	const gchar *friendly_name, const gchar *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_keypair_free(TfKeypair *keypair);

/* Borrowed. */
EVP_PKEY *tf_keypair_key(const TfKeypair *keypair);
X509 *tf_keypair_certificate(const TfKeypair *keypair);
const TfX509Stack *tf_keypair_chain(
	const TfKeypair *keypair); /* issuer first; a self-signed root last, if held */
const gchar *tf_keypair_friendly_name(const TfKeypair *keypair);

void tf_keypair_spki_sha256(const TfKeypair *keypair, guint8 ret_digest[TF_SHA256_SIZE]);

/* One number of the private key for the token: OSSL_PKEY_PARAM_RSA_D, …_PRIV_KEY and so on; most significant
 * octet first, without leading zeros. NULL when the key has no such number or the secure heap is exhausted.
 */
TfSecret *tf_keypair_number(const TfKeypair *keypair, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;

/* The private key as PKCS #8 (RFC 5958) in DER, to be handed to another process of ours through a pipe. NULL
 * when the secure heap is exhausted. */
TfSecret *tf_keypair_to_pkcs8(const TfKeypair *keypair) G_GNUC_WARN_UNUSED_RESULT;

/* And there: 'certificate' and 'chain' (NULL: none) are taken as they are, since tf_keypair_new() of the
 * process that read the file has checked them against the key; only that the public halves agree is looked at
 * again. 'name' is for errors. TF_ERROR_SOURCE_DAMAGED, TF_ERROR_SOURCE_MISMATCH. */
TfKeypair *tf_keypair_of_pkcs8(const TfSecret *pkcs8, X509 *certificate, const TfX509Stack *chain,
	const gchar *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether its certificate lets the key answer a challenge, by signing or by decrypting: nothing else could
 * prove that it lives on a token (law 1). TF_ERROR_SOURCE_UNSUPPORTED; 'name' is for the error. */
gboolean tf_keypair_check_purpose(const TfKeypair *keypair, const gchar *name, GError **error);

/* RSA below 2048 bits: accepted, but people are warned. */
gboolean tf_keypair_is_weak(const TfKeypair *keypair);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfKeypair, tf_keypair_free)
