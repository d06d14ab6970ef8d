/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <openssl/pkcs12.h>

#include "key/openssl.h"

/* The key of a PrivateKeyInfo (RFC 5958), as EVP_PKCS82PKEY() reads it; RSA, which is what comes by the
 * thousands, without its search for a decoder. NULL for what libcrypto does not know. */
EVP_PKEY *tf_private_key_read(const PKCS8_PRIV_KEY_INFO *info) G_GNUC_WARN_UNUSED_RESULT;

/* The other way round, as EVP_PKEY2PKCS8() writes it; the caller frees. NULL when libcrypto fails. */
PKCS8_PRIV_KEY_INFO *tf_private_key_write(EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;
