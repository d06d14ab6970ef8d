/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "pkcs12-parts.h"

#define YAMADA_CP932  "\x8E\x52\x93\x63"	 /* 山田 */
#define YAMADA_WIDE   "\xC2\x8E\x52\xC2\x93\x63" /* those octets, each as a character */
#define CAFE_LATIN1   "caf\xE9"
#define CAFE_WIDE     "caf\xC3\x83\xC2\xA9"			 /* the UTF-8 octets, each as a character */
#define ASTRAL	      "\xF0\xA0\xAE\xB7\xE9\x87\x8E\xE5\xAE\xB6" /* 𠮷野家 */
#define OLD_CIPHER    NID_pbe_WithSHA1And3_Key_TripleDES_CBC
#define MODERN_CIPHER NID_aes_256_cbc

/* As a program writes the file that hands these very octets to libcrypto. */
static GBytes *file_of(const gchar *password, int cipher)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	PKCS12 *pkcs12 = PKCS12_create(
		password, "member", member->key, member->certificate, NULL, cipher, cipher, 50, 50, 0);
	guint8 *der = NULL;
	int length = i2d_PKCS12(pkcs12, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)length);

	OPENSSL_free(der);
	PKCS12_free(pkcs12);

	return bytes;
}

static void assert_opens(const gchar *written, int cipher, const gchar *typed)
{
	g_autoptr(GBytes) file = file_of(written, cipher);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, typed);

	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
}

static void assert_wrong(const gchar *written, const gchar *typed)
{
	g_autoptr(GBytes) file = file_of(written, MODERN_CIPHER);

	g_assert_cmpint(tf_part_failure(file, typed), ==, TF_ERROR_PIN_CODE_WRONG);
}

static void test_typed(void)
{
	assert_opens("Pass word 1", MODERN_CIPHER, "Pass word 1");
	assert_opens("山田", MODERN_CIPHER, "山田");
	assert_opens("山田", OLD_CIPHER, "山田");
	assert_opens(" 1234 ", MODERN_CIPHER, " 1234 ");
	assert_opens("１２３４", MODERN_CIPHER, "１２３４");
}

static void test_astral(void)
{
	assert_opens(ASTRAL, OLD_CIPHER, ASTRAL);
	assert_opens(ASTRAL, MODERN_CIPHER, ASTRAL);
}

static void test_blanks(void)
{
	assert_opens("1234", MODERN_CIPHER, " 1234\n");
	assert_opens("1234", OLD_CIPHER, "　1234　");
	assert_opens("12345678", MODERN_CIPHER, "1234 5678");
	assert_opens("12 34", MODERN_CIPHER, " 12 34 ");
}

static void test_full_width(void)
{
	assert_opens("1234", MODERN_CIPHER, "１２３４");
	assert_opens("aB-9", OLD_CIPHER, "　ａＢ－９ ");
}

static void test_cp932(void)
{
	assert_opens(YAMADA_CP932, MODERN_CIPHER, "山田");
	assert_opens(YAMADA_CP932, OLD_CIPHER, "山田");
	assert_opens(YAMADA_WIDE, OLD_CIPHER, "山田");
}

static void test_latin1(void)
{
	assert_opens(CAFE_LATIN1, MODERN_CIPHER, "café");
	assert_opens(CAFE_LATIN1, OLD_CIPHER, "café");
}

static void test_widened_utf8(void)
{
	assert_opens(CAFE_WIDE, OLD_CIPHER, "café");
}

static void test_octets(void)
{
	assert_opens(YAMADA_CP932, MODERN_CIPHER, YAMADA_CP932);
}

static void test_empty(void)
{
	assert_opens("", MODERN_CIPHER, "");
	assert_opens("", OLD_CIPHER, "");
	assert_opens(NULL, OLD_CIPHER, "");
	assert_opens("", OLD_CIPHER, NULL);
	assert_opens(NULL, OLD_CIPHER, NULL);
	assert_opens("", MODERN_CIPHER, " \n");
}

static void test_wrong(void)
{
	assert_wrong("1234", "1235");
	assert_wrong("1234", "");
	assert_wrong("1234", NULL);
	assert_wrong("1234", "山田");
	assert_wrong("", "1234");
	assert_wrong("aBcd", "abcd");
}

static void test_again(void)
{
	g_autoptr(GBytes) file = file_of("1234", MODERN_CIPHER);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);

	g_assert_false(tf_part_open(pkcs12, "4321", NULL));
	g_assert_false(tf_pkcs12_is_open(pkcs12));
	g_assert_true(tf_part_open(pkcs12, "1234", &error));
	g_assert_no_error(error);
	g_assert_true(tf_pkcs12_is_open(pkcs12));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/password/what was typed opens first, whatever it holds", test_typed);
	g_test_add_func("/password/characters beyond the first plane open", test_astral);
	g_test_add_func("/password/stray blanks do not matter", test_blanks);
	g_test_add_func("/password/full-width characters do not matter", test_full_width);
	g_test_add_func("/password/a file written in CP932 opens", test_cp932);
	g_test_add_func("/password/a file written in ISO-8859-1 opens", test_latin1);
	g_test_add_func("/password/a file written by widening UTF-8 opens", test_widened_utf8);
	g_test_add_func("/password/octets that are not UTF-8 are taken as they are", test_octets);
	g_test_add_func("/password/empty and absent are one", test_empty);
	g_test_add_func("/password/a wrong one is called wrong", test_wrong);
	g_test_add_func("/password/may be tried again", test_again);

	return g_test_run();
}
