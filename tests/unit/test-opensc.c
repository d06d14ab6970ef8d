/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "fixtures.h"
#include "token/module.h"
#include "token/opensc.h"

static TfOpensc *make(void)
{
	g_autoptr(GError) error = NULL;
	TfOpensc *opensc = tf_opensc_new(NULL, &error);

	g_assert_no_error(error);

	return opensc;
}

static mode_t permissions(const gchar *path)
{
	struct stat status;

	g_assert_cmpint(lstat(path, &status), ==, 0);
	g_assert_cmpuint(status.st_uid, ==, geteuid());

	return status.st_mode & 07777;
}

static void only_ours(void)
{
	g_autoptr(TfOpensc) opensc = make();
	g_autofree gchar *directory = g_path_get_dirname(tf_opensc_path(opensc));

	g_assert_cmpuint(permissions(directory), ==, 0700);
	g_assert_cmpuint(permissions(tf_opensc_path(opensc)), ==, 0600);
}

static void gone(void)
{
	TfOpensc *opensc = make();
	g_autofree gchar *directory = g_path_get_dirname(tf_opensc_path(opensc));

	tf_opensc_free(opensc);

	g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
}

static TfOpensc *make_of(const gchar *owner, const gchar *place)
{
	g_autoptr(GError) error = NULL;
	TfOpensc *opensc = NULL;

	g_setenv("XDG_RUNTIME_DIR", place, TRUE);
	opensc = tf_opensc_new_of(owner, NULL, &error);
	g_assert_no_error(error);

	return opensc;
}

/* A formatter's own lies in that of its lane. */
static void swept(void)
{
	g_autofree gchar *place = tf_fixture_directory();
	g_autoptr(TfOpensc) ours = make_of("A", place);
	g_autoptr(TfOpensc) other = make_of("B", place);
	g_autofree gchar *directory = g_path_get_dirname(tf_opensc_path(ours));
	g_autoptr(TfOpensc) inner = make_of(NULL, directory);

	g_assert_true(g_str_has_prefix(tf_opensc_path(inner), directory));
	g_setenv("XDG_RUNTIME_DIR", place, TRUE);

	tf_opensc_sweep("A");

	g_assert_false(g_file_test(directory, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(tf_opensc_path(other), G_FILE_TEST_EXISTS));
}

/* The run before was told another place. */
static void swept_elsewhere(void)
{
	g_autofree gchar *before = tf_fixture_directory();
	g_autofree gchar *now = tf_fixture_directory();
	g_autoptr(TfOpensc) left = NULL;

	g_unsetenv("XDG_RUNTIME_DIR");
	g_setenv("TMPDIR", before, TRUE);
	left = make_of("A", before);
	g_setenv("XDG_RUNTIME_DIR", now, TRUE);

	tf_opensc_sweep("A");

	g_assert_false(g_file_test(tf_opensc_path(left), G_FILE_TEST_EXISTS));
	g_unsetenv("TMPDIR");
	g_unsetenv("XDG_RUNTIME_DIR");
}

static void hostile_leaves_nothing(void)
{
	g_autofree gchar *place = tf_fixture_directory();
	g_autoptr(GPtrArray) ignored = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) left = NULL;

	g_setenv("XDG_RUNTIME_DIR", place, TRUE);
	g_ptr_array_add(ignored, (gpointer) "R\" 00 00");

	g_assert_null(tf_opensc_new(ignored, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_READER_HOSTILE);
	left = g_dir_open(place, 0, NULL);
	g_assert_null(g_dir_read_name(left));
	g_unsetenv("XDG_RUNTIME_DIR");
	tf_fixture_remove(place);
}

/* A folder in which others may rename what is ours. */
static void place_of_others(void)
{
	g_autofree gchar *place = tf_fixture_directory();
	g_autofree gchar *inner = g_build_filename(place, "inner", NULL);
	g_autoptr(TfOpensc) opensc = NULL;

	g_assert_cmpint(mkdir(inner, 0700), ==, 0);
	g_assert_cmpint(chmod(place, 0777), ==, 0);
	g_setenv("XDG_RUNTIME_DIR", inner, TRUE);
	g_setenv("TMPDIR", place, TRUE);

	opensc = make();

	g_assert_true(g_str_has_prefix(tf_opensc_path(opensc), "/tmp/tokenferry-"));
	g_unsetenv("XDG_RUNTIME_DIR");
	g_unsetenv("TMPDIR");
	tf_fixture_remove(place);
}

/* An opensc.conf of the user's that logs keys is a leak, and has no say when ours is used. */
static void user_has_no_say(void)
{
	g_autofree gchar *place = tf_fixture_directory();
	g_autofree gchar *theirs = g_build_filename(place, "opensc.conf", NULL);
	TfModuleChoice choice = { .path = (gchar *)"/usr/lib/opensc-pkcs11.so" };
	g_autoptr(GError) error = NULL;
	g_autoptr(TfOpensc) opensc = make();

	g_assert_true(g_file_set_contents(theirs, "app default { debug = 9; }", -1, NULL));
	g_setenv("OPENSC_CONF", theirs, TRUE);
	g_setenv("OPENSC_DRIVER", "evil", TRUE);
	g_assert_false(tf_module_check_leaks(&choice, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_LEAKY);
	g_clear_error(&error);

	tf_opensc_use(opensc);

	g_assert_cmpstr(g_getenv("OPENSC_CONF"), ==, tf_opensc_path(opensc));
	g_assert_null(g_getenv("OPENSC_DRIVER"));
	g_assert_true(tf_module_check_leaks(&choice, &error));
	g_unsetenv("OPENSC_CONF");
	tf_fixture_remove(place);
}

static void a_childs_environment(void)
{
	g_autoptr(TfOpensc) opensc = make();
	g_auto(GStrv) environment = g_strdupv((gchar *[]){
		(gchar *)"OPENSC_CONF=/theirs", (gchar *)"OPENSC_DRIVER=evil", (gchar *)"HOME=/home", NULL });

	environment = tf_opensc_environment(opensc, g_steal_pointer(&environment));

	g_assert_cmpstr(g_environ_getenv(environment, "OPENSC_CONF"), ==, tf_opensc_path(opensc));
	g_assert_null(g_environ_getenv(environment, "OPENSC_DRIVER"));
	g_assert_cmpstr(g_environ_getenv(environment, "HOME"), ==, "/home");
	g_assert_null(g_getenv("OPENSC_CONF"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_unsetenv("OPENSC_CONF");
	g_unsetenv("OPENSC_DEBUG");

	g_test_add_func("/opensc/only we can read and change the file", only_ours);
	g_test_add_func("/opensc/what a killed run left is swept away, and no other's", swept);
	g_test_add_func(
		"/opensc/what a run left that was told another place is swept away, too", swept_elsewhere);
	g_test_add_func("/opensc/nothing is left of it", gone);
	g_test_add_func("/opensc/a hostile name leaves nothing", hostile_leaves_nothing);
	g_test_add_func("/opensc/a place that others can change is not used", place_of_others);
	g_test_add_func("/opensc/the user's own file has no say", user_has_no_say);
	g_test_add_func("/opensc/a child's environment names the file", a_childs_environment);

	return g_test_run();
}
