/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/core_names.h>
#include <string.h>

#include "base/secret.h"
#include "fixtures.h"
#include "layout.h"

/* g_assert_cmpmem() counts in int. */
static void expect_bytes(gconstpointer bytes, gsize length, gconstpointer expected, gsize n)
{
	g_assert_cmpuint(length, ==, n);
	g_assert_true(memcmp(bytes, expected, n) == 0);
}

static const CK_ATTRIBUTE *attribute(const TfTemplate *template, CK_ATTRIBUTE_TYPE type)
{
	gulong n = 0;
	const CK_ATTRIBUTE *attributes = tf_template_attributes(template, &n);

	for (gulong i = 0; i < n; i++) {
		if (attributes[i].type == type)
			return &attributes[i];
	}

	return NULL;
}

static gboolean flag(const TfTemplate *template, CK_ATTRIBUTE_TYPE type)
{
	const CK_ATTRIBUTE *found = attribute(template, type);

	g_assert_nonnull(found);
	g_assert_cmpuint(found->ulValueLen, ==, sizeof(CK_BBOOL));

	return *(const CK_BBOOL *)found->pValue != CK_FALSE;
}

static TfKeypair *keypair_of(EVP_PKEY *key, const gchar *usage)
{
	const TfFixtureCertificate wanted = { .key = key, .name = "Yamada Taro", .usage = usage };
	g_autoptr(X509) certificate = tf_fixture_certificate(&wanted);
	g_autoptr(GError) error = NULL;
	TfKeypair *keypair = tf_keypair_new(key, certificate, NULL, NULL, "test.p12", &error);

	g_assert_no_error(error);

	return keypair;
}

static TfTemplate *private_key_of(EVP_PKEY *key, const gchar *usage)
{
	g_autoptr(TfKeypair) keypair = keypair_of(key, usage);
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);
	g_autoptr(GBytes) id = tf_public_half_id(half);
	g_autoptr(GError) error = NULL;
	TfTemplate *template = tf_layout_private_key(keypair, half, id, "label", &error);

	g_assert_no_error(error);

	return template;
}

static void closed(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(TfTemplate) template = private_key_of(key, "digitalSignature");

	g_assert_true(flag(template, CKA_TOKEN));
	g_assert_true(flag(template, CKA_PRIVATE));
	g_assert_true(flag(template, CKA_SENSITIVE));
	g_assert_false(flag(template, CKA_EXTRACTABLE));
	g_assert_false(flag(template, CKA_COPYABLE));
	g_assert_false(flag(template, CKA_ALWAYS_AUTHENTICATE));
}

static void usage(gconstpointer key_usage)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa2048");
	g_autoptr(TfTemplate) template = private_key_of(key, key_usage);

	g_assert_cmpint(flag(template, CKA_SIGN), ==, strstr(key_usage, "digitalSignature") != NULL);
	g_assert_cmpint(flag(template, CKA_DECRYPT), ==, strstr(key_usage, "keyEncipherment") != NULL);
	g_assert_false(flag(template, CKA_DERIVE));
	g_assert_false(flag(template, CKA_UNWRAP));
	g_assert_false(flag(template, CKA_SIGN_RECOVER));
}

/* Of a private value with a leading zero byte, which comes once in 256 keys. */
static void padded(gconstpointer type)
{
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(TfTemplate) template = NULL;
	gsize size = g_str_equal(type, "ec256") ? 32 : 48;
	gint bits = 0;

	do {
		g_autoptr(BIGNUM) number = BN_secure_new();

		g_clear_pointer(&key, EVP_PKEY_free);
		key = tf_fixture_key(type);
		g_assert_cmpint(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number), ==, 1);
		bits = BN_num_bits(number);
	} while (bits > (gint)(size - 1) * 8);

	template = private_key_of(key, "digitalSignature");

	g_assert_cmpuint(attribute(template, CKA_VALUE)->ulValueLen, ==, size);
	g_assert_cmpuint(*(const guint8 *)attribute(template, CKA_VALUE)->pValue, ==, 0);
}

static void certificate(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	const TfFixtureCertificate wanted = { .key = key, .name = "Yamada Taro", .serial = 0x80 };
	g_autoptr(X509) value = tf_fixture_certificate(&wanted);
	g_autoptr(GBytes) id = g_bytes_new_static("id", 2);
	g_autoptr(TfTemplate) template =
		tf_layout_certificate("certificate", value, TF_CERTIFICATE_CATEGORY_AUTHORITY, id, "label");

	g_assert_false(flag(template, CKA_PRIVATE));
	/* A DER INTEGER, not bare bytes. */
	expect_bytes(attribute(template, CKA_SERIAL_NUMBER)->pValue,
		attribute(template, CKA_SERIAL_NUMBER)->ulValueLen, "\x02\x02\x00\x80", 4);
	g_assert_cmpuint(*(const guint8 *)attribute(template, CKA_SUBJECT)->pValue, ==, 0x30);
	g_assert_cmpuint(*(const guint8 *)attribute(template, CKA_ISSUER)->pValue, ==, 0x30);
	g_assert_cmpuint(*(const CK_ULONG *)attribute(template, CKA_CERTIFICATE_CATEGORY)->pValue, ==, 2);
}

static void expect_label(const gchar *wanted, const gchar *name, const gchar *expected)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	const TfFixtureCertificate certificate_of = { .key = key, .name = name };
	g_autoptr(X509) value = tf_fixture_certificate(&certificate_of);
	g_autoptr(GBytes) id = g_bytes_new_static("\x01\xab\xcd\xef\x55", 5);
	g_autofree gchar *label = tf_layout_label(wanted, value, id);

	g_assert_cmpstr(label, ==, expected);
}

static void labels(void)
{
	expect_label("My key", "山田太郎", "My key");
	expect_label("鍵", "Yamada Taro", "Yamada Taro");
	expect_label(NULL, "山田太郎", "key-01abcdef");
	expect_label("", "山田太郎", "key-01abcdef");
	expect_label("line\nbreak", "山田太郎", "key-01abcdef");
	expect_label("a label of more than sixty-four letters, which is longer than clients show", "山田太郎",
		"key-01abcdef");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/layout/closes the private key", closed);
	g_test_add_data_func("/layout/lets a signing key sign only", "digitalSignature", usage);
	g_test_add_data_func("/layout/lets an encryption key decrypt only", "keyEncipherment", usage);
	g_test_add_data_func(
		"/layout/lets a key for both do both", "digitalSignature,keyEncipherment", usage);
	g_test_add_data_func("/layout/pads a P-256 value to 32 bytes", "ec256", padded);
	g_test_add_data_func("/layout/pads a P-384 value to 48 bytes", "ec384", padded);
	g_test_add_func("/layout/describes a certificate as clients look it up", certificate);
	g_test_add_func("/layout/labels in ASCII", labels);

	return g_test_run();
}
