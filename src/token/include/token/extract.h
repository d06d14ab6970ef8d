/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key taken out of a browser's key store, to be moved onto a token. */
#pragma once

#include "key/keypair.h"
#include "token/nss-store.h"

/*
 * The key, its certificate and what the store holds of its chain: C_WrapKey with a throw-away AES key that we
 * know, unwrapped here. softokn shows no private number (CKR_ATTRIBUTE_SENSITIVE), yet wraps every key that
 * it does not hold as CKA_EXTRACTABLE=FALSE, which no browser asks for. 'certificate' stands in the place of
 * the key's own when it is not NULL. After the login. TF_ERROR_SOURCE_NO_CERTIFICATE,
 * TF_ERROR_SOURCE_MISMATCH (the pair is checked by use); TF_ERROR_SOURCE_UNSUPPORTED for a key that the store
 * does not give out, or that tf_keypair_new() does not take.
 */
TfKeypair *tf_extract(
	TfNssStore *store, const TfNssKey *key, X509 *certificate, GError **error) G_GNUC_WARN_UNUSED_RESULT;
