/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/certificate.h"

#include <glib.h>
#include <openssl/core_names.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"

static X509 *certificate_of(EVP_PKEY *key, const gchar *name, const gchar *usage)
{
	return tf_fixture_certificate(&(TfFixtureCertificate){ .key = key,
		.name = name,
		.organization = "Example, Inc.",
		.usage = usage,
		.serial = 0xABCDEF });
}

static X509 *parsed(GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	X509 *certificate = tf_certificate_parse(bytes, "member.cer", &error);

	g_assert_no_error(error);

	return certificate;
}

static void assert_unreadable(gconstpointer bytes, gsize length)
{
	g_autoptr(GBytes) file = g_bytes_new(bytes, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(X509) certificate = tf_certificate_parse(file, "member.cer", &error);

	g_assert_null(certificate);
	g_assert_error(error, TF_ERROR, TF_ERROR_CERTIFICATE_UNREADABLE);
}

static void test_parse(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, "member", NULL);
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(certificate);
	g_autoptr(GBytes) der = tf_certificate_der(certificate);
	g_autoptr(X509) from_pem = parsed(pem);
	g_autoptr(X509) from_der = parsed(der);

	g_assert_cmpint(X509_cmp(from_pem, certificate), ==, 0);
	g_assert_cmpint(X509_cmp(from_der, certificate), ==, 0);
}

static void test_unreadable(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(GBytes) key_pem = tf_fixture_key_pem(key);
	g_autoptr(X509) certificate = certificate_of(key, "member", NULL);
	g_autoptr(GBytes) der = tf_certificate_der(certificate);
	g_autofree guint8 *longer = g_malloc0(g_bytes_get_size(der) + 1);

	memcpy(longer, g_bytes_get_data(der, NULL), g_bytes_get_size(der));

	assert_unreadable(NULL, 0);
	assert_unreadable("hello", 5);
	assert_unreadable(g_bytes_get_data(key_pem, NULL), g_bytes_get_size(key_pem));
	assert_unreadable(longer, g_bytes_get_size(der) - 1);
	assert_unreadable(longer, g_bytes_get_size(der) + 1);
}

static void test_describe(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec384");
	g_autoptr(X509) certificate = certificate_of(key, "山田 太郎", NULL);
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(certificate);
	guint8 digest[TF_SHA256_SIZE];
	g_autofree gchar *sha256 = NULL;

	tf_certificate_sha256(certificate, digest);
	sha256 = tf_hex(digest, sizeof digest);

	g_assert_cmpstr(facts->subject, ==, "CN=山田 太郎, O=Example, Inc., C=JP");
	g_assert_cmpstr(facts->common_name, ==, "山田 太郎");
	g_assert_cmpstr(facts->issuer, ==, facts->subject);
	g_assert_cmpstr(facts->issuer_common_name, ==, facts->common_name);
	g_assert_cmpstr(facts->serial, ==, "abcdef");
	g_assert_cmpint(facts->not_before, ==, TF_FIXTURE_NOT_BEFORE);
	g_assert_cmpint(facts->not_after, ==, TF_FIXTURE_NOT_AFTER);
	g_assert_cmpstr(facts->sha256, ==, sha256);
	g_assert_cmpstr(facts->key_type, ==, "ec");
	g_assert_cmpuint(facts->bits, ==, 384);
}

static void test_describe_rsa(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("rsa1024");
	g_autoptr(X509) certificate = certificate_of(key, "member", NULL);
	g_autoptr(TfCertificateFacts) facts = tf_certificate_describe(certificate);

	g_assert_cmpstr(facts->key_type, ==, "rsa");
	g_assert_cmpuint(facts->bits, ==, 1024);
}

/* A subject whose CN is of this ASN.1 string type and has these octets. */
static TfCertificateFacts *describe_name(int type, const void *octets, int length)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, "replaced", NULL);
	X509_NAME *name = X509_NAME_new();

	g_assert_cmpint(X509_NAME_add_entry_by_NID(name, NID_commonName, type, octets, length, -1, 0), ==, 1);
	g_assert_cmpint(X509_set_subject_name(certificate, name), ==, 1);
	X509_NAME_free(name);

	return tf_certificate_describe(certificate);
}

static void test_string_types(void)
{
	const struct {
		int type;
		const gchar *octets;
		int length;
		const gchar *expected;
	} rows[] = {
		{ V_ASN1_BMPSTRING, "\x5C\x71\x75\x30", 4, "山田" },
		{ V_ASN1_UNIVERSALSTRING, "\0\0\x5C\x71", 4, "山" },
		{ V_ASN1_T61STRING, "Caf\xE9", 4, "Café" },
		{ V_ASN1_PRINTABLESTRING, "Yamada", 6, "Yamada" },
		{ V_ASN1_UTF8STRING, "山田", 6, "山田" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfCertificateFacts) facts =
			describe_name(rows[i].type, rows[i].octets, rows[i].length);
		g_autofree gchar *subject = g_strconcat("CN=", rows[i].expected, NULL);

		g_assert_cmpstr(facts->common_name, ==, rows[i].expected);
		g_assert_cmpstr(facts->subject, ==, subject);
	}
}

/* Strings that break the rules of their own type make no certificate: libcrypto refuses the name. */
static void test_hostile_strings(void)
{
	const struct {
		int type;
		const gchar *octets;
		int length;
	} rows[] = {
		{ V_ASN1_UTF8STRING, "good\0evil", 9 },
		{ V_ASN1_IA5STRING, "a\r\nb\x1b[2J", 8 },
		{ V_ASN1_PRINTABLESTRING, "", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfCertificateFacts) facts =
			describe_name(rows[i].type, rows[i].octets, rows[i].length);

		g_assert_true(g_utf8_validate(facts->subject, -1, NULL));
		g_assert_true(g_utf8_validate(facts->common_name, -1, NULL));
		g_assert_cmpstr(facts->common_name, !=, "good");
	}
}

static void test_most_specific_name(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, "replaced", NULL);
	X509_NAME *name = X509_NAME_new();
	g_autoptr(TfCertificateFacts) facts = NULL;

	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const guint8 *)"Group", -1, -1, 0);
	(void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const guint8 *)"Person", -1, -1, 0);
	(void)X509_set_subject_name(certificate, name);
	X509_NAME_free(name);
	facts = tf_certificate_describe(certificate);

	g_assert_cmpstr(facts->common_name, ==, "Person");
	g_assert_cmpstr(facts->subject, ==, "CN=Person, CN=Group");
}

static void test_usage(void)
{
	const struct {
		const gchar *key;
		const gchar *usage;
		TfKeyUsage expected;
	} rows[] = {
		{ "rsa1024", NULL, { TRUE, TRUE, FALSE } },
		{ "ec256", NULL, { TRUE, FALSE, TRUE } },
		{ "rsa1024", "digitalSignature", { TRUE, FALSE, FALSE } },
		{ "rsa1024", "nonRepudiation", { TRUE, FALSE, FALSE } },
		{ "rsa1024", "critical,keyEncipherment", { FALSE, TRUE, FALSE } },
		{ "rsa1024", "dataEncipherment,digitalSignature", { TRUE, TRUE, FALSE } },
		{ "ec256", "keyAgreement", { FALSE, FALSE, TRUE } },
		{ "ec256", "keyEncipherment", { FALSE, FALSE, FALSE } },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(EVP_PKEY) key = tf_fixture_key(rows[i].key);
		g_autoptr(X509) certificate = certificate_of(key, "member", rows[i].usage);
		TfKeyUsage usage = tf_certificate_key_usage(certificate);

		g_assert_cmpint(usage.may_sign, ==, rows[i].expected.may_sign);
		g_assert_cmpint(usage.may_decrypt, ==, rows[i].expected.may_decrypt);
		g_assert_cmpint(usage.may_derive, ==, rows[i].expected.may_derive);
	}
}

static void test_same_key(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) other = tf_fixture_key("ec256");
	g_autoptr(X509) certificate = certificate_of(key, "member", NULL);
	guint8 of_certificate[TF_SHA256_SIZE];
	guint8 of_key[TF_SHA256_SIZE];
	guint8 of_other[TF_SHA256_SIZE];

	tf_certificate_spki_sha256(certificate, of_certificate);
	g_assert_true(tf_key_spki_sha256(key, of_key));
	g_assert_true(tf_key_spki_sha256(other, of_other));

	g_assert_cmpmem(of_certificate, TF_SHA256_SIZE, of_key, TF_SHA256_SIZE);
	g_assert_cmpint(memcmp(of_key, of_other, TF_SHA256_SIZE), !=, 0);
}

static void test_compressed_point(void)
{
	g_autoptr(EVP_PKEY) key = tf_fixture_key("ec256");
	g_autoptr(EVP_PKEY) compressed = EVP_PKEY_dup(key);
	guint8 of_key[TF_SHA256_SIZE];
	guint8 of_compressed[TF_SHA256_SIZE];

	g_assert_cmpint(EVP_PKEY_set_utf8_string_param(
				compressed, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
		==, 1);
	g_assert_true(tf_key_spki_sha256(key, of_key));
	g_assert_true(tf_key_spki_sha256(compressed, of_compressed));

	g_assert_cmpmem(of_key, TF_SHA256_SIZE, of_compressed, TF_SHA256_SIZE);
}

static void test_self_signed(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(EVP_PKEY) stranger = tf_fixture_key("ec256");
	X509 *root = sk_X509_value(member->chain, 1);
	g_autoptr(X509) forged = X509_dup(root);

	g_assert_cmpint(X509_sign(forged, stranger, EVP_sha256()), >, 0);

	g_assert_true(tf_certificate_is_self_signed(root));
	g_assert_false(tf_certificate_is_self_signed(member->certificate));
	g_assert_false(tf_certificate_is_self_signed(forged));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/certificate/PEM and DER are read", test_parse);
	g_test_add_func("/certificate/anything else is called unreadable", test_unreadable);
	g_test_add_func("/certificate/the facts are those of the certificate", test_describe);
	g_test_add_func("/certificate/an RSA key is described", test_describe_rsa);
	g_test_add_func("/certificate/every string type becomes UTF-8", test_string_types);
	g_test_add_func("/certificate/hostile strings become valid UTF-8", test_hostile_strings);
	g_test_add_func("/certificate/the most specific name is the person's", test_most_specific_name);
	g_test_add_func("/certificate/key usage says what the key may do", test_usage);
	g_test_add_func("/certificate/the same key has the same digest", test_same_key);
	g_test_add_func("/certificate/a compressed point is the same key", test_compressed_point);
	g_test_add_func("/certificate/self-signed means that the signature is right", test_self_signed);

	return g_test_run();
}
