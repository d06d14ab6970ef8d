/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/browser.h"

#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "base/secret.h"
#include "fixtures.h"

typedef struct Fixture {
	gchar *directory;
	GPid program;
	int output;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->directory = tf_fixture_directory();
	for (const gchar *const *name = (const gchar *const[]){ "key4.db", "cert9.db", ".parentlock", NULL };
		*name != NULL; name++) {
		g_autofree gchar *path = g_build_filename(fixture->directory, *name, NULL);

		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	}
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	if (fixture->program != 0) {
		g_assert_cmpint(kill(fixture->program, SIGKILL), ==, 0);
		g_spawn_close_pid(fixture->program);
		(void)close(fixture->output);
	}
	tf_fixture_remove(fixture->directory);
	g_free(fixture->directory);
}

/* Runs Python in the folder until it has said that it is where it should be. */
static void run_program(Fixture *fixture, const gchar *script)
{
	g_autofree gchar *whole = g_strconcat(
		"import fcntl, sys, time\n", script, "\nprint('.', flush=True)\ntime.sleep(600)\n", NULL);
	const gchar *const arguments[] = { "python3", "-c", whole, NULL };
	g_autoptr(GError) error = NULL;
	gchar said = '\0';

	(void)g_spawn_async_with_pipes(fixture->directory, (gchar **)arguments, NULL, G_SPAWN_SEARCH_PATH,
		NULL, NULL, &fixture->program, NULL, &fixture->output, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(read(fixture->output, &said, 1), ==, 1);
}

static void assert_in_use(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_browser_check_closed(fixture->directory, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_STORE_IN_USE);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, fixture->directory);
	g_assert_nonnull(strstr(tf_error_arguments(error)[1], "python3"));
}

static void test_closed(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	(void)data;

	(void)tf_browser_check_closed(fixture->directory, &error);

	g_assert_no_error(error);
}

static void test_open(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run_program(fixture, "f = open('key4.db')");

	assert_in_use(fixture);
}

static void test_locked(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run_program(fixture, "f = open('.parentlock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX)");

	assert_in_use(fixture);
}

static void test_link(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "lock", NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(symlink("127.0.1.1:+1", link), ==, 0);

	(void)tf_browser_check_closed(fixture->directory, &error);

	g_assert_no_error(error);
}

static void test_no_store(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "cert9.db", NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(unlink(path), ==, 0);

	g_assert_false(tf_browser_check_closed(fixture->directory, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISSING);
	g_assert_cmpstr(tf_error_arguments(error)[0], ==, path);
}

static void test_old_store(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *now = g_build_filename(fixture->directory, "key4.db", NULL);
	g_autofree gchar *old = g_build_filename(fixture->directory, "key3.db", NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(rename(now, old), ==, 0);

	g_assert_false(tf_browser_check_closed(fixture->directory, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_UNSUPPORTED);
}

int main(int argc, char *argv[])
{
	static const struct {
		const gchar *name;
		void (*test)(Fixture *, gconstpointer);
	} tests[] = {
		{ "/browser/a store that nobody has open is closed", test_closed },
		{ "/browser/the program that has a database open is named", test_open },
		{ "/browser/the lock of a running Firefox is seen before it opens a database", test_locked },
		{ "/browser/the link that a crashed Firefox leaves does not matter", test_link },
		{ "/browser/the store of an old browser is said to be one", test_old_store },
		{ "/browser/a folder without both databases is no store", test_no_store },
	};

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);

	return g_test_run();
}
