/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RSAPublicKey and RSAPrivateKey (RFC 8017, A.1) as templates of our own: libcrypto's own readers and writers
 * of keys search all decoders and encoders each time, which takes longer than all that they find. */
#pragma once

#include <glib.h>

#include "key/openssl.h"

/* The DER, of libcrypto's memory, the caller's; 0 and an untouched *ret_der on failure. */
int tf_rsa_structure_write(const BIGNUM *n, const BIGNUM *e, guint8 **ret_der);

/* The public key of exactly these bytes; NULL when they are not of that form. */
EVP_PKEY *tf_rsa_structure_read_public(const guint8 *der, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* RSAPrivateKey of a key of two primes, likewise, to be cleared by OPENSSL_clear_free(); 0 for any other. */
int tf_rsa_structure_write_private(const EVP_PKEY *key, guint8 **ret_der);

/* The key of exactly these bytes; NULL when they are not of that form, or of more than two primes. */
EVP_PKEY *tf_rsa_structure_read(const guint8 *der, gsize length) G_GNUC_WARN_UNUSED_RESULT;
