/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"
#include "token/module.h"

#define SOFT_MODULE "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"
#define NSS_MODULE  "/usr/lib/x86_64-linux-gnu/libsoftokn3.so"

/* The user's configuration directory: GLib asks for it once, so all tests share it. */
static gchar *users;

static void configure(const gchar *name, const gchar *text)
{
	g_autofree gchar *directory = g_build_filename(users, "pkcs11", "modules", NULL);
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void forget(const gchar *name)
{
	g_autofree gchar *path = g_build_filename(users, "pkcs11", "modules", name, NULL);

	g_assert_cmpint(remove(path), ==, 0);
}

static const TfModuleChoice *find(const GPtrArray *choices, const gchar *path)
{
	for (guint i = 0; i < choices->len; i++) {
		const TfModuleChoice *choice = g_ptr_array_index(choices, i);

		if (g_str_equal(choice->path, path))
			return choice;
	}

	return NULL;
}

static void of_the_system(void)
{
	g_autoptr(GPtrArray) choices = tf_modules_configured();

	g_assert_nonnull(find(choices, SOFT_MODULE));
	g_assert_cmpint(find(choices, SOFT_MODULE)->origin, ==, TF_MODULE_SYSTEM);
	for (guint i = 0; i < choices->len; i++) {
		const TfModuleChoice *choice = g_ptr_array_index(choices, i);

		g_assert_null(strstr(choice->path, "p11-kit-trust"));
	}
}

static void of_the_user(void)
{
	g_autoptr(GPtrArray) choices = NULL;

	configure("mine.module", "# mine\n module : " NSS_MODULE " \n");
	choices = tf_modules_configured();
	forget("mine.module");

	g_assert_cmpint(find(choices, NSS_MODULE)->origin, ==, TF_MODULE_USER);
}

/* The name is the system's, the library is not. */
static void overridden(void)
{
	g_autoptr(GPtrArray) choices = NULL;

	configure("softhsm2.module", "module: " NSS_MODULE "\n");
	choices = tf_modules_configured();
	forget("softhsm2.module");

	g_assert_cmpint(find(choices, NSS_MODULE)->origin, ==, TF_MODULE_USER);
}

static void twice(void)
{
	g_autoptr(GPtrArray) choices = NULL;
	guint n = 0;

	configure("again.module", "module: " SOFT_MODULE "\n");
	choices = tf_modules_configured();
	forget("again.module");

	for (guint i = 0; i < choices->len; i++)
		n += g_str_equal(((TfModuleChoice *)g_ptr_array_index(choices, i))->path, SOFT_MODULE);
	g_assert_cmpuint(n, ==, 1);
	g_assert_cmpint(find(choices, SOFT_MODULE)->origin, ==, TF_MODULE_SYSTEM);
}

static void left_out(gconstpointer text)
{
	g_autoptr(GPtrArray) choices = NULL;

	configure("mine.module", text);
	choices = tf_modules_configured();
	forget("mine.module");

	g_assert_null(find(choices, NSS_MODULE));
}

static void enabled_for_us(void)
{
	g_autoptr(GPtrArray) choices = NULL;

	configure("mine.module", "module: " NSS_MODULE "\nenable-in: p11tool, tokenferry\n");
	choices = tf_modules_configured();
	forget("mine.module");

	g_assert_nonnull(find(choices, NSS_MODULE));
}

static void by_path(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice =
		tf_module_named("/usr/lib/softhsm/../softhsm/libsofthsm2.so", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(choice->path, ==, SOFT_MODULE);
	g_assert_cmpint(choice->origin, ==, TF_MODULE_NAMED);
}

static void by_name(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named("opensc-pkcs11.so", &error);

	g_assert_no_error(error);
	g_assert_true(g_path_is_absolute(choice->path));
}

static void no_such(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named("no-such-module.so", &error);

	g_assert_null(choice);
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_MISSING);
}

static void refused_name(gconstpointer name)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfModuleChoice) choice = tf_module_named(name, &error);

	g_assert_null(choice);
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_UNTRUSTED);
}

static void with_arguments(void)
{
	g_autoptr(GPtrArray) choices = NULL;
	const TfModuleChoice *choice = NULL;

	configure("nss.module", "module: " NSS_MODULE "\nx-init-reserved: configdir='sql:/nowhere'\n");
	choices = tf_modules_configured();
	forget("nss.module");
	choice = find(choices, NSS_MODULE);

	g_assert_nonnull(choice);
	g_assert_cmpstr(choice->arguments, ==, "configdir='sql:/nowhere'");
	g_assert_null(find(choices, SOFT_MODULE)->arguments);
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	users = tf_fixture_directory();
	g_assert_true(g_setenv("XDG_CONFIG_HOME", users, TRUE));
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/module-config/finds what the system has configured", of_the_system);
	g_test_add_func("/module-config/tells what only the user has configured", of_the_user);
	g_test_add_func(
		"/module-config/tells a library that the user put in the place of another", overridden);
	g_test_add_func("/module-config/names a module once", twice);
	g_test_add_data_func("/module-config/leaves remote modules out",
		"module: " NSS_MODULE "\nremote: |ssh other p11-kit remote\n", left_out);
	g_test_add_data_func("/module-config/leaves out what is disabled for us",
		"module: " NSS_MODULE "\ndisable-in: tokenferry\n", left_out);
	g_test_add_data_func("/module-config/leaves out what is enabled for others",
		"module: " NSS_MODULE "\nenable-in: p11tool\n", left_out);
	g_test_add_func("/module-config/takes what is enabled for us", enabled_for_us);
	g_test_add_func("/module-config/resolves a path", by_path);
	g_test_add_func("/module-config/looks a name up among the modules", by_name);
	g_test_add_func(
		"/module-config/x-init-reserved is what a module is initialised with", with_arguments);
	g_test_add_func("/module-config/says that a module is missing", no_such);
	g_test_add_data_func("/module-config/refuses a remote module", "remote:x", refused_name);
	g_test_add_data_func("/module-config/refuses a command", "|p11-kit remote /x", refused_name);

	status = g_test_run();
	tf_fixture_remove(users);
	g_free(users);

	return status;
}
