/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "whole-key-private.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <string.h>

#include "fixtures.h"
#include "key/certificate.h"
#include "pkcs12-parts.h"

static TfFixtureMember *member;
static TfFixtureMember *other;

static TfSecret *joined(GBytes *first, GBytes *second)
{
	TfSecret *content = tf_secret_new(g_bytes_get_size(first) + g_bytes_get_size(second));

	g_assert_true(tf_secret_append(content, g_bytes_get_data(first, NULL), g_bytes_get_size(first)));
	g_assert_true(tf_secret_append(content, g_bytes_get_data(second, NULL), g_bytes_get_size(second)));

	return content;
}

static TfWhole read_with(const TfSecret *content, const gchar *password, guint8 *ret_spki_sha256)
{
	g_autoptr(TfLibrary) library = tf_library_new(NULL);
	g_autoptr(TfSecret) secret = password != NULL ? tf_secret_new_copy(password, strlen(password)) : NULL;

	return tf_whole_key_read(content, "file", secret, library, ret_spki_sha256);
}

static void assert_key(GBytes *first, GBytes *second, const gchar *password)
{
	g_autoptr(TfSecret) content = joined(first, second);
	guint8 expected[TF_SHA256_SIZE];
	guint8 digest[TF_SHA256_SIZE] = { 0 };

	tf_certificate_spki_sha256(member->certificate, expected);
	g_assert_cmpint(read_with(content, password, digest), ==, TF_WHOLE_KEY);
	g_assert_cmpmem(digest, sizeof digest, expected, sizeof expected);
}

static void assert_not(GBytes *first, GBytes *second, const gchar *password, TfWhole expected)
{
	g_autoptr(TfSecret) content = joined(first, second);
	guint8 digest[TF_SHA256_SIZE] = { 0 };

	g_assert_cmpint(read_with(content, password, digest), ==, expected);
}

static GBytes *text(const gchar *words)
{
	return g_bytes_new(words, strlen(words));
}

static void test_pkcs12(void)
{
	g_autoptr(GBytes) file = tf_fixture_pkcs12(member->key, member->certificate, NULL, NULL, "secret");
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) behind = text("password: 12345678");

	assert_key(file, nothing, "secret");
	assert_not(file, nothing, "another", TF_WHOLE_LOCKED);
	assert_not(file, nothing, NULL, TF_WHOLE_LOCKED);
	assert_not(file, behind, "secret", TF_WHOLE_OTHER_SECRET);
}

static void test_der(void)
{
	g_autoptr(GBytes) plain = tf_fixture_pkcs8(member->key, NULL);
	g_autoptr(GBytes) locked = tf_fixture_pkcs8(member->key, "secret");
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) behind = text("x");

	assert_key(plain, nothing, NULL);
	assert_key(locked, nothing, "secret");
	assert_not(locked, nothing, "another", TF_WHOLE_LOCKED);
	assert_not(plain, behind, NULL, TF_WHOLE_WITHIN);
	assert_not(plain, plain, NULL, TF_WHOLE_WITHIN);
}

static void test_pem(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) certificate = tf_fixture_certificate_pem(member->certificate);
	g_autoptr(GBytes) blanks = text("\n \r\n");

	assert_key(key, blanks, NULL);
	assert_key(key, certificate, NULL);
	assert_key(certificate, key, NULL);
	assert_not(certificate, blanks, NULL, TF_WHOLE_WITHIN);
}

static void test_bags(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) before = text("Bag Attributes\n    localKeyID: 01 02 \n    friendlyName: member\n"
					"Key Attributes: <No Attributes>\n");
	g_autoptr(GBytes) behind = text("subject=C = JP, CN = Member\nissuer=CN = Issuer");
	g_autoptr(GBytes) other_line = text("  localKeyID: 01\n");
	g_autofree gchar *filling = g_strnfill(1600, 'M');
	g_autofree gchar *long_line = g_strconcat("subject=", filling, "\n", NULL);
	g_autoptr(GBytes) much = text(long_line);

	assert_key(before, key, NULL);
	assert_key(key, behind, NULL);
	assert_not(other_line, key, NULL, TF_WHOLE_WITHIN);
	assert_not(key, much, NULL, TF_WHOLE_WITHIN);
}

static void test_pem_in_text(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) second = tf_fixture_key_pem(other->key);
	g_autoptr(GBytes) before = text("listen = 443\n");
	g_autoptr(GBytes) behind = text("password = 1234\n");
	g_autoptr(GBytes) half = text("-----BEGIN PRIVATE KEY-----\nMIIE\n");
	g_autoptr(GBytes) secret =
		text("-----BEGIN OPENSSH PRIVATE KEY-----\nMIIE\n-----END OPENSSH PRIVATE KEY-----\n");

	assert_not(before, key, NULL, TF_WHOLE_WITHIN);
	assert_not(key, behind, NULL, TF_WHOLE_WITHIN);
	assert_not(key, second, NULL, TF_WHOLE_OTHER_SECRET);
	assert_not(key, half, NULL, TF_WHOLE_WITHIN);
	assert_not(key, secret, NULL, TF_WHOLE_WITHIN);
}

/* The lines of 'pem' but for the first and the last. */
static gchar *body_of(GBytes *pem)
{
	gsize length = 0;
	const gchar *all = g_bytes_get_data(pem, &length);
	const gchar *begin = memchr(all, '\n', length);
	const gchar *end = g_strstr_len(all, (gssize)length, "\n-----END ");

	return g_strndup(begin + 1, (gsize)(end - begin - 1));
}

static void assert_within(const gchar *format, const gchar *key, const gchar *secret)
{
	g_autoptr(GString) content = g_string_new(format);
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) file = NULL;

	(void)g_string_replace(content, "{key}", key, 0);
	(void)g_string_replace(content, "{secret}", secret, 0);
	file = text(content->str);

	assert_not(file, nothing, NULL, TF_WHOLE_WITHIN);
}

static void test_passed_over(void)
{
	g_autoptr(GBytes) own = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) second = tf_fixture_key_pem(other->key);
	g_autofree gchar *key = body_of(own);
	g_autofree gchar *secret = body_of(second);

	/* The first line of the second key has lost a dash, and its last line is not there. */
	assert_within("-----BEGIN PRIVATE KEY----\n{secret}\n-----BEGIN PRIVATE KEY-----\n{key}\n"
		      "-----END PRIVATE KEY-----\n",
		key, secret);
	assert_within("-----BEGIN PRIVATE KEY-----\n{key}\n-password 1234\n{secret}\n"
		      "-----END PRIVATE KEY-----\n",
		key, secret);
	assert_within("-----BEGIN PRIVATE KEY-----\n{key} パスワード\n-----END PRIVATE KEY-----\n", key, "");
}

static void test_mislabelled(void)
{
	g_autoptr(GBytes) own = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) second = tf_fixture_key_pem(other->key);
	g_autofree gchar *key = body_of(own);
	g_autofree gchar *secret = body_of(second);
	static const gchar *const labels[] = { "CERTIFICATE", "TRUSTED CERTIFICATE", "EC PARAMETERS" };

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		g_autofree gchar *format = g_strdup_printf("-----BEGIN PRIVATE KEY-----\n{key}\n"
							   "-----END PRIVATE KEY-----\n"
							   "-----BEGIN %s-----\n{secret}\n-----END %s-----\n",
			labels[i], labels[i]);

		assert_within(format, key, secret);
	}
}

static void test_curve(void)
{
	g_autoptr(GBytes) key = tf_fixture_key_pem(member->key);
	g_autoptr(GBytes) curve =
		text("-----BEGIN EC PARAMETERS-----\r\nBggqhkjOPQMBBw==\r\n-----END EC PARAMETERS-----\r\n");

	assert_key(curve, key, NULL);
}

static void test_header(void)
{
	static const gchar format[] =
		"-----BEGIN RSA PRIVATE KEY-----\n%s\n\nMIIE\n-----END RSA PRIVATE KEY-----\n";
	g_autofree gchar *commented = g_strdup_printf(format, "Comment: my password is 1234");
	g_autofree gchar *ciphered = g_strdup_printf(
		format, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF");
	g_autoptr(GBytes) first = text(commented);
	g_autoptr(GBytes) second = text(ciphered);
	g_autoptr(GBytes) nothing = text("");

	assert_not(first, nothing, NULL, TF_WHOLE_WITHIN);
	assert_not(second, nothing, "secret", TF_WHOLE_LOCKED);
}

#define ANY_TYPE "1.3.6.1.4.1.5923.1.9"

/* In the form itself, in PEM, and under a cipher. */
static void assert_kept_in_any_form(GBytes *info)
{
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) locked = tf_part_locked(info, "secret");
	g_autofree gchar *base64 = g_base64_encode(g_bytes_get_data(info, NULL), g_bytes_get_size(info));
	g_autofree gchar *lines =
		g_strdup_printf("-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", base64);
	g_autoptr(GBytes) pem = text(lines);

	assert_not(info, nothing, NULL, TF_WHOLE_OTHER_SECRET);
	assert_not(locked, nothing, "secret", TF_WHOLE_OTHER_SECRET);
	assert_not(pem, nothing, NULL, TF_WHOLE_OTHER_SECRET);
}

static void test_behind_key(void)
{
	g_autoptr(GBytes) second = tf_fixture_pkcs8(other->key, NULL);
	g_autoptr(GBytes) octet = text("x");
	g_autoptr(GBytes) behind_rsa = tf_part_key_with_more(member->key, second, NULL, NULL);
	g_autoptr(GBytes) behind_ec = tf_part_key_with_more(other->key, second, NULL, NULL);
	g_autoptr(GBytes) one_more = tf_part_key_with_more(member->key, octet, NULL, NULL);

	assert_kept_in_any_form(behind_rsa);
	assert_kept_in_any_form(behind_ec);
	assert_kept_in_any_form(one_more);
}

static void test_behind_info(void)
{
	g_autoptr(GBytes) own = tf_fixture_pkcs8(member->key, NULL);
	g_autoptr(GBytes) second = tf_fixture_pkcs8(other->key, NULL);
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GByteArray) both = g_byte_array_new();
	g_autoptr(GBytes) plaintext = NULL;
	g_autoptr(GBytes) locked = NULL;

	g_byte_array_append(both, g_bytes_get_data(own, NULL), (guint)g_bytes_get_size(own));
	g_byte_array_append(both, g_bytes_get_data(second, NULL), (guint)g_bytes_get_size(second));
	plaintext = g_bytes_new(both->data, both->len);
	locked = tf_part_locked(plaintext, "secret");

	assert_not(locked, nothing, "secret", TF_WHOLE_OTHER_SECRET);
}

static void test_attributes(void)
{
	g_autoptr(GBytes) second = tf_fixture_pkcs8(other->key, NULL);
	g_autoptr(GBytes) digest = text("0123456789abcdef0123");
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) unknown = tf_part_key_with_more(member->key, NULL, ANY_TYPE, second);
	g_autoptr(GBytes) large = tf_part_key_with_more(member->key, NULL, "1.2.840.113549.1.9.21", second);
	g_autoptr(GBytes) usual = tf_part_key_with_more(member->key, NULL, "1.2.840.113549.1.9.21", digest);
	g_autoptr(GBytes) locked = tf_part_locked(usual, "secret");

	assert_kept_in_any_form(unknown);
	assert_kept_in_any_form(large);
	assert_key(usual, nothing, NULL);
	assert_key(locked, nothing, "secret");
}

/* A description of a curve ends with octets that are said to have drawn it. */
static void test_described_curve(void)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_dup(other->key);
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) info = NULL;
	g_autoptr(GBytes) sec1 = NULL;
	guint8 *der = NULL;
	int length = 0;

	g_assert_cmpint(EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), ==, 1);
	info = tf_fixture_pkcs8(key, NULL);
	length = i2d_PrivateKey(key, &der);
	sec1 = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);

	assert_kept_in_any_form(info);
	assert_not(sec1, nothing, NULL, TF_WHOLE_OTHER_SECRET);
}

static int write_bytes(const void *bytes, unsigned char **at)
{
	gsize length = 0;
	gconstpointer data = g_bytes_get_data((GBytes *)bytes, &length);

	if (at != NULL) {
		memcpy(*at, data, length);
		*at += length;
	}

	return (int)length;
}

static void test_behind_ciphered(void)
{
	g_autoptr(TfSecret) twice = NULL;
	g_autoptr(GBytes) nothing = text("");
	g_autoptr(GBytes) plaintext = NULL;
	g_autoptr(GBytes) pem = NULL;
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	guint8 *der = NULL;
	int length = i2d_PrivateKey(member->key, &der);
	char *data = NULL;
	long n = 0;

	twice = tf_secret_new((gsize)length * 2);
	g_assert_true(tf_secret_append(twice, der, (gsize)length));
	g_assert_true(tf_secret_append(twice, der, (gsize)length));
	OPENSSL_free(der);
	plaintext = g_bytes_new(tf_secret_peek(twice), tf_secret_length(twice));
	g_assert_cmpint(PEM_ASN1_write_bio(write_bytes, PEM_STRING_RSA, bio, plaintext, EVP_aes_128_cbc(),
				(unsigned char *)"secret", 6, NULL, NULL),
		==, 1);
	n = BIO_get_mem_data(bio, &data);
	pem = g_bytes_new(data, (gsize)n);

	assert_not(pem, nothing, "secret", TF_WHOLE_OTHER_SECRET);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	member = tf_fixture_member("rsa2048", "Member", "Issuer");
	other = tf_fixture_member("ec256", "Other", "Issuer");
	g_test_add_func(
		"/whole-key/a PKCS#12 is one when it opens and nothing stands behind it", test_pkcs12);
	g_test_add_func("/whole-key/a key in DER is one when it ends where the file ends", test_der);
	g_test_add_func("/whole-key/a key in PEM may have certificates and blanks beside it", test_pem);
	g_test_add_func("/whole-key/a secret that libcrypto passes over is seen", test_passed_over);
	g_test_add_func("/whole-key/a key under another label is no certificate", test_mislabelled);
	g_test_add_func("/whole-key/the name of a curve may stand beside a key", test_curve);
	g_test_add_func("/whole-key/what OpenSSL writes of a bag is no secret", test_bags);
	g_test_add_func(
		"/whole-key/a key in a text, or beside another, is not the whole file", test_pem_in_text);
	g_test_add_func(
		"/whole-key/a header of PEM that says more than the cipher is something else", test_header);
	g_test_add_func("/whole-key/octets behind a key in its own form are another secret", test_behind_key);
	g_test_add_func(
		"/whole-key/octets behind a key under its cipher are another secret", test_behind_info);
	g_test_add_func("/whole-key/an attribute that could be a key is another secret", test_attributes);
	g_test_add_func(
		"/whole-key/numbers in place of a curve's name may be another secret", test_described_curve);
	g_test_add_func(
		"/whole-key/octets behind a key under PEM's cipher are another secret", test_behind_ciphered);
	status = g_test_run();
	tf_fixture_member_free(member);
	tf_fixture_member_free(other);

	return status;
}
