/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/pkcs12.h"

#include <glib.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"
#include "pkcs12-parts.h"

#define CODE "1234567"

static X509 *self_signed(EVP_PKEY *key, const gchar *name)
{
	return tf_fixture_certificate(&(TfFixtureCertificate){ .key = key, .name = name });
}

static GBytes *member_file(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");

	return tf_fixture_pkcs12(member->key, member->certificate, member->chain, "member", CODE);
}

static gint keypair_failure(TfPkcs12 *pkcs12, X509 *certificate)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 0, certificate, &error);

	g_assert_null(keypair);
	g_assert_nonnull(error);

	return error->code;
}

static void test_structure_before_password(void)
{
	g_autoptr(GBytes) file = member_file();
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, &error);
	const TfPkcs12Protection *protection = tf_pkcs12_protection(pkcs12);

	g_assert_no_error(error);
	g_assert_false(tf_pkcs12_is_open(pkcs12));
	g_assert_cmpint(protection->mac, ==, TF_PKCS12_MAC_PKCS12);
	g_assert_cmpuint(protection->mac_iterations, ==, 1000);
	g_assert_cmpuint(protection->most_iterations, ==, 1000);
	g_assert_cmpuint(protection->ciphers->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(protection->ciphers, 0), ==, "PBES2 AES-256-CBC");
	g_assert_false(protection->has_unprotected_secret);
}

static void test_digest(void)
{
	g_autoptr(GBytes) file = member_file();
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(file, NULL);
	guint8 expected[TF_SHA256_SIZE];
	guint8 digest[TF_SHA256_SIZE];

	tf_sha256(g_bytes_get_data(file, NULL), g_bytes_get_size(file), expected);
	tf_pkcs12_sha256(pkcs12, digest);

	g_assert_cmpmem(digest, sizeof digest, expected, sizeof expected);
}

static GBytes *with_tail(GBytes *file, const gchar *tail, gsize length)
{
	GByteArray *bytes = g_byte_array_new();

	g_byte_array_append(bytes, g_bytes_get_data(file, NULL), (guint)g_bytes_get_size(file));
	g_byte_array_append(bytes, (const guint8 *)tail, (guint)length);
	g_bytes_unref(file);

	return g_byte_array_free_to_bytes(bytes);
}

static void test_padding(void)
{
	g_autoptr(GBytes) file = with_tail(member_file(), "\0\0\0\0\r\n", 6);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, CODE);

	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_tail(void)
{
	g_autoptr(GBytes) file = with_tail(member_file(), "my other key", 12);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, CODE);

	g_assert_cmpuint(tf_pkcs12_contents(pkcs12)->n_secrets, ==, 1);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
}

static void test_truncated(void)
{
	g_autoptr(GBytes) file = member_file();
	gsize length = g_bytes_get_size(file);

	for (gsize end = 0; end < length; end += 7) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(file, 0, end);

		g_assert_cmpint(tf_part_failure(part, CODE), ==, TF_ERROR_SOURCE_DAMAGED);
	}
}

static void test_flipped(void)
{
	g_autoptr(GBytes) file = member_file();
	gsize length = g_bytes_get_size(file);

	for (gsize i = 0; i < length; i += 5) {
		guint8 *copy = g_memdup2(g_bytes_get_data(file, NULL), length);
		g_autoptr(GBytes) flipped = NULL;

		copy[i] ^= (guint8)(1u << (i % 8));
		flipped = g_bytes_new_take(copy, length);

		/* The version number is under no MAC; it is what may change unnoticed. */
		if (tf_part_failure(flipped, CODE) == -1)
			g_assert_cmpuint(i, <, 10);
	}
}

/* The file with one bit turned at 'offset' behind the beginning of 'pattern'. */
static GBytes *flip(GBytes *file, const gchar *pattern, gsize pattern_length, gsize offset)
{
	gsize length = g_bytes_get_size(file);
	guint8 *copy = g_memdup2(g_bytes_get_data(file, NULL), length);
	guint8 *found = memmem(copy, length, pattern, pattern_length);

	g_assert_nonnull(found);
	g_assert_cmpuint((gsize)(found - copy) + offset, <, length);
	found[offset] ^= 0x10;

	return g_bytes_new_take(copy, length);
}

/* Blames the content when the PIN code is right, and the PIN code when it is not. */
static void assert_blamed(GBytes *flipped)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfPkcs12) pkcs12 = tf_part_read(flipped, &error);

	g_assert_no_error(error);
	g_assert_false(tf_part_open(pkcs12, CODE, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_DAMAGED);
	g_assert_nonnull(strstr(error->message, "MAC"));
	g_assert_cmpint(tf_part_failure(flipped, "7654321"), ==, TF_ERROR_PIN_CODE_WRONG);
	g_assert_cmpint(tf_part_failure(flipped, NULL), ==, TF_ERROR_PIN_CODE_WRONG);
}

#define OF_ENCRYPTED_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
#define OF_SHROUDED_KEY	  "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02"
#define OF_SHA256_DIGEST  "\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
#define OF_PBKDF2	  "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"

static void test_flipped_and_right_code(void)
{
	/* OpenSSL writes the certificates' safe, then the key's, then the MAC. */
	static const struct {
		const gchar *pattern;
		gsize length, offset;
	} rows[] = {
		{ OF_SHA256_DIGEST, sizeof OF_SHA256_DIGEST - 1, sizeof OF_SHA256_DIGEST + 5 }, /* the MAC */
		{ OF_SHA256_DIGEST, sizeof OF_SHA256_DIGEST - 1, 13 + 32 + 2 + 1 },		/* its salt */
		{ OF_ENCRYPTED_DATA, sizeof OF_ENCRYPTED_DATA - 1, 400 }, /* certificates */
		{ OF_SHROUDED_KEY, sizeof OF_SHROUDED_KEY - 1, 180 },	  /* the key */
		{ OF_PBKDF2, sizeof OF_PBKDF2 - 1, 9 + 2 + 2 + 1 },	  /* salt of the certificates */
	};
	g_autoptr(GBytes) file = member_file();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) flipped = flip(file, rows[i].pattern, rows[i].length, rows[i].offset);

		assert_blamed(flipped);
	}
}

static void test_garbage(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(1);

	for (guint i = 0; i < 200; i++) {
		gsize length = (gsize)g_rand_int_range(random, 1, 400);
		guint8 *bytes = g_malloc(length);
		g_autoptr(GBytes) file = NULL;

		for (gsize j = 0; j < length; j++)
			bytes[j] = (guint8)g_rand_int(random);
		bytes[0] = 0x30;
		file = g_bytes_new_take(bytes, length);

		g_assert_cmpint(tf_part_failure(file, CODE), ==, TF_ERROR_SOURCE_DAMAGED);
	}
}

static void test_size(void)
{
	g_autofree guint8 *zeros = g_malloc0(TF_PKCS12_SIZE_LIMIT + 1);
	g_autoptr(GBytes) file = g_bytes_new(zeros, TF_PKCS12_SIZE_LIMIT + 1);

	g_assert_cmpint(tf_part_failure(file, CODE), ==, TF_ERROR_SOURCE_DAMAGED);
}

static void test_mismatch(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = self_signed(other, "other");
	g_autoptr(GBytes) file = tf_part_file(
		tf_part_bag(1, tf_part_key(key)), tf_part_bag(3, tf_part_certificate(certificate)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_null(tf_pkcs12_certificate(pkcs12, 0));
	g_assert_cmpint(keypair_failure(pkcs12, NULL), ==, TF_ERROR_SOURCE_MISMATCH);
}

static void test_no_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = self_signed(key, "member");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(3, tf_part_certificate(certificate)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 0);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
	g_assert_cmpint(keypair_failure(pkcs12, NULL), ==, TF_ERROR_SOURCE_NO_KEY);
}

static void test_no_certificate(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpint(keypair_failure(pkcs12, NULL), ==, TF_ERROR_SOURCE_NO_CERTIFICATE);
}

static void test_only_authority(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(member->key)),
		tf_part_bag(3, tf_part_certificate(sk_X509_value(member->chain, 0))), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpint(keypair_failure(pkcs12, NULL), ==, TF_ERROR_SOURCE_NO_CERTIFICATE);
}

static void test_given_certificate(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(member->key)),
		tf_part_bag(3, tf_part_certificate(sk_X509_value(member->chain, 0))), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 0, member->certificate, &error);

	g_assert_no_error(error);
	g_assert_cmpint(X509_cmp(tf_keypair_certificate(keypair), member->certificate), ==, 0);
	g_assert_cmpint(sk_X509_num(tf_keypair_chain(keypair)), ==, 1);
}

static void test_wrong_given_certificate(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = self_signed(other, "other");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpint(keypair_failure(pkcs12, certificate), ==, TF_ERROR_SOURCE_MISMATCH);
}

static void test_renewed_certificate(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) old = self_signed(key, "member");
	g_autoptr(X509) renewed = tf_fixture_certificate(&(TfFixtureCertificate){
		.key = key, .name = "member", .not_after = TF_FIXTURE_NOT_AFTER + 86400 });
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(3, tf_part_certificate(old)),
		tf_part_bag(3, tf_part_certificate(renewed)), tf_part_bag(1, tf_part_key(key)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);

	g_assert_cmpint(X509_cmp(tf_pkcs12_certificate(pkcs12, 0), renewed), ==, 0);
}

static void test_several_keys(void)
{
	g_autoptr(EVP_PKEY) first = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) second = tf_fixture_key("ec384");
	g_autoptr(X509) first_certificate = self_signed(first, "first");
	g_autoptr(X509) second_certificate = self_signed(second, "second");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(3, tf_part_certificate(second_certificate)),
		tf_part_bag(1, tf_part_key(first)), tf_part_bag(1, tf_part_key(second)),
		tf_part_bag(3, tf_part_certificate(first_certificate)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);
	g_autoptr(TfKeypair) keypair = tf_pkcs12_keypair(pkcs12, 1, NULL, NULL);

	g_assert_cmpuint(tf_pkcs12_n_keys(pkcs12), ==, 2);
	g_assert_false(tf_pkcs12_holds_one_secret(pkcs12));
	g_assert_cmpint(X509_cmp(tf_pkcs12_certificate(pkcs12, 0), first_certificate), ==, 0);
	g_assert_cmpint(X509_cmp(tf_keypair_certificate(keypair), second_certificate), ==, 0);
}

static void test_other_key_type(void)
{
	g_autoptr(EVP_PKEY) key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	g_autoptr(GBytes) file = tf_part_file(tf_part_bag(1, tf_part_key(key)), NULL);
	g_autoptr(TfPkcs12) pkcs12 = tf_part_opened(file, NULL);
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = self_signed(other, "other");

	g_assert_true(tf_pkcs12_holds_one_secret(pkcs12));
	g_assert_cmpint(keypair_failure(pkcs12, certificate), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

/* Neither encryption to a public key nor a signature in place of the MAC can be had without a certificate. */
static void test_public_key_modes(void)
{
	GBytes *version = tf_part_der(0x02, g_bytes_new_static("\003", 1), NULL);
	g_autoptr(GBytes) is_signed = NULL;
	PKCS7 *empty = PKCS7_new();
	guint8 *der = NULL;
	int length = 0;

	g_assert_cmpint(PKCS7_set_type(empty, NID_pkcs7_signed), ==, 1);
	g_assert_cmpint(PKCS7_content_new(empty, NID_pkcs7_data), ==, 1);
	length = i2d_PKCS7(empty, &der);
	PKCS7_free(empty);
	is_signed = tf_part_der(0x30, version, g_bytes_new(der, (gsize)length), NULL);
	OPENSSL_free(der);

	g_assert_cmpint(tf_part_failure(is_signed, CODE), ==, TF_ERROR_SOURCE_UNSUPPORTED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pkcs12/anyone can read how a file is protected", test_structure_before_password);
	g_test_add_func("/pkcs12/the digest is that of the file", test_digest);
	g_test_add_func("/pkcs12/padding after the end does not matter", test_padding);
	g_test_add_func("/pkcs12/anything else after the end counts as a secret", test_tail);
	g_test_add_func("/pkcs12/a truncated file is called damaged", test_truncated);
	g_test_add_func("/pkcs12/a flipped bit is noticed", test_flipped);
	g_test_add_func("/pkcs12/damage is told from a wrong PIN code", test_flipped_and_right_code);
	g_test_add_func("/pkcs12/garbage is called damaged", test_garbage);
	g_test_add_func("/pkcs12/a huge file is refused", test_size);
	g_test_add_func("/pkcs12/a certificate of another key is a mismatch", test_mismatch);
	g_test_add_func("/pkcs12/a file without a key is called so", test_no_key);
	g_test_add_func("/pkcs12/a file without a certificate is called so", test_no_certificate);
	g_test_add_func("/pkcs12/an authority's certificate is no mismatch", test_only_authority);
	g_test_add_func("/pkcs12/a certificate may be given beside the file", test_given_certificate);
	g_test_add_func("/pkcs12/a given certificate must fit", test_wrong_given_certificate);
	g_test_add_func("/pkcs12/of two certificates the one that lasts is taken", test_renewed_certificate);
	g_test_add_func("/pkcs12/several keys keep their certificates", test_several_keys);
	g_test_add_func("/pkcs12/a key of another type is told", test_other_key_type);
	g_test_add_func("/pkcs12/modes of public keys are not supported", test_public_key_modes);

	return g_test_run();
}
