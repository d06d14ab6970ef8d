/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/certificate.h"

#define THEN (TF_FIXTURE_NOT_BEFORE + 1000)
#define NOW  (TF_FIXTURE_NOT_BEFORE + 2000)
#define SOON (TF_FIXTURE_NOT_BEFORE + 3000)

static gint check(const TfFixtureMember *member, const TfX509Stack *chain, GBytes *list,
	TfRevocation *revocation, gint64 *revoked_at)
{
	g_autoptr(GError) error = NULL;

	X509_CRL *parsed = tf_crl_parse(list, "list.crl", &error);
	gboolean is_checked = parsed != NULL && tf_certificate_check_crl(member->certificate, chain, parsed,
							"list.crl", NOW, revocation, revoked_at, &error);

	X509_CRL_free(parsed);
	if (is_checked) {
		g_assert_no_error(error);
		return -1;
	}
	g_assert_nonnull(error);

	return error->code;
}

static void assert_unusable(const TfFixtureMember *member, GBytes *list)
{
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	g_assert_cmpint(
		check(member, member->chain, list, &revocation, &revoked_at), ==, TF_ERROR_CRL_UNUSABLE);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_UNKNOWN);
	g_assert_cmpint(revoked_at, ==, -1);
}

static GBytes *list_of(const TfFixtureMember *member, X509 *revoked, gint64 next_update)
{
	return tf_fixture_crl(
		sk_X509_value(member->chain, 0), member->issuer_key, revoked, THEN, next_update);
}

static void test_good(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(member, NULL, SOON);
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	g_assert_cmpint(check(member, member->chain, list, &revocation, &revoked_at), ==, -1);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_GOOD);
}

static void test_revoked(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(member, member->certificate, SOON);
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	g_assert_cmpint(check(member, member->chain, list, &revocation, &revoked_at), ==, -1);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_REVOKED);
	g_assert_cmpint(revoked_at, ==, THEN);
}

static void test_pem(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(member, member->certificate, SOON);
	g_autofree gchar *base64 = g_base64_encode(g_bytes_get_data(list, NULL), g_bytes_get_size(list));
	g_autoptr(GString) text = g_string_new("-----BEGIN X509 CRL-----\n");
	g_autoptr(GBytes) pem = NULL;
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	for (gsize i = 0; base64[i] != '\0'; i++) {
		g_string_append_c(text, base64[i]);
		if (i % 64 == 63)
			g_string_append_c(text, '\n');
	}
	g_string_append(text, "\n-----END X509 CRL-----\n");
	pem = g_bytes_new(text->str, text->len);

	g_assert_cmpint(check(member, member->chain, pem, &revocation, &revoked_at), ==, -1);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_REVOKED);
}

static void test_without_issuer(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(member, member->certificate, SOON);
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	g_assert_cmpint(check(member, NULL, list, &revocation, &revoked_at), ==, -1);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_REVOKED);
}

static void test_unverified(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) forger = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(forger, NULL, SOON);
	TfRevocation revocation = TF_REVOCATION_GOOD;
	gint64 revoked_at = -1;

	g_assert_cmpint(check(member, NULL, list, &revocation, &revoked_at), ==, -1);
	g_assert_cmpint(revocation, ==, TF_REVOCATION_UNKNOWN);
}

static void test_unreadable(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
	g_autoptr(GBytes) garbage = g_bytes_new_static("0hello", 6);

	assert_unusable(member, nothing);
	assert_unusable(member, garbage);
}

static void test_other_issuer(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) stranger = tf_fixture_member("ec256", "member", "another issuer");
	g_autoptr(GBytes) list = list_of(stranger, member->certificate, SOON);

	assert_unusable(member, list);
}

static void test_forged(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) forger = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(forger, NULL, SOON);

	assert_unusable(member, list);
}

static void test_out_of_date(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(GBytes) list = list_of(member, NULL, NOW - 1);

	assert_unusable(member, list);
}

/* The list signed again with one more critical extension. */
static GBytes *with_extension(const TfFixtureMember *member, int nid, gpointer value)
{
	g_autoptr(GBytes) list = list_of(member, NULL, SOON);
	const guint8 *der = g_bytes_get_data(list, NULL);
	X509_CRL *crl = d2i_X509_CRL(NULL, &der, (long)g_bytes_get_size(list));
	guint8 *out = NULL;
	GBytes *bytes = NULL;
	int length = 0;

	g_assert_cmpint(X509_CRL_add1_ext_i2d(crl, nid, value, 1, 0), ==, 1);
	g_assert_cmpint(X509_CRL_sign(crl, member->issuer_key, EVP_sha256()), >, 0);
	length = i2d_X509_CRL(crl, &out);
	bytes = g_bytes_new(out, (gsize)length);
	OPENSSL_free(out);
	X509_CRL_free(crl);

	return bytes;
}

static void test_delta(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	ASN1_INTEGER *base = ASN1_INTEGER_new();
	g_autoptr(GBytes) list = with_extension(member, NID_delta_crl, base);

	ASN1_INTEGER_free(base);

	assert_unusable(member, list);
}

static void test_scope(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	ISSUING_DIST_POINT *scope = ISSUING_DIST_POINT_new();
	g_autoptr(GBytes) whole = NULL;
	g_autoptr(GBytes) part = NULL;
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	gint64 revoked_at = -1;

	scope->onlyuser = 0xFF;
	whole = with_extension(member, NID_issuing_distribution_point, scope);
	scope->onlyuser = 0;
	scope->onlyCA = 0xFF;
	part = with_extension(member, NID_issuing_distribution_point, scope);
	ISSUING_DIST_POINT_free(scope);

	g_assert_cmpint(check(member, member->chain, whole, &revocation, &revoked_at), ==, -1);
	assert_unusable(member, part);
}

static void test_unknown_extension(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	ASN1_IA5STRING *comment = ASN1_IA5STRING_new();
	g_autoptr(GBytes) list = with_extension(member, NID_netscape_comment, comment);

	ASN1_IA5STRING_free(comment);

	assert_unusable(member, list);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/revocation/a certificate that is not listed is good", test_good);
	g_test_add_func("/revocation/a listed certificate is revoked", test_revoked);
	g_test_add_func("/revocation/a list in PEM is read", test_pem);
	g_test_add_func("/revocation/without the issuer's certificate what is listed is revoked",
		test_without_issuer);
	g_test_add_func(
		"/revocation/without the issuer's certificate no certificate is good", test_unverified);
	g_test_add_func("/revocation/an unreadable list is unusable", test_unreadable);
	g_test_add_func("/revocation/a list of another issuer is unusable", test_other_issuer);
	g_test_add_func("/revocation/a forged list is unusable", test_forged);
	g_test_add_func("/revocation/a list out of date is unusable", test_out_of_date);
	g_test_add_func("/revocation/a list of changes only is unusable", test_delta);
	g_test_add_func("/revocation/a list of other certificates only is unusable", test_scope);
	g_test_add_func(
		"/revocation/a list with an unknown critical extension is unusable", test_unknown_extension);

	return g_test_run();
}
