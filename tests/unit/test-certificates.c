/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/certificates.h"

#include <openssl/x509v3.h>

#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"

static X509 *read_from(TfCertificates *certificates, X509 *certificate)
{
	g_autoptr(GBytes) der = tf_certificate_der(certificate);
	const guint8 *at = g_bytes_get_data(der, NULL);
	X509 *read = tf_certificates_read(certificates, &at, g_bytes_get_size(der));

	g_assert_nonnull(read);
	g_assert_true(at == (const guint8 *)g_bytes_get_data(der, NULL) + g_bytes_get_size(der));
	g_assert_cmpint(X509_cmp(read, certificate), ==, 0);

	return read;
}

static void test_an_authority_is_decoded_once(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfCertificates) certificates = tf_certificates_new();
	X509 *authority = sk_X509_value(member->chain, 0);
	g_autoptr(X509) first = read_from(certificates, authority);
	g_autoptr(X509) second = read_from(certificates, authority);

	g_assert_true(first == second);
}

static void test_a_member_is_not_remembered(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfCertificates) certificates = tf_certificates_new();
	g_autoptr(X509) first = read_from(certificates, member->certificate);
	g_autoptr(X509) second = read_from(certificates, member->certificate);

	g_assert_true(first != second);
}

static void test_a_large_one_is_not_remembered(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfCertificates) certificates = tf_certificates_new();
	g_autofree gchar *comment = g_strnfill(20000, 'x');
	X509 *authority = sk_X509_value(member->chain, 1);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_netscape_comment, comment);
	g_autoptr(X509) first = NULL;
	g_autoptr(X509) second = NULL;

	g_assert_cmpint(X509_add_ext(authority, extension, -1), ==, 1);
	X509_EXTENSION_free(extension);
	g_assert_cmpint(X509_sign(authority, member->root_key, EVP_sha256()), >, 0);
	first = read_from(certificates, authority);
	second = read_from(certificates, authority);

	g_assert_true(first != second);
}

static void test_it_is_read_without_any_memory_too(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(X509) read = read_from(NULL, sk_X509_value(member->chain, 0));

	g_assert_nonnull(read);
}

static void test_what_follows_it_is_left(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfCertificates) certificates = tf_certificates_new();
	g_autoptr(GBytes) der = tf_certificate_der(sk_X509_value(member->chain, 0));
	g_autoptr(GByteArray) longer = g_byte_array_new();

	g_byte_array_append(longer, g_bytes_get_data(der, NULL), (guint)g_bytes_get_size(der));
	g_byte_array_append(longer, (const guint8 *)"rest", 4);
	for (guint i = 0; i < 2; i++) {
		const guint8 *at = longer->data;
		g_autoptr(X509) read = tf_certificates_read(certificates, &at, longer->len);

		g_assert_nonnull(read);
		g_assert_cmpuint((gsize)(at - longer->data), ==, g_bytes_get_size(der));
	}
}

static void test_what_is_no_certificate_is_refused(void)
{
	g_autoptr(TfCertificates) certificates = tf_certificates_new();
	const guint8 *at = (const guint8 *)"\x30\x00";

	g_assert_null(tf_certificates_read(certificates, &at, 2));
	g_assert_null(tf_certificates_read(certificates, &at, 0));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/certificates/an authority is decoded once", test_an_authority_is_decoded_once);
	g_test_add_func("/certificates/a member is not remembered", test_a_member_is_not_remembered);
	g_test_add_func("/certificates/one that would fill the memory is not remembered",
		test_a_large_one_is_not_remembered);
	g_test_add_func(
		"/certificates/it is read without any memory too", test_it_is_read_without_any_memory_too);
	g_test_add_func("/certificates/what follows it is left", test_what_follows_it_is_left);
	g_test_add_func(
		"/certificates/what is no certificate is refused", test_what_is_no_certificate_is_refused);

	return g_test_run();
}
