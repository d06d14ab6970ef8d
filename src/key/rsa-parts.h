/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "key/keypair.h"

/*
 * Whether the numbers of a private key of two primes say the same (RFC 8017, section 3.2): n = p * q, e * d =
 * 1 modulo p - 1 and q - 1, and dP, dQ and qInv. Then they are used: what the private
 * exponent does to a number modulo p and q, the public one undoes, which it does not where p or q is
 * composite; to test their primality would take longer than all else that is done to a key. So whoever has n
 * and e verifies what such a key signs. FALSE too when a number is missing or memory is short.
 */
gboolean tf_rsa_parts_fit(const EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;

/* One number of a key, most significant octet first, without leading zeros; NULL when it has none. */
TfSecret *tf_rsa_parts_number(const EVP_PKEY *key, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;
