/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The keys on a token that 'verify' can audit: private keys, with the certificate under the same CKA_ID. */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "token/session.h"

typedef struct TfTokenKey {
	GBytes *key_id;
	gchar *label;
	X509 *certificate; /* NULL when the token holds none under this CKA_ID */
} TfTokenKey;

void tf_token_key_free(TfTokenKey *key);

/*
 * TfTokenKey of every private key a logged-in session sees; with 'of' only of those that this certificate is
 * for: by modulus or point, and where the token shows neither, by the CKA_ID that follows from them.
 */
GPtrArray *tf_token_keys(TfSession *session, X509 *of, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTokenKey, tf_token_key_free)
