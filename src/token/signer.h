/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Keys of tokens as EVP_PKEYs through libp11, the way a client signs: one token after the other. libp11 loads
 * the module itself, and finalises it when the signer is freed: no session of ours survives that.
 */
#pragma once

#include "base/secret.h"
#include "key/openssl.h"
#include "record/facts.h"

typedef struct TfSigner TfSigner;

/* The module loaded and its slots looked at. NULL, and in *ret_failure (static) the libp11 call that failed,
 * when libp11 cannot work with it: that is a fact about the token, not an error of the run. */
TfSigner *tf_signer_new(const TfModuleFacts *module, const gchar *arguments,
	const gchar **ret_failure) G_GNUC_WARN_UNUSED_RESULT;
void tf_signer_free(TfSigner *signer);

/*
 * The private key with this CKA_ID on the token with this manufacturer, model, serial and label, as they were
 * when the module was loaded. 'pin' NULL: protected authentication path. One login. FALSE with *ret_failure
 * as above. What was taken before is left.
 */
gboolean tf_signer_take(TfSigner *signer, const TfTokenFacts *token, GBytes *key_id, const TfSecret *pin,
	const gchar **ret_failure);
/* Borrowed; until the token is left. */
EVP_PKEY *tf_signer_key(const TfSigner *signer);
/* Logs out; the PIN is cleared. */
void tf_signer_leave(TfSigner *signer);

/* SHA-256 with PKCS#1 v1.5 or ECDSA; NULL when the token does not sign. */
GBytes *tf_signer_sign(const TfSigner *signer, GBytes *message) G_GNUC_WARN_UNUSED_RESULT;

/* OAEP with SHA-1; NULL when the token does not decrypt. */
GBytes *tf_signer_decrypt(const TfSigner *signer, GBytes *ciphertext) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSigner, tf_signer_free)
