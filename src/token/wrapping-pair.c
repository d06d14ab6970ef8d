/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrapping-pair.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "key/rsa-key.h"
#include "prime.h"

#define MODULUS_BITS (int)(TF_WRAPPING_PAIR_BYTES * 8)
#define N_PRIMES     4u
#define PRIME_BITS   (MODULUS_BITS / (int)N_PRIMES)
/* Five are enough as a rule: two thirds of the products have their full length, and nearly all an inverse. */
#define N_DRAWS 256u

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)

typedef struct Pair {
	BIGNUM *n;
	BIGNUM *e;
	BIGNUM *d;
	BIGNUM *phi;
	BIGNUM *primes[N_PRIMES];
} Pair;

static void pair_clear(Pair *pair)
{
	BN_clear_free(pair->n);
	BN_clear_free(pair->e);
	BN_clear_free(pair->d);
	BN_clear_free(pair->phi);
	for (guint i = 0; i < N_PRIMES; i++)
		BN_clear_free(pair->primes[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static gboolean pair_init(Pair *pair)
{
	*pair = (Pair){ BN_new(), BN_new(), BN_secure_new(), BN_secure_new(), { NULL } };
	for (guint i = 0; i < N_PRIMES; i++) {
		pair->primes[i] = BN_secure_new();
		if (pair->primes[i] == NULL)
			return FALSE;
	}

	return pair->n != NULL && pair->e != NULL && pair->d != NULL && pair->phi != NULL &&
	       BN_set_word(pair->e, RSA_F4) == 1;
}

/* FALSE when libcrypto fails. */
static gboolean multiply(Pair *pair, BN_CTX *context)
{
	g_autoptr(BIGNUM) factor = BN_secure_new();

	if (factor == NULL || BN_one(pair->n) != 1 || BN_one(pair->phi) != 1)
		return FALSE;
	for (guint i = 0; i < N_PRIMES; i++) {
		if (BN_mul(pair->n, pair->n, pair->primes[i], context) != 1 ||
			BN_sub(factor, pair->primes[i], BN_value_one()) != 1 ||
			BN_mul(pair->phi, pair->phi, factor, context) != 1)
			return FALSE;
	}

	return TRUE;
}

/* Of primes that do not do, one after the other is drawn anew. */
static gboolean draw(Pair *pair)
{
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();

	for (guint i = 0; context != NULL && i < N_DRAWS; i++) {
		if (!tf_prime_draw(pair->primes[i % N_PRIMES], PRIME_BITS, context))
			return FALSE;
		if (i + 1 < N_PRIMES)
			continue;
		if (!multiply(pair, context))
			return FALSE;
		if (BN_num_bits(pair->n) == MODULUS_BITS &&
			BN_mod_inverse(pair->d, pair->e, pair->phi, context) != NULL)
			return TRUE;
	}

	return FALSE;
}

EVP_PKEY *tf_wrapping_pair_new(void)
{
	g_auto(Pair) pair = { NULL, NULL, NULL, NULL, { NULL } };

	if (!pair_init(&pair) || !draw(&pair))
		return NULL;

	return tf_rsa_key_of(
		(const TfRsaNumber[]){
			{ OSSL_PKEY_PARAM_RSA_N, pair.n },
			{ OSSL_PKEY_PARAM_RSA_E, pair.e },
			{ OSSL_PKEY_PARAM_RSA_D, pair.d },
		},
		3);
}
