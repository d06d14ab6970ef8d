/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/nss-store.h"

#include "base/error.h"
#include "nss-profile.h"

static TfNssStore *open_store(const TfNssProfile *profile)
{
	g_autoptr(GError) error = NULL;
	TfNssStore *store = tf_nss_store_open(profile->directory, FALSE, &error);

	g_assert_no_error(error);

	return store;
}

static GPtrArray *keys_of(TfNssStore *store)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *keys = tf_nss_store_keys(store, &error);

	g_assert_no_error(error);

	return keys;
}

static void two_keys_are_listed_with_their_certificates(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);
	g_autoptr(TfFixtureMember) rsa = tf_fixture_member("rsa2048", "山田 太郎", "Test Issuing CA");
	g_autoptr(TfFixtureMember) ec = tf_fixture_member("ec256", "見本 花子", "Test Issuing CA");
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GPtrArray) keys = NULL;
	guint n_found = 0;

	tf_nss_profile_add(profile, rsa, "first");
	tf_nss_profile_add(profile, ec, "second");
	store = open_store(profile);
	keys = keys_of(store);

	g_assert_false(tf_nss_store_has_password(store));
	g_assert_cmpuint(keys->len, ==, 2);
	for (guint i = 0; i < keys->len; i++) {
		const TfNssKey *key = g_ptr_array_index(keys, i);

		g_assert_nonnull(key->certificate);
		g_assert_cmpuint(g_bytes_get_size(key->id), ==, 20);
		if (X509_cmp(key->certificate, rsa->certificate) == 0 && g_str_equal(key->label, "first"))
			n_found++;
		if (X509_cmp(key->certificate, ec->certificate) == 0 && g_str_equal(key->label, "second"))
			n_found++;
	}
	g_assert_cmpuint(n_found, ==, 2);
}

/* Of the same key, by another issuer; by itself when that is NULL. */
static X509 *certify(const TfFixtureMember *member, const TfFixtureMember *issuer, gint64 not_after)
{
	const TfFixtureCertificate wanted = {
		.key = member->key,
		.name = "山田 太郎",
		.issuer = issuer != NULL ? sk_X509_value(issuer->chain, 0) : NULL,
		.issuer_key = issuer != NULL ? issuer->issuer_key : NULL,
		.not_after = not_after,
	};

	return tf_fixture_certificate(&wanted);
}

/* Which one is meant a person has to say. */
static void a_key_is_listed_once_for_each_issuer_that_certified_it(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("rsa2048", "山田 太郎", "Test Issuing CA");
	g_autoptr(TfFixtureMember) issuer = tf_fixture_member("ec256", "見本 花子", "Other CA");
	g_autoptr(X509) earlier = certify(member, member, TF_FIXTURE_NOT_AFTER - 86400);
	g_autoptr(X509) own = certify(member, NULL, TF_FIXTURE_NOT_AFTER + 86400);
	g_autoptr(X509) others = certify(member, issuer, TF_FIXTURE_NOT_AFTER + 86400);
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GPtrArray) one = NULL;
	g_autoptr(GPtrArray) two = NULL;

	tf_nss_profile_add(profile, member, "member");
	tf_nss_profile_add_certificate(profile, earlier, "member");
	tf_nss_profile_add_certificate(profile, own, "own");
	store = open_store(profile);
	one = keys_of(store);
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_cmpint(
		X509_cmp(((const TfNssKey *)g_ptr_array_index(one, 0))->certificate, member->certificate), ==,
		0);
	g_clear_pointer(&store, tf_nss_store_free);

	tf_nss_profile_add_certificate(profile, others, "others");
	store = open_store(profile);
	two = keys_of(store);
	g_assert_cmpuint(two->len, ==, 2);
	g_assert_cmpint(X509_cmp(((const TfNssKey *)g_ptr_array_index(two, 0))->certificate, others), ==, 0);
	g_assert_cmpint(
		X509_cmp(((const TfNssKey *)g_ptr_array_index(two, 1))->certificate, member->certificate), ==,
		0);
}

static void without_its_password_no_key_is_seen_and_a_wrong_one_is_said_to_be(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(TRUE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "見本 花子", "Test Issuing CA");
	g_autoptr(TfSecret) wrong = tf_nss_profile_secret("wrong");
	g_autoptr(TfSecret) right = tf_nss_profile_secret(TF_NSS_PROFILE_PASSWORD);
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) after = NULL;
	g_autoptr(GError) error = NULL;

	tf_nss_profile_add(profile, member, "member");
	store = open_store(profile);
	before = keys_of(store);

	g_assert_true(tf_nss_store_has_password(store));
	g_assert_cmpuint(before->len, ==, 0);
	g_assert_false(tf_nss_store_login(store, wrong, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_STORE_PASSWORD_WRONG);
	g_clear_error(&error);
	(void)tf_nss_store_login(store, right, &error);
	g_assert_no_error(error);
	after = keys_of(store);
	g_assert_cmpuint(after->len, ==, 1);
}

static void looking_changes_no_byte_of_the_databases(void)
{
	g_autoptr(TfNssProfile) profile = tf_nss_profile_new(FALSE);
	g_autoptr(TfFixtureMember) member = tf_fixture_member("ec256", "見本 花子", "Test Issuing CA");
	g_autoptr(GBytes) before = NULL;
	g_autoptr(GBytes) after = NULL;
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GPtrArray) keys = NULL;

	tf_nss_profile_add(profile, member, "member");
	before = tf_nss_profile_read(profile, "key4.db");

	store = open_store(profile);
	keys = keys_of(store);
	g_clear_pointer(&store, tf_nss_store_free);

	after = tf_nss_profile_read(profile, "key4.db");
	g_assert_true(g_bytes_equal(before, after));
}

static void a_folder_of_any_name_is_found_and_one_without_a_store_is_said_to_be(void)
{
	g_autofree gchar *parent = tf_fixture_directory();
	g_autofree gchar *odd = g_build_filename(parent, "it's a \\ \"profile\"", NULL);
	g_autofree gchar *database = g_strconcat("sql:", odd, NULL);
	g_autofree gchar *nowhere = g_build_filename(parent, "nowhere", NULL);
	g_autoptr(TfNssStore) store = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(g_mkdir_with_parents(odd, 0700), ==, 0);
	tf_fixture_run(odd, "certutil", "-N", "-d", database, "--empty-password", NULL);

	store = tf_nss_store_open(odd, FALSE, &error);
	g_assert_no_error(error);
	g_clear_pointer(&store, tf_nss_store_free);
	g_assert_null(tf_nss_store_open(nowhere, FALSE, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_STORE_UNREADABLE);
	tf_fixture_remove(parent);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nss-store/two keys are listed with their certificates",
		two_keys_are_listed_with_their_certificates);
	g_test_add_func("/nss-store/a key is listed once for each issuer that certified it",
		a_key_is_listed_once_for_each_issuer_that_certified_it);
	g_test_add_func("/nss-store/without its password no key is seen, and a wrong one is said to be",
		without_its_password_no_key_is_seen_and_a_wrong_one_is_said_to_be);
	g_test_add_func("/nss-store/looking changes no byte of the databases",
		looking_changes_no_byte_of_the_databases);
	g_test_add_func("/nss-store/a folder of any name is found, and one without a store is said to be",
		a_folder_of_any_name_is_found_and_one_without_a_store_is_said_to_be);

	return g_test_run();
}
