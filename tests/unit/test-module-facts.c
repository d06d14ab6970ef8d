/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "token/module.h"

static void packaged(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named("/usr/lib/softhsm/libsofthsm2.so", &error);
	g_autoptr(TfModuleFacts) facts = NULL;

	g_assert_no_error(error);
	facts = tf_module_describe(choice, &error);
	g_assert_no_error(error);
	tf_module_find_package(facts);

	g_assert_cmpuint(strlen(facts->sha256), ==, 64);
	g_assert_true(g_str_has_prefix(facts->package, "libsofthsm2 2."));
}

static void unpackaged(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(directory, "a*b.so", NULL);
	g_autoptr(TfModuleChoice) choice = NULL;
	g_autoptr(TfModuleFacts) facts = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, "abc", 3, NULL));
	choice = tf_module_named(path, &error);
	g_assert_no_error(error);
	facts = tf_module_describe(choice, &error);
	g_assert_no_error(error);
	tf_module_find_package(facts);

	g_assert_cmpstr(
		facts->sha256, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	g_assert_null(facts->package);
	tf_fixture_remove(directory);
}

static void no_file(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = g_build_filename(directory, "pipe.so", NULL);
	g_autoptr(TfModuleChoice) choice = NULL;
	g_autoptr(TfModuleFacts) facts = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	choice = tf_module_named(path, &error);
	g_assert_no_error(error);
	facts = tf_module_describe(choice, &error);

	g_assert_null(facts);
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_UNLOADABLE);
	tf_fixture_remove(directory);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/module-facts/names the package that owns a module", packaged);
	g_test_add_func("/module-facts/knows no package for a file of ours", unpackaged);
	g_test_add_func("/module-facts/refuses what is no file", no_file);

	return g_test_run();
}
