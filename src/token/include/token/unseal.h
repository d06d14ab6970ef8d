/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An envelope (key/envelope.h) opened with a key that lives on a token. */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"
#include "record/facts.h"

/*
 * By the private key with this CKA_ID on the token with this manufacturer, model and serial, through libp11,
 * which loads the module itself and finalises it in the end: no module of ours may be loaded meanwhile. One
 * login with 'pin' (NULL: protected authentication path), which must be known to be right. The token must do
 * CKM_RSA_X_509, or CKM_ECDH1_DERIVE with a key that has CKA_DERIVE. 'arguments' as in tf_module_load().
 *
 * TF_ERROR_TOKEN_FAILED when libp11 does not get at the key, or not in time: then a thread of this process is
 * still in the module, with a PIN of its own, and no module may be loaded any more. Else the errors of
 * tf_envelope_open().
 */
typedef struct TfUnsealing {
	const TfModuleFacts *module;
	const gchar *arguments;
	const TfTokenFacts *token;
	GBytes *key_id;
	X509 *recipient;
	guint seconds; /* how long libp11 may take, which waits for ever when a session fails; 0: 60 */
} TfUnsealing;
TfSecret *tf_token_unseal(const TfUnsealing *unsealing, const TfSecret *pin, GBytes *envelope,
	const gchar *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
