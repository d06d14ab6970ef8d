/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "key/keypair.h"

static TfKeypair *keypair_of(const TfFixtureMember *member)
{
	g_autoptr(GError) error = NULL;
	TfKeypair *keypair =
		tf_keypair_new(member->key, member->certificate, member->chain, NULL, "test.p12", &error);

	g_assert_no_error(error);

	return keypair;
}

static void test_a_key_pair_comes_out_as_it_went_in(void)
{
	const gchar *const types[] = { "rsa2048", "ec256", "ec384" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(TfFixtureMember) member = tf_fixture_member(types[i], "member", "issuer");
		g_autoptr(TfKeypair) sent = keypair_of(member);
		g_autoptr(GError) error = NULL;
		g_autoptr(TfSecret) pkcs8 = tf_keypair_to_pkcs8(sent);
		g_autoptr(TfKeypair) arrived = tf_keypair_of_pkcs8(
			pkcs8, member->certificate, tf_keypair_chain(sent), "test.p12", &error);

		g_assert_no_error(error);
		g_assert_cmpint(EVP_PKEY_eq(tf_keypair_key(sent), tf_keypair_key(arrived)), ==, 1);
		g_assert_cmpint(X509_cmp(tf_keypair_certificate(arrived), member->certificate), ==, 0);
		g_assert_cmpint(
			sk_X509_num(tf_keypair_chain(arrived)), ==, sk_X509_num(tf_keypair_chain(sent)));
	}
}

static void test_the_key_of_another_certificate_is_refused(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "other", "issuer");
	g_autoptr(TfKeypair) sent = keypair_of(member);
	g_autoptr(TfSecret) pkcs8 = tf_keypair_to_pkcs8(sent);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) arrived =
		tf_keypair_of_pkcs8(pkcs8, other->certificate, NULL, "test.p12", &error);

	g_assert_null(arrived);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISMATCH);
}

static void test_what_is_no_key_is_refused(void)
{
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "member", "issuer");
	g_autoptr(TfSecret) nonsense = tf_secret_new_copy("\x30\x03\x02\x01\x00", 5);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfKeypair) arrived =
		tf_keypair_of_pkcs8(nonsense, member->certificate, NULL, "test.p12", &error);

	g_assert_null(arrived);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_DAMAGED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pkcs8/a key pair comes out as it went in", test_a_key_pair_comes_out_as_it_went_in);
	g_test_add_func("/pkcs8/the key of another certificate is refused",
		test_the_key_of_another_certificate_is_refused);
	g_test_add_func("/pkcs8/what is no key is refused", test_what_is_no_key_is_refused);

	return g_test_run();
}
