/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/openssl.h"

#include <glib.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"

/* A configuration that takes every algorithm away. */
#define HOSTILE_CONFIGURATION "openssl_conf = a\n[a]\nproviders = b\n[b]\nbase = c\n[c]\nactivate = 1\n"

static gboolean has_cipher(OSSL_LIB_CTX *context, const gchar *name)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(context, name, NULL);
	gboolean is_there = cipher != NULL;

	EVP_CIPHER_free(cipher);

	return is_there;
}

static void test_library(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfLibrary) library = tf_library_new(&error);

	g_assert_no_error(error);
	g_assert_true(has_cipher(tf_library_context(library), "AES-256-CBC"));
	g_assert_true(has_cipher(tf_library_context(library), "RC2-40-CBC"));
}

static void test_default_stays_clean(void)
{
	g_autoptr(TfLibrary) library = tf_library_new(NULL);

	g_assert_nonnull(library);
	g_assert_false(has_cipher(NULL, "RC2-40-CBC"));
}

static void test_configuration(void)
{
	g_assert_nonnull(g_getenv("OPENSSL_CONF"));
	g_assert_true(has_cipher(NULL, "AES-256-CBC"));
}

int main(int argc, char **argv)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(directory, "openssl.cnf", NULL);
	int status = 0;

	/* libcrypto looks once, at its first use. */
	g_assert_true(g_file_set_contents(path, HOSTILE_CONFIGURATION, -1, NULL));
	g_assert_true(g_setenv("OPENSSL_CONF", path, TRUE));
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/openssl/a library has the old ciphers too", test_library);
	g_test_add_func("/openssl/the default context stays clean", test_default_stays_clean);
	g_test_add_func("/openssl/openssl.cnf plays no part", test_configuration);
	status = g_test_run();
	tf_fixture_remove(directory);

	return status;
}
