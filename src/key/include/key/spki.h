/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The DER of a public key, as certificates hold it. */
#pragma once

#include <glib.h>

#include "key/openssl.h"

/*
 * SubjectPublicKeyInfo (RFC 5280, 4.1), byte for byte what i2d_PUBKEY() writes, a point always uncompressed:
 * certificates may hold it compressed, tokens and PKCS #8 do not, and it is the same key. Written from the
 * key's numbers, since libcrypto searches all of its encoders each time. NULL for what cannot be encoded.
 */
GBytes *tf_spki_of_key(EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;

/* The other way round, of exactly these bytes; NULL when they are none. */
EVP_PKEY *tf_spki_read(GBytes *information) G_GNUC_WARN_UNUSED_RESULT;
