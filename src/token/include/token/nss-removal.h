/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key that is proven on a token, destroyed in the browser's key store that it came from. */
#pragma once

#include "key/proof.h"
#include "token/nss-store.h"

/*
 * Law 1: destroys the private key and the public key of this certificate's key, and the certificate, in that
 * order, and refuses (TF_ERROR_PROOF_INVALID, nothing changed) unless 'proof' is for the same key, and, if it
 * is a stored one, for this very source. Whatever else lies in the store stays. What a run that died has
 * destroyed already is not missed. After the login, in a store opened for writing.
 */
gboolean tf_nss_removal(TfNssStore *store, X509 *certificate, const guint8 source_sha256[TF_SHA256_SIZE],
	const TfProof *proof, GError **error);

/* Whether this certificate or its key is there; a private key that does not show whose it is counts
 * when it has this key's CKA_ID. Private keys are seen after the login only. */
gboolean tf_nss_removal_is_needed(
	TfNssStore *store, X509 *certificate, gboolean *ret_is_needed, GError **error);
/* Only its private key counts. */
gboolean tf_nss_removal_finds_private(
	TfNssStore *store, X509 *certificate, gboolean *ret_finds, GError **error);
