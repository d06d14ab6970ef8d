/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mechanisms of C_WrapKey, and throw-away wrapping keys for them: session objects, of a value known to us
 * where the token takes one, so that what they wrap can be unwrapped in software.
 */
#pragma once

#include "base/secret.h"
#include "key/openssl.h"
#include "subject-private.h"
#include "verdict.h"

typedef enum TfWrapParameter {
	TF_WRAP_NO_PARAMETER,
	TF_WRAP_IV_8,
	TF_WRAP_IV_16,
	TF_WRAP_COUNTER, /* CK_AES_CTR_PARAMS */
	TF_WRAP_GCM,
	TF_WRAP_OAEP,
	TF_WRAP_RSA_AES, /* an AES key by OAEP, then the key by KWP with it */
} TfWrapParameter;

typedef struct TfWrapMechanism {
	CK_MECHANISM_TYPE type;
	const gchar *name;
	CK_KEY_TYPE key_type;
	CK_MECHANISM_TYPE generation; /* for a token that takes no known value; 0: none */
	gsize key_length;	      /* bytes; RSA: of the modulus */
	TfWrapParameter parameter;
	TfAttemptKind kind;
	gsize block;	     /* takes whole blocks of so many bytes only; 0: any length */
	const gchar *cipher; /* libcrypto's name; NULL: cannot be unwrapped here */
	gboolean is_padded;  /* PKCS#7 */
} TfWrapMechanism;

/* NULL for one that the table does not know. */
const TfWrapMechanism *tf_wrap_mechanism(CK_MECHANISM_TYPE type);

/* One of a type of key; it serves every mechanism that takes this type. */
typedef struct TfWrappingKey {
	const TfSubject *subject;
	CK_OBJECT_HANDLE object; /* 0: it could not be made, 'rv' says why */
	CK_RV rv;
	TfSecret *value;      /* NULL: drawn by the token, or RSA */
	EVP_PKEY *rsa;	      /* both halves; NULL when 'object' is the token's own public key */
	gboolean is_borrowed; /* 'object' was there before, and stays */
} TfWrappingKey;

/* The wrapping keys of one audit, and what the token would not make: it is not asked for that again. */
typedef struct TfWrapMaterial {
	GHashTable *keys; /* CK_KEY_TYPE -> TfWrappingKey */
} TfWrapMaterial;

/* The objects are destroyed. */
void tf_wrap_material_clear(TfWrapMaterial *material);

/* The key for 'mechanism', borrowed from 'material', which starts zeroed. Where session keys are lacking, the
 * public key of the key under audit wraps by RSA: what it wraps cannot be unwrapped here. NULL with
 * TF_ERROR_SYSTEM when libcrypto or the secure heap fails. */
const TfWrappingKey *tf_wrapping_key(
	TfWrapMaterial *material, const TfSubject *subject, const TfWrapMechanism *mechanism, GError **error);

/* Whether tf_wrapping_key_unwrap() can work. */
gboolean tf_wrapping_key_is_known(const TfWrappingKey *key, const TfWrapMechanism *mechanism);

/* One C_WrapKey, the wrapped bytes in *ret_wrapped; NULL when it does not answer CKR_OK. */
CK_RV tf_wrapping_key_wrap(const TfWrappingKey *key, const TfWrapMechanism *mechanism,
	CK_OBJECT_HANDLE object, TfSecret **ret_wrapped);

/* What was wrapped; NULL when it does not come apart. */
TfSecret *tf_wrapping_key_unwrap(const TfWrappingKey *key, const TfWrapMechanism *mechanism,
	const TfSecret *wrapped) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfWrapMaterial, tf_wrap_material_clear)
