/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/capture.h"
#include "base/secret.h"

#define LIMIT	 1000u
#define FOR_EVER 1000u

static gchar *shell(const gchar *script, guint seconds)
{
	const gchar *const argv[] = { "/bin/sh", "-c", script, NULL };

	return tf_capture(argv, LIMIT, seconds);
}

static void test_prints(void)
{
	g_autofree gchar *text = shell("echo one; echo two", FOR_EVER);

	g_assert_cmpstr(text, ==, "one\ntwo\n");
}

static void test_complains(void)
{
	g_autofree gchar *text = shell("echo complaint >&2", FOR_EVER);

	g_assert_cmpstr(text, ==, "");
}

static void test_environment(void)
{
	g_autofree gchar *text = shell("echo \"$LC_ALL $HOME\"", FOR_EVER);

	g_assert_cmpstr(text, ==, "C \n");
}

static void test_fails(void)
{
	g_autofree gchar *text = shell("echo half; exit 1", FOR_EVER);

	g_assert_null(text);
}

static void test_killed(void)
{
	g_autofree gchar *text = shell("echo half; kill -9 $$", FOR_EVER);

	g_assert_null(text);
}

static void test_endless(void)
{
	g_autofree gchar *text = shell("while :; do echo more; done", FOR_EVER);

	g_assert_null(text);
}

static void test_silent(void)
{
	g_autofree gchar *text = shell("exec sleep 1000", 1);

	g_assert_null(text);
}

static void test_binary(void)
{
	g_autofree gchar *text = shell("printf 'a\\0b'", FOR_EVER);

	g_assert_null(text);
}

static void test_missing(void)
{
	const gchar *const argv[] = { "/nonexistent/program", NULL };
	g_autofree gchar *text = tf_capture(argv, LIMIT, FOR_EVER);

	g_assert_null(text);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/capture/all that is printed is given", test_prints);
	g_test_add_func("/capture/complaints are not part of it", test_complains);
	g_test_add_func("/capture/the program is asked in English and knows no home", test_environment);
	g_test_add_func("/capture/a program that fails has said nothing", test_fails);
	g_test_add_func("/capture/a program that is killed has said nothing", test_killed);
	g_test_add_func("/capture/a program that prints without end is stopped", test_endless);
	g_test_add_func("/capture/a program that says nothing is stopped", test_silent);
	g_test_add_func("/capture/what is no text is not given", test_binary);
	g_test_add_func("/capture/a program that is not there says nothing", test_missing);

	return g_test_run();
}
