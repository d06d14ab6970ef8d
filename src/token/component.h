/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether what came out of a token really is a private component of a key, known by its public half only as
 * a rule. Of a pair of ours the numbers are known, and comparing them is a thousand times cheaper. */
#pragma once

#include "base/secret.h"
#include "cryptoki-private.h"
#include "key/openssl.h"

/* The private components that a key of this type has by the standard (2.1.5, 2.3.4); n rows. */
const CK_ATTRIBUTE_TYPE *tf_component_types(EVP_PKEY *key, gsize *ret_n);

/* "CKA_PRIVATE_EXPONENT". Static. */
const gchar *tf_component_name(CK_ATTRIBUTE_TYPE type);

/* 'value' big-endian, as Cryptoki gives it. CKA_COEFFICIENT cannot be checked without the primes: a number of
 * its size counts. FALSE when libcrypto fails. */
gboolean tf_component_matches(EVP_PKEY *public, CK_ATTRIBUTE_TYPE type, const TfSecret *value);

/* 'encoded' is a PKCS#8 PrivateKeyInfo (RFC 5208) of this very key; trailing bytes (padding) are allowed. */
gboolean tf_component_in_pkcs8(EVP_PKEY *public, const TfSecret *encoded);
