/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/loose-key.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "base/error.h"
#include "fixtures.h"
#include "key/certificate.h"

static EVP_PKEY *key;
static TfLibrary *library;
static guint8 expected[TF_SHA256_SIZE];

static void assert_identified(TfLooseForm form, const TfSecret *bytes, const TfSecret *password)
{
	guint8 digest[TF_SHA256_SIZE] = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_true(tf_loose_key_identify(form, bytes, password, library, "key", digest, NULL, &error));
	g_assert_no_error(error);
	g_assert_cmpmem(digest, sizeof digest, expected, sizeof expected);
}

static void assert_error(TfLooseForm form, const TfSecret *bytes, const TfSecret *password, gint code)
{
	guint8 digest[TF_SHA256_SIZE];
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_loose_key_identify(form, bytes, password, library, "key", digest, NULL, &error));
	g_assert_error(error, TF_ERROR, code);
}

static TfSecret *secret_of(GBytes *bytes)
{
	return tf_secret_new_copy(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static TfSecret *pkcs1(void)
{
	guint8 *der = NULL;
	int length = i2d_PrivateKey(key, &der);
	TfSecret *secret = tf_secret_new_copy(der, (gsize)length);

	OPENSSL_free(der);

	return secret;
}

static void a_plain_key_is_identified_without_a_password(void)
{
	g_autoptr(GBytes) bytes = tf_fixture_pkcs8(key, NULL);
	g_autoptr(TfSecret) pkcs8 = secret_of(bytes);
	g_autoptr(TfSecret) traditional = pkcs1();

	assert_identified(TF_LOOSE_PKCS8, pkcs8, NULL);
	assert_identified(TF_LOOSE_PKCS1, traditional, NULL);
	g_assert_false(tf_loose_key_is_locked(TF_LOOSE_PKCS8));
	g_assert_false(tf_loose_key_is_locked(TF_LOOSE_PKCS1));
}

static void a_locked_key_is_identified_by_its_password(void)
{
	g_autoptr(GBytes) bytes = tf_fixture_pkcs8(key, "12345678");
	g_autoptr(TfSecret) locked = secret_of(bytes);
	g_autoptr(TfSecret) password = tf_secret_new_copy("12345678", 8);
	g_autoptr(TfSecret) wide = tf_secret_new_copy("１２３４５６７８", 24);
	g_autoptr(TfSecret) wrong = tf_secret_new_copy("87654321", 8);

	assert_identified(TF_LOOSE_PKCS8_ENCRYPTED, locked, password);
	assert_identified(TF_LOOSE_PKCS8_ENCRYPTED, locked, wide);
	assert_error(TF_LOOSE_PKCS8_ENCRYPTED, locked, wrong, TF_ERROR_PIN_CODE_WRONG);
	assert_error(TF_LOOSE_PKCS8_ENCRYPTED, locked, NULL, TF_ERROR_PIN_CODE_WRONG);
}

static TfSecret *pem_of(const EVP_CIPHER *cipher)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long length = 0;

	g_assert_cmpint(PEM_write_bio_PrivateKey_traditional(
				bio, key, cipher, (const unsigned char *)"12345678", 8, NULL, NULL),
		==, 1);
	length = BIO_get_mem_data(bio, &text);

	return tf_secret_new_copy(text, (gsize)length);
}

static void a_pem_key_with_a_cipher_of_its_own_is_identified_by_its_password(void)
{
	g_autoptr(TfSecret) password = tf_secret_new_copy("12345678", 8);
	g_autoptr(TfSecret) pem = pem_of(EVP_aes_128_cbc());

	assert_identified(TF_LOOSE_PEM, pem, password);
	assert_error(TF_LOOSE_PEM, pem, NULL, TF_ERROR_PIN_CODE_WRONG);
}

static TfSecret *pkcs8_under(int cipher)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_SIG *locked = PKCS8_encrypt_ex(
		cipher, NULL, "12345678", 8, NULL, 0, 100, info, tf_library_context(library), NULL);
	guint8 *der = NULL;
	int length = i2d_X509_SIG(locked, &der);
	TfSecret *secret = tf_secret_new_copy(der, (gsize)length);

	OPENSSL_free(der);
	X509_SIG_free(locked);
	PKCS8_PRIV_KEY_INFO_free(info);

	return secret;
}

static void a_key_under_a_cipher_that_can_be_broken_is_weak(void)
{
	static const struct {
		int cipher;
		gboolean is_weak;
	} ciphers[] = {
		{ NID_pbe_WithSHA1And40BitRC2_CBC, TRUE },
		{ NID_pbe_WithSHA1And40BitRC4, TRUE },
		{ NID_pbeWithMD5AndDES_CBC, TRUE },
		{ NID_pbe_WithSHA1And3_Key_TripleDES_CBC, FALSE },
	};
	g_autoptr(GBytes) bytes = tf_fixture_pkcs8(key, "12345678");
	g_autoptr(TfSecret) modern = secret_of(bytes);
	g_autoptr(TfSecret) aes = pem_of(EVP_aes_128_cbc());
	g_autoptr(TfSecret) triple = pem_of(EVP_des_ede3_cbc());

	for (gsize i = 0; i < G_N_ELEMENTS(ciphers); i++) {
		g_autoptr(TfSecret) locked = pkcs8_under(ciphers[i].cipher);

		g_assert_cmpint(
			tf_loose_key_is_weak(TF_LOOSE_PKCS8_ENCRYPTED, locked), ==, ciphers[i].is_weak);
	}
	g_assert_false(tf_loose_key_is_weak(TF_LOOSE_PKCS8_ENCRYPTED, modern));
	g_assert_false(tf_loose_key_is_weak(TF_LOOSE_PEM, aes));
	g_assert_false(tf_loose_key_is_weak(TF_LOOSE_PEM, triple));
	/* The cipher itself is not among those that OpenSSL 3 does unasked; its name is enough. */
	memcpy(memmem(tf_secret_buffer(aes), tf_secret_length(aes), "DEK-Info: AES-128-CBC", 21),
		"DEK-Info: DES-CBC,0123", 22);
	g_assert_true(tf_loose_key_is_weak(TF_LOOSE_PEM, aes));
}

/* A file that asks for two thousand million rounds would hold up a search for hours. */
static void a_key_that_asks_for_too_many_rounds_is_refused(void)
{
	g_autoptr(GBytes) bytes = tf_fixture_pkcs8(key, "12345678");
	g_autofree guint8 *changed = g_memdup2(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	static const guint8 rounds[] = { 0x02, 0x02, 0x08, 0x00 };
	guint8 *place = memmem(changed, g_bytes_get_size(bytes), rounds, sizeof rounds);
	g_autoptr(TfSecret) password = tf_secret_new_copy("12345678", 8);
	g_autoptr(GByteArray) der = g_byte_array_new();
	static const guint8 many[] = { 0x02, 0x04, 0x7F, 0xFF, 0xFF, 0xFF };
	g_autoptr(TfSecret) hostile = NULL;
	gsize at = 0;

	g_assert_nonnull(place);
	at = (gsize)(place - changed);
	g_byte_array_append(der, changed, (guint)at);
	g_byte_array_append(der, many, sizeof many);
	g_byte_array_append(
		der, place + sizeof rounds, (guint)(g_bytes_get_size(bytes) - at - sizeof rounds));
	/* Every SEQUENCE around it is two octets longer: RFC 8018, appendix A.4. */
	der->data[3] = (guint8)(der->data[3] + 2);
	for (gsize i = 4; i < at; i++) {
		if (der->data[i] == 0x30 && i + 2 + der->data[i + 1] >= at + sizeof rounds &&
			der->data[i + 1] < 0x80)
			der->data[i + 1] = (guint8)(der->data[i + 1] + 2);
	}
	hostile = tf_secret_new_copy(der->data, der->len);

	g_assert_true(tf_loose_key_is_whole(
		TF_LOOSE_PKCS8_ENCRYPTED, tf_secret_peek(hostile), tf_secret_length(hostile)));
	assert_error(TF_LOOSE_PKCS8_ENCRYPTED, hostile, password, TF_ERROR_SOURCE_TOO_COSTLY);
}

static void half_a_key_is_not_whole(void)
{
	g_autoptr(GBytes) bytes = tf_fixture_pkcs8(key, NULL);
	g_autoptr(GBytes) locked = tf_fixture_pkcs8(key, "12345678");
	g_autoptr(TfSecret) traditional = pkcs1();
	const guint8 *der = g_bytes_get_data(bytes, NULL);
	gsize length = g_bytes_get_size(bytes);

	g_assert_true(tf_loose_key_is_whole(TF_LOOSE_PKCS8, der, length));
	g_assert_false(tf_loose_key_is_whole(TF_LOOSE_PKCS8, der, length / 2));
	g_assert_false(tf_loose_key_is_whole(TF_LOOSE_PKCS8_ENCRYPTED, der, length));
	g_assert_true(tf_loose_key_is_whole(
		TF_LOOSE_PKCS8_ENCRYPTED, g_bytes_get_data(locked, NULL), g_bytes_get_size(locked)));
	g_assert_true(tf_loose_key_is_whole(
		TF_LOOSE_PKCS1, tf_secret_peek(traditional), tf_secret_length(traditional)));
	g_assert_false(tf_loose_key_is_whole(
		TF_LOOSE_SEC1, tf_secret_peek(traditional), tf_secret_length(traditional)));
}

int main(int argc, char **argv)
{
	g_autoptr(X509) certificate = NULL;
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	key = tf_fixture_key("rsa2048");
	library = tf_library_new(NULL);
	certificate = tf_fixture_certificate(&(TfFixtureCertificate){ .key = key, .name = "Member" });
	tf_certificate_spki_sha256(certificate, expected);
	g_test_add_func("/loose-key/a plain key is identified without a password",
		a_plain_key_is_identified_without_a_password);
	g_test_add_func("/loose-key/a locked key is identified by its password",
		a_locked_key_is_identified_by_its_password);
	g_test_add_func("/loose-key/a PEM key with a cipher of its own is identified by its password",
		a_pem_key_with_a_cipher_of_its_own_is_identified_by_its_password);
	g_test_add_func("/loose-key/a key under a cipher that can be broken is weak",
		a_key_under_a_cipher_that_can_be_broken_is_weak);
	g_test_add_func("/loose-key/a key that asks for too many rounds is refused",
		a_key_that_asks_for_too_many_rounds_is_refused);
	g_test_add_func("/loose-key/half a key is not whole", half_a_key_is_not_whole);
	status = g_test_run();
	EVP_PKEY_free(key);
	tf_library_free(library);

	return status;
}
