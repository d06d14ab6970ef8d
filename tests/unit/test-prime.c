/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prime.h"

#include "base/secret.h"

static void test_what_is_drawn_is_prime(void)
{
	const int lengths[] = { 512, 521, 1024 };
	BN_CTX *context = BN_CTX_new();

	for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(BIGNUM) prime = BN_secure_new();

		g_assert_true(tf_prime_draw(prime, lengths[i], context));

		g_assert_cmpint(BN_check_prime(prime, context, NULL), ==, 1);
	}
	BN_CTX_free(context);
}

/* So that a product of two has its full length. */
static void test_its_two_highest_bits_are_set(void)
{
	BN_CTX *context = BN_CTX_new();
	g_autoptr(BIGNUM) prime = BN_secure_new();

	g_assert_true(tf_prime_draw(prime, 512, context));

	g_assert_cmpint(BN_num_bits(prime), ==, 512);
	g_assert_true(BN_is_bit_set(prime, 510));
	BN_CTX_free(context);
}

static void test_two_are_not_the_same(void)
{
	BN_CTX *context = BN_CTX_new();
	g_autoptr(BIGNUM) first = BN_secure_new();
	g_autoptr(BIGNUM) second = BN_secure_new();

	g_assert_true(tf_prime_draw(first, 512, context));
	g_assert_true(tf_prime_draw(second, 512, context));

	g_assert_cmpint(BN_cmp(first, second), !=, 0);
	BN_CTX_free(context);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/prime/what is drawn is prime", test_what_is_drawn_is_prime);
	g_test_add_func("/prime/its two highest bits are set", test_its_two_highest_bits_are_set);
	g_test_add_func("/prime/two are not the same", test_two_are_not_the_same);

	return g_test_run();
}
