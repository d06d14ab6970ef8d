/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A private SoftHSM token for tests: its own directory and SOFTHSM2_CONF, formatted, with the user PIN below;
 * and keys written to it by raw Cryptoki, without the importer that other tests test. Everything asserts.
 */
#pragma once

#include <glib.h>
#include <p11-kit/pkcs11.h>

#include "key/openssl.h"

#define TF_SOFT_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define TF_SOFT_LABEL  "Test Token"
#define TF_SOFT_PIN    "739146"
#define TF_SOFT_SO_PIN "85207413"

typedef struct TfSoftToken {
	gchar *directory; /* private; mock.log, mock.counter, mock.memory and mock.script lie there too */
} TfSoftToken;

/* Sets SOFTHSM2_CONF for this process and its children. */
TfSoftToken *tf_soft_token_new(void);
void tf_soft_token_free(TfSoftToken *token);

/* Writes 'script' and returns the mock's C_Initialize string for this token. The caller frees. */
gchar *tf_soft_token_mock_arguments(TfSoftToken *token, const gchar *script);

/*
 * A private key as an import writes it (CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, not CKA_EXTRACTABLE, signing
 * and decrypting allowed, CKA_ID 'id'), RSA or EC.
 */
CK_RV tf_soft_create_key(CK_FUNCTION_LIST *functions, CK_SESSION_HANDLE session, EVP_PKEY *key, GBytes *id,
	CK_OBJECT_HANDLE *object);

/* Its certificate, public, under the same CKA_ID. */
CK_RV tf_soft_create_certificate(CK_FUNCTION_LIST *functions, CK_SESSION_HANDLE session, X509 *certificate,
	GBytes *id, CK_OBJECT_HANDLE *object);
