/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/extract.h"

#include "base/error.h"
#include "nss-profile.h"

static TfNssKey *only_key(TfNssStore *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) keys = tf_nss_store_keys(store, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(keys->len, ==, 1);

	return g_ptr_array_steal_index(keys, 0);
}

static void the_key_comes_out_with_certificate_and_chain(gconstpointer key_type)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(TRUE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member(key_type, "見本 花子", "Test Issuing CA");
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(TfNssKey) key = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(GError) error = NULL;

	tf_nss_profile_add(profile, member, "member");
	store = tf_nss_profile_open(profile);
	key = only_key(store);
	keypair = tf_extract(store, key, NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(EVP_PKEY_eq(tf_keypair_key(keypair), member->key), ==, 1);
	g_assert_cmpint(X509_cmp(tf_keypair_certificate(keypair), member->certificate), ==, 0);
	g_assert_cmpint(sk_X509_num(tf_keypair_chain(keypair)), ==, 2);
	g_assert_cmpstr(tf_keypair_friendly_name(keypair), ==, "member");
}

static void the_certificate_of_another_key_is_refused(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "見本 花子", "Test Issuing CA");
	g_autoptr(TfFixtureMember) other = tf_fixture_member("ec256", "別人 太郎", "Test Issuing CA");
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(TfNssKey) key = NULL;
	g_autoptr(GError) error = NULL;

	tf_nss_profile_add(profile, member, "member");
	store = tf_nss_profile_open(profile);
	key = only_key(store);

	g_assert_null(tf_extract(store, key, other->certificate, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISMATCH);
}

static void a_key_without_a_certificate_asks_for_one(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("rsa2048", "見本 花子", "Test Issuing CA");
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(TfNssKey) key = NULL;
	g_autoptr(TfKeypair) keypair = NULL;
	g_autoptr(GError) error = NULL;

	tf_nss_profile_add(profile, member, "member");
	tf_fixture_run(profile->directory, "certutil", "-D", "-n", "member", "-d", profile->database, NULL);
	store = tf_nss_profile_open(profile);
	key = only_key(store);

	g_assert_null(key->certificate);
	g_assert_null(tf_extract(store, key, NULL, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_NO_CERTIFICATE);
	g_clear_error(&error);
	keypair = tf_extract(store, key, member->certificate, &error);
	g_assert_no_error(error);
	g_assert_cmpint(EVP_PKEY_eq(tf_keypair_key(keypair), member->key), ==, 1);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/extract/an RSA key comes out with certificate and chain", "rsa2048",
		the_key_comes_out_with_certificate_and_chain);
	g_test_add_data_func("/extract/a P-256 key comes out with certificate and chain", "ec256",
		the_key_comes_out_with_certificate_and_chain);
	g_test_add_data_func("/extract/a P-384 key comes out with certificate and chain", "ec384",
		the_key_comes_out_with_certificate_and_chain);
	g_test_add_func("/extract/the certificate of another key is refused",
		the_certificate_of_another_key_is_refused);
	g_test_add_func("/extract/a key without a certificate asks for one",
		a_key_without_a_certificate_asks_for_one);

	return g_test_run();
}
