/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "module-private.h"
#include "open-token.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSoftToken, tf_soft_token_free)

static TfModuleFacts *facts_of(const gchar *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named(path, &error);
	TfModuleFacts *facts = NULL;

	g_assert_no_error(error);
	facts = tf_module_describe(choice, &error);
	g_assert_no_error(error);

	return facts;
}

static void expect_unloadable(const TfModuleFacts *facts, const gchar *arguments)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModule) module = tf_module_load(facts, arguments, &error);

	g_assert_null(module);
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_UNLOADABLE);
}

/* A copy of a library in a private directory. */
static gchar *copy_of(const gchar *directory, const gchar *path)
{
	g_autofree gchar *copy = g_build_filename(directory, "module.so", NULL);

	tf_fixture_run(directory, "cp", path, copy, NULL);

	return g_steal_pointer(&copy);
}

static void loads_twice(void)
{
	g_autoptr(TfSoftToken) soft = tf_soft_token_new();

	g_assert_nonnull(soft);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(TfModule) module = tf_load_module(TF_SOFT_MODULE, NULL);

		g_assert_nonnull(tf_module_functions(module));
		g_assert_true(g_str_has_suffix(tf_module_facts(module)->path, "/libsofthsm2.so"));
		g_assert_null(tf_module_arguments(module));
	}
}

static void changed(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = copy_of(directory, TF_SOFT_MODULE);
	g_autoptr(TfModuleFacts) facts = facts_of(path);

	tf_fixture_run(directory, "truncate", "--size=+1", path, NULL);

	expect_unloadable(facts, NULL);
	tf_fixture_remove(directory);
}

static void gone(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = copy_of(directory, TF_SOFT_MODULE);
	g_autoptr(TfModuleFacts) facts = facts_of(path);
	g_autoptr(TfModule) module = NULL;
	g_autoptr(GError) error = NULL;

	tf_fixture_remove(directory);
	module = tf_module_load(facts, NULL, &error);

	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_MISSING);
}

static void no_library(void)
{
	g_autofree gchar *directory = tf_fixture_directory();
	g_autofree gchar *path = copy_of(directory, "/etc/passwd");
	g_autoptr(TfModuleFacts) facts = facts_of(path);

	expect_unloadable(facts, NULL);
	tf_fixture_remove(directory);
}

static void no_module(void)
{
	g_autoptr(TfModuleFacts) facts = facts_of("/usr/lib/x86_64-linux-gnu/libz.so.1");

	expect_unloadable(facts, NULL);
}

static void refuses_to_start(void)
{
	g_autoptr(TfModuleFacts) facts = facts_of(g_getenv("TF_MOCK_MODULE"));

	expect_unloadable(facts, "no such word");
}

/* Somebody else in this process would finalise it under us. */
static void in_use(void)
{
	g_autoptr(TfSoftToken) soft = tf_soft_token_new();
	g_autoptr(TfModule) first = tf_load_module(TF_SOFT_MODULE, NULL);
	g_autoptr(TfModuleFacts) facts = facts_of(TF_SOFT_MODULE);

	g_assert_nonnull(soft);
	g_assert_nonnull(first);
	expect_unloadable(facts, NULL);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/module/loads, finalises and loads again", loads_twice);
	g_test_add_func("/module/is not loaded when it was changed since", changed);
	g_test_add_func("/module/is missing when it is gone", gone);
	g_test_add_func("/module/refuses what is no library", no_library);
	g_test_add_func("/module/refuses a library that is no module", no_module);
	g_test_add_func("/module/tells that C_Initialize failed", refuses_to_start);
	g_test_add_func("/module/refuses one that is in use in this process", in_use);

	return g_test_run();
}
