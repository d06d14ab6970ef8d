/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The RSA pair of the attempts to wrap: its public half goes to the token, its private half opens what came
 * out. */
#pragma once

#include "key/openssl.h"

#define TF_WRAPPING_PAIR_BYTES 256u

/*
 * A fresh pair with a modulus of exactly TF_WRAPPING_PAIR_BYTES, whose private half is held as n, e and d
 * only. The modulus has four prime factors, which to a token is like any other one (RFC 8017, 3.1), and takes
 * a tenth of the time of one with two. NULL when libcrypto or the secure heap fails.
 */
EVP_PKEY *tf_wrapping_pair_new(void) G_GNUC_WARN_UNUSED_RESULT;
