/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <openssl/pkcs12.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/pkcs12.h"
#include "pkcs12-parts.h"

#define CODE  "1234567"
#define OTHER "7654321"

static X509_ALGOR *cipher(void)
{
	return PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 10, NULL, 0, NULL, -1);
}

/* The MAC is of another password, as good as one that was damaged. */
static GBytes *with_other_mac(GBytes *bag)
{
	return tf_part_with_mac(tf_part_file(bag, NULL), OTHER, "SHA256", 10);
}

static void test_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = with_other_mac(tf_part_bag(2, tf_part_locked_key(key, cipher(), CODE)));

	g_assert_cmpint(tf_part_failure(file, CODE), ==, TF_ERROR_SOURCE_DAMAGED);
	g_assert_cmpint(tf_part_failure(file, "3456712"), ==, TF_ERROR_PIN_CODE_WRONG);
}

/* Of so many wrong passwords several pass the padding. */
static void test_padding(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = with_other_mac(tf_part_bag(2, tf_part_locked_key(key, cipher(), CODE)));

	for (guint i = 0; i < 1000; i++) {
		g_autofree gchar *wrong = g_strdup_printf("wrong%u", i);

		g_assert_cmpint(tf_part_failure(file, wrong), ==, TF_ERROR_PIN_CODE_WRONG);
	}
}

static void test_nobody(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) plain = with_other_mac(tf_part_bag(1, tf_part_key(key)));
	g_autoptr(GBytes) nonsense = with_other_mac(tf_part_bag(2, tf_part_locked_nonsense(cipher())));

	g_assert_cmpint(tf_part_failure(plain, CODE), ==, TF_ERROR_PIN_CODE_WRONG);
	g_assert_cmpint(tf_part_failure(nonsense, CODE), ==, TF_ERROR_PIN_CODE_WRONG);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/witness/a key that opens says that the MAC is damaged", test_key);
	g_test_add_func("/witness/padding alone is no witness", test_padding);
	g_test_add_func("/witness/without a locked part the PIN code is blamed", test_nobody);

	return g_test_run();
}
