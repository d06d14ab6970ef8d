/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stock.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/secret.h"

static void test_one_of_a_kind(void)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	g_autoptr(EVP_PKEY) one = EVP_EC_gen("P-256");
	g_autoptr(EVP_PKEY) other = EVP_EC_gen("P-256");
	g_autoptr(EVP_PKEY) longer = EVP_EC_gen("P-384");

	g_assert_true(tf_stock_control(stock, one) == tf_stock_control(stock, other));
	g_assert_true(tf_stock_control(stock, one) != tf_stock_control(stock, longer));
	g_assert_cmpint(EVP_PKEY_get_bits(tf_stock_control(stock, longer)->key), ==, 384);
}

/* Its private half is known here, the one of the key under audit is not. */
static void test_not_the_model(void)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	g_autoptr(EVP_PKEY) model = EVP_RSA_gen(1024);
	const TfControlPair *pair = tf_stock_control(stock, model);

	g_assert_cmpint(EVP_PKEY_get_bits(pair->key), ==, 1024);
	g_assert_cmpint(EVP_PKEY_eq(pair->key, model), ==, 0);
}

static void test_wrapping(void)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	g_autoptr(EVP_PKEY) first = tf_stock_wrapping(stock);
	g_autoptr(EVP_PKEY) again = tf_stock_wrapping(stock);

	g_assert_nonnull(first);
	g_assert_true(first == again);

	g_clear_pointer(&stock, tf_stock_free);

	g_assert_cmpint(EVP_PKEY_get_bits(again), ==, 2048);
}

static void test_value(void)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	g_autoptr(TfSecret) first = tf_stock_value(stock, 1, 32);
	g_autoptr(TfSecret) again = tf_stock_value(stock, 1, 32);
	g_autoptr(TfSecret) other = tf_stock_value(stock, 2, 32);

	g_assert_true(tf_secret_equal(first, again));
	g_assert_false(tf_secret_equal(first, other));
}

static void test_remember(void)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	g_autoptr(EVP_PKEY) one = EVP_EC_gen("P-256");
	g_autoptr(EVP_PKEY) other = EVP_EC_gen("P-256");
	g_autoptr(TfSecret) wrapped = tf_secret_new_copy("wrapped", 7);
	g_autoptr(TfSecret) changed = tf_secret_new_copy("wrappet", 7);

	tf_stock_remember(stock, 1, one, wrapped);

	g_assert_true(tf_stock_remembers(stock, 1, one, wrapped));
	g_assert_false(tf_stock_remembers(stock, 1, one, changed));
	g_assert_false(tf_stock_remembers(stock, 1, other, wrapped));
	g_assert_false(tf_stock_remembers(stock, 2, one, wrapped));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/stock/there is one control pair of a kind", test_one_of_a_kind);
	g_test_add_func("/stock/a control pair is like the model, and is another one", test_not_the_model);
	g_test_add_func("/stock/there is one wrapping pair, and it outlives the stock", test_wrapping);
	g_test_add_func("/stock/there is one value of a type of key", test_value);
	g_test_add_func("/stock/what came apart is known by mechanism, pair and bytes", test_remember);

	return g_test_run();
}
