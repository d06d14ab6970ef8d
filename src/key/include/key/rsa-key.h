/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An RSA key of its numbers, without libcrypto's search for a decoder, which takes longer than all it finds.
 */
#pragma once

#include <glib.h>

#include "key/openssl.h"

typedef struct TfRsaNumber {
	const gchar *parameter; /* OSSL_PKEY_PARAM_RSA_N and so on */
	const BIGNUM *number;
} TfRsaNumber;

/* The pair, or the public half, that these numbers are; NULL when libcrypto or the secure heap fails. */
EVP_PKEY *tf_rsa_key_of(const TfRsaNumber *numbers, gsize n_numbers) G_GNUC_WARN_UNUSED_RESULT;
