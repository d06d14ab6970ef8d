/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrapping-pair.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "rsa-key.h"

#define MODULUS_BITS ((int)(TF_WRAPPING_PAIR_BYTES * 8))
#define N_PRIMES     4
/* Three of four draws have a modulus of full length, and nearly all of them an exponent. */
#define N_DRAWS 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)

typedef struct Pair {
	BIGNUM *n;
	BIGNUM *e;
	BIGNUM *d;
	BIGNUM *phi;
} Pair;

static void pair_clear(Pair *pair)
{
	BN_clear_free(pair->n);
	BN_clear_free(pair->e);
	BN_clear_free(pair->d);
	BN_clear_free(pair->phi);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

/* FALSE when libcrypto fails. */
static gboolean draw_primes(Pair *pair, BN_CTX *context)
{
	if (BN_one(pair->n) != 1 || BN_one(pair->phi) != 1)
		return FALSE;
	for (guint i = 0; i < N_PRIMES; i++) {
		g_autoptr(BIGNUM) prime = BN_secure_new();

		if (prime == NULL ||
			BN_generate_prime_ex2(prime, MODULUS_BITS / N_PRIMES, 0, NULL, NULL, NULL, context) !=
				1 ||
			BN_mul(pair->n, pair->n, prime, context) != 1 || BN_sub_word(prime, 1) != 1 ||
			BN_mul(pair->phi, pair->phi, prime, context) != 1)
			return FALSE;
	}

	return TRUE;
}

static gboolean draw(Pair *pair)
{
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();

	if (context == NULL || BN_set_word(pair->e, RSA_F4) != 1)
		return FALSE;
	for (guint i = 0; i < N_DRAWS; i++) {
		if (!draw_primes(pair, context))
			return FALSE;
		if (BN_num_bits(pair->n) == MODULUS_BITS &&
			BN_mod_inverse(pair->d, pair->e, pair->phi, context) != NULL)
			return TRUE;
	}

	return FALSE;
}

EVP_PKEY *tf_wrapping_pair_new(void)
{
	g_auto(Pair) pair = { BN_new(), BN_new(), BN_secure_new(), BN_secure_new() };
	const TfRsaNumber numbers[] = {
		{ OSSL_PKEY_PARAM_RSA_N, pair.n },
		{ OSSL_PKEY_PARAM_RSA_E, pair.e },
		{ OSSL_PKEY_PARAM_RSA_D, pair.d },
	};

	if (pair.n == NULL || pair.e == NULL || pair.d == NULL || pair.phi == NULL || !draw(&pair))
		return NULL;

	return tf_rsa_key_of(numbers, G_N_ELEMENTS(numbers));
}
