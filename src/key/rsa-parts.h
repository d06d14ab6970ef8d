/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "key/keypair.h"

/* Whether the numbers of a private key of two primes say the same (RFC 8017, section 3.2): n = p * q, e * d =
 * 1 modulo p - 1 and q - 1, dP, dQ and qInv as far as they are there. That p and q are prime is not looked
 * at: it takes longer than all else that is done to a key, and of numbers that fit so a composite one makes
 * no signature that verifies, which tf_keypair_new() sees. FALSE too when a number is missing or memory is
 * short. */
gboolean tf_rsa_parts_fit(const EVP_PKEY *key) G_GNUC_WARN_UNUSED_RESULT;

/* One number of a key, most significant octet first, without leading zeros; NULL when it has none. */
TfSecret *tf_rsa_parts_number(const EVP_PKEY *key, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;
