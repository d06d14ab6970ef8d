/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <openssl/bn.h>

#include "key/openssl.h"

/*
 * A prime of so many bits, the two highest of them set, for a key that lives for one audit and is meant to
 * come out. BN_generate_prime_ex2() tests each candidate for an adversary who may have chosen it (64 rounds
 * of Miller-Rabin), and takes four times as long; among numbers drawn here at random two tests leave no
 * doubt. FALSE when libcrypto fails.
 */
gboolean tf_prime_draw(BIGNUM *prime, int bits, BN_CTX *context);
