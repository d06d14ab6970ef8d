/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prime.h"

/* Candidates are the odd numbers from a random one on, as far as this. */
#define SPAN	    4096u
#define SMALL_LIMIT 4000u /* what has a smaller factor is sieved out */
#define N_DRAWS	    64u

/* Marks the odd numbers below the limit that are composite. */
static void sieve_small(gboolean is_composite[SMALL_LIMIT])
{
	for (guint i = 3; i * i < SMALL_LIMIT; i += 2) {
		for (guint j = i * i; j < SMALL_LIMIT; j += 2 * i)
			is_composite[j] = TRUE;
	}
}

/* Marks what 'small' divides among start, start + 2 … */
static gboolean strike_out(const BIGNUM *start, guint small, gboolean is_composite[SPAN])
{
	BN_ULONG rest = BN_mod_word(start, small);
	guint first = 0;

	if (rest == (BN_ULONG)-1)
		return FALSE;
	/* start + 2 * first = 0 modulo 'small', which is odd. */
	first = (guint)(small - rest) % small;
	first = first % 2 == 0 ? first / 2 : (first + small) / 2;
	for (guint i = first; i < SPAN; i += small)
		is_composite[i] = TRUE;

	return TRUE;
}

static gboolean strike_out_all(const BIGNUM *start, gboolean is_composite[SPAN])
{
	g_autofree gboolean *small = g_new0(gboolean, SMALL_LIMIT);

	sieve_small(small);
	for (guint i = 3; i < SMALL_LIMIT; i += 2) {
		if (!small[i] && !strike_out(start, i, is_composite))
			return FALSE;
	}

	return TRUE;
}

/* Fermat's test to one base. FALSE too when libcrypto fails: the next candidate then shows it. */
static gboolean passes(const BIGNUM *candidate, BN_ULONG base, BN_CTX *context)
{
	g_autoptr(BIGNUM) number = BN_new();
	g_autoptr(BIGNUM) less_one = BN_secure_new();
	g_autoptr(BIGNUM) power = BN_secure_new();

	return number != NULL && less_one != NULL && power != NULL && BN_set_word(number, base) == 1 &&
	       BN_copy(less_one, candidate) != NULL && BN_sub_word(less_one, 1) == 1 &&
	       BN_mod_exp_mont(power, number, less_one, candidate, context, NULL) == 1 && BN_is_one(power);
}

static gboolean search(const BIGNUM *start, BIGNUM *prime, BN_CTX *context)
{
	g_autofree gboolean *is_composite = g_new0(gboolean, SPAN);

	if (!strike_out_all(start, is_composite))
		return FALSE;
	for (guint i = 0; i < SPAN; i++) {
		if (is_composite[i])
			continue;
		if (BN_copy(prime, start) == NULL || BN_add_word(prime, 2 * (BN_ULONG)i) != 1)
			return FALSE;
		if (passes(prime, 2, context) && passes(prime, 3, context))
			return TRUE;
	}

	return FALSE;
}

gboolean tf_prime_draw(BIGNUM *prime, int bits, BN_CTX *context)
{
	g_autoptr(BIGNUM) start = BN_secure_new();

	for (guint i = 0; start != NULL && i < N_DRAWS; i++) {
		if (BN_priv_rand(start, bits, BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ODD) != 1)
			return FALSE;
		if (search(start, prime, context) && BN_num_bits(prime) == bits)
			return TRUE;
	}

	return FALSE;
}
