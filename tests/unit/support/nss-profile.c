/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nss-profile.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "open-token.h"

#define EXPORT_PASSWORD "export"

TfNssProfile *tf_nss_profile_new(gboolean has_password)
{
	TfNssProfile *profile = g_new0(TfNssProfile, 1);
	g_autofree gchar *made = tf_fixture_directory();
	char *real = realpath(made, NULL);

	/* It stays loaded, so that a leak can be told to be its own. */
	g_assert_nonnull(dlopen(TF_NSS_MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
	g_assert_nonnull(real);
	profile->directory = g_strdup(real);
	free(real);
	profile->database = g_strconcat("sql:", profile->directory, NULL);
	profile->password_file = g_build_filename(profile->directory, "password", NULL);
	g_assert_true(g_file_set_contents(
		profile->password_file, has_password ? TF_NSS_PROFILE_PASSWORD "\n" : "\n", -1, NULL));
	tf_fixture_run(profile->directory, "certutil", "-N", "-d", profile->database, "-f",
		profile->password_file, NULL);

	return profile;
}

void tf_nss_profile_free(TfNssProfile *profile)
{
	if (profile == NULL)
		return;

	tf_fixture_remove(profile->directory);
	g_free(profile->directory);
	g_free(profile->database);
	g_free(profile->password_file);
	g_free(profile);
}

void tf_nss_profile_add(const TfNssProfile *profile, const TfFixtureMember *member, const gchar *label)
{
	g_autofree gchar *path = g_build_filename(profile->directory, "import.p12", NULL);
	g_autoptr(GBytes) content =
		tf_fixture_pkcs12(member->key, member->certificate, member->chain, label, EXPORT_PASSWORD);

	tf_fixture_write(path, content);
	tf_fixture_run(profile->directory, "pk12util", "-i", path, "-d", profile->database, "-W",
		EXPORT_PASSWORD, "-k", profile->password_file, NULL);
	g_assert_cmpint(unlink(path), ==, 0);
}

void tf_nss_profile_add_certificate(const TfNssProfile *profile, X509 *certificate, const gchar *label)
{
	g_autofree gchar *path = g_build_filename(profile->directory, "import.pem", NULL);
	g_autoptr(GBytes) pem = tf_fixture_certificate_pem(certificate);

	tf_fixture_write(path, pem);
	tf_fixture_run(profile->directory, "certutil", "-A", "-d", profile->database, "-n", label, "-t", ",,",
		"-i", path, "-f", profile->password_file, NULL);
	g_assert_cmpint(unlink(path), ==, 0);
}

TfSecret *tf_nss_profile_secret(const gchar *text)
{
	TfSecret *secret = tf_secret_new_copy(text, strlen(text));

	g_assert_nonnull(secret);

	return secret;
}

TfNssStore *tf_nss_profile_open(const TfNssProfile *profile)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) password = tf_nss_profile_secret(TF_NSS_PROFILE_PASSWORD);
	TfNssStore *store = tf_nss_store_open(profile->directory, TRUE, &error);

	g_assert_no_error(error);
	if (tf_nss_store_has_password(store))
		(void)tf_nss_store_login(store, password, &error);
	g_assert_no_error(error);

	return store;
}

GBytes *tf_nss_profile_read(const TfNssProfile *profile, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(profile->directory, name, NULL);
	g_autofree gchar *content = NULL;
	gsize length = 0;

	g_assert_true(g_file_get_contents(path, &content, &length, NULL));

	return g_bytes_new_take(g_steal_pointer(&content), length);
}
