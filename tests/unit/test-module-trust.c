/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "token/module.h"

#define SYSTEM_MODULE "/usr/lib/softhsm/libsofthsm2.so"

/* Below the home directory: the usual place for temporary files is itself not trusted. */
static gchar *own_directory(void)
{
	g_autofree gchar *template = g_build_filename(g_get_home_dir(), ".tokenferry-test-XXXXXX", NULL);
	gchar *directory = g_mkdtemp(g_steal_pointer(&template));

	g_assert_nonnull(directory);

	return directory;
}

static gchar *module_in(const gchar *directory, mode_t mode)
{
	gchar *path = g_build_filename(directory, "module.so", NULL);

	g_assert_true(g_file_set_contents(path, "library", -1, NULL));
	g_assert_cmpint(chmod(path, mode), ==, 0);

	return path;
}

static TfModuleChoice *choice_of(const gchar *path, TfModuleOrigin origin)
{
	g_autoptr(GError) error = NULL;
	TfModuleChoice *choice = tf_module_named(path, &error);

	g_assert_no_error(error);
	choice->origin = origin;

	return choice;
}

static void expect_untrusted(const TfModuleChoice *choice)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_module_check_trust(choice, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_UNTRUSTED);
}

static void of_the_system(void)
{
	g_autoptr(TfModuleChoice) choice = choice_of(SYSTEM_MODULE, TF_MODULE_SYSTEM);
	g_autoptr(GError) error = NULL;

	(void)tf_module_check_trust(choice, &error);

	g_assert_no_error(error);
}

static void of_ours(void)
{
	g_autofree gchar *directory = own_directory();
	g_autofree gchar *path = module_in(directory, 0644);
	g_autoptr(TfModuleChoice) choice = choice_of(path, TF_MODULE_NAMED);
	g_autoptr(GError) error = NULL;

	(void)tf_module_check_trust(choice, &error);

	g_assert_no_error(error);
	tf_fixture_remove(directory);
}

static void writable_file(void)
{
	g_autofree gchar *directory = own_directory();
	g_autofree gchar *path = module_in(directory, 0664);
	g_autoptr(TfModuleChoice) choice = choice_of(path, TF_MODULE_NAMED);

	expect_untrusted(choice);
	tf_fixture_remove(directory);
}

static void writable_parent(void)
{
	g_autofree gchar *directory = own_directory();
	g_autofree gchar *inner = g_build_filename(directory, "inner", NULL);
	g_autofree gchar *path = NULL;
	g_autoptr(TfModuleChoice) choice = NULL;

	g_assert_cmpint(mkdir(inner, 0700), ==, 0);
	path = module_in(inner, 0644);
	choice = choice_of(path, TF_MODULE_NAMED);
	g_assert_cmpint(chmod(directory, 01777), ==, 0);

	expect_untrusted(choice);
	tf_fixture_remove(directory);
}

static void link_afterwards(void)
{
	g_autofree gchar *directory = own_directory();
	g_autofree gchar *path = module_in(directory, 0644);
	g_autoptr(TfModuleChoice) choice = choice_of(path, TF_MODULE_NAMED);

	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_cmpint(symlink(SYSTEM_MODULE, path), ==, 0);

	expect_untrusted(choice);
	tf_fixture_remove(directory);
}

static void only_users_files(void)
{
	g_autoptr(TfModuleChoice) choice = choice_of(SYSTEM_MODULE, TF_MODULE_USER);

	expect_untrusted(choice);
}

static void leak_by_variable(gconstpointer name)
{
	g_autoptr(TfModuleChoice) choice = choice_of(SYSTEM_MODULE, TF_MODULE_SYSTEM);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_setenv(name, "9", TRUE));
	g_assert_false(tf_module_check_leaks(choice, &error));
	g_unsetenv(name);

	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_LEAKY);
	g_assert_nonnull(strstr(error->message, name));
}

static void variable_turned_off(void)
{
	g_autoptr(TfModuleChoice) choice = choice_of(SYSTEM_MODULE, TF_MODULE_SYSTEM);
	g_autoptr(GError) error = NULL;

	g_assert_true(g_setenv("OPENSC_DEBUG", "0", TRUE));
	g_assert_true(g_setenv("P11_KIT_DEBUG", "", TRUE));
	(void)tf_module_check_leaks(choice, &error);
	g_unsetenv("OPENSC_DEBUG");
	g_unsetenv("P11_KIT_DEBUG");

	g_assert_no_error(error);
}

static void spy(void)
{
	TfModuleChoice choice = { (gchar *)"/usr/lib/x86_64-linux-gnu/PKCS11-Spy.so", TF_MODULE_NAMED, NULL };
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_module_check_leaks(&choice, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_LEAKY);
}

typedef struct OpenscConfig {
	const gchar *text;
	gboolean leaks;
} OpenscConfig;

static const OpenscConfig logs = { "app default {\n\tdebug = 3;\n\tdebug_file = /tmp/log;\n}\n", TRUE };
static const OpenscConfig logs_in_one_line = { "app default { debug=9; }\n", TRUE };
static const OpenscConfig is_quiet = { "app default {\n\t# debug = 3;\n\tdebug = 0;\n\tdebug_file = 9;\n}\n",
	FALSE };

static void opensc_config(gconstpointer data)
{
	const OpenscConfig *config = data;
	g_autofree gchar *directory = own_directory();
	g_autofree gchar *path = g_build_filename(directory, "opensc.conf", NULL);
	const TfModuleChoice opensc = { (gchar *)"/usr/lib/opensc-pkcs11.so", TF_MODULE_NAMED, NULL };
	const TfModuleChoice other = { (gchar *)SYSTEM_MODULE, TF_MODULE_NAMED, NULL };
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(path, config->text, -1, NULL));
	g_assert_true(g_setenv("OPENSC_CONF", path, TRUE));
	g_assert_cmpint(tf_module_check_leaks(&opensc, &error), !=, config->leaks);
	g_assert_true(tf_module_check_leaks(&other, NULL));
	g_unsetenv("OPENSC_CONF");

	g_assert_cmpint(g_error_matches(error, TF_ERROR, TF_ERROR_MODULE_LEAKY), ==, config->leaks);
	tf_fixture_remove(directory);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/module-trust/trusts a module of the system", of_the_system);
	g_test_add_func("/module-trust/trusts a module that only we can write", of_ours);
	g_test_add_func("/module-trust/does not trust a file others may write", writable_file);
	g_test_add_func(
		"/module-trust/does not trust a place others may write, sticky or not", writable_parent);
	g_test_add_func("/module-trust/notices a link that came afterwards", link_afterwards);
	g_test_add_func("/module-trust/does not trust what only the user's files name", only_users_files);
	g_test_add_data_func("/module-trust/OPENSC_DEBUG leaks", "OPENSC_DEBUG", leak_by_variable);
	g_test_add_data_func("/module-trust/PKCS11SPY leaks", "PKCS11SPY", leak_by_variable);
	g_test_add_data_func("/module-trust/P11_KIT_DEBUG leaks", "P11_KIT_DEBUG", leak_by_variable);
	g_test_add_data_func("/module-trust/NSS_OUTPUT_FILE leaks", "NSS_OUTPUT_FILE", leak_by_variable);
	g_test_add_func("/module-trust/a variable that is turned off does not leak", variable_turned_off);
	g_test_add_func("/module-trust/a spy module leaks", spy);
	g_test_add_data_func("/module-trust/an opensc.conf that logs leaks", &logs, opensc_config);
	g_test_add_data_func(
		"/module-trust/an opensc.conf that logs in one line leaks", &logs_in_one_line, opensc_config);
	g_test_add_data_func("/module-trust/a quiet opensc.conf does not leak", &is_quiet, opensc_config);

	return g_test_run();
}
