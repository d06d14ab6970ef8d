/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public half of a key in the forms of Cryptoki (2.40, Mechanisms 2.1.2 and 2.3.3). */
#pragma once

#include "cryptoki-private.h"
#include "key/openssl.h"

typedef struct TfPublicHalf {
	CK_KEY_TYPE type;      /* CKK_RSA or CKK_EC */
	gsize field_size;      /* bytes of a coordinate and of the private value; 0 for RSA */
	GBytes *modulus;       /* RSA: big-endian without leading zeros; NULL for EC */
	GBytes *exponent;      /* RSA */
	GBytes *parameters;    /* EC: DER of the named curve's object identifier */
	GBytes *point;	       /* EC: uncompressed, 04 X Y */
	GBytes *wrapped_point; /* EC: the point as DER OCTET STRING */
} TfPublicHalf;

/* NULL for a key that is neither RSA nor on a named prime curve. */
TfPublicHalf *tf_public_half_new(EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;
void tf_public_half_free(TfPublicHalf *half);

/* SHA-1 of the modulus or point: the CKA_ID that NSS gives a key. */
GBytes *tf_public_half_id(const TfPublicHalf *half) G_GNUC_WARN_UNUSED_RESULT;

/* Whether what an object shows as CKA_MODULUS or CKA_EC_POINT is this half's; leading zeros and a missing
 * OCTET STRING around the point are forgiven. */
gboolean tf_public_half_equals(const TfPublicHalf *half, GBytes *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPublicHalf, tf_public_half_free)
