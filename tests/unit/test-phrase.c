/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "cli/phrase.h"

static void test_filled(void)
{
	g_autofree gchar *text =
		tf_phrase("'{path}' on {token}, {path}", "path", "a.p12", "token", "T", NULL);

	g_assert_cmpstr(text, ==, "'a.p12' on T, a.p12");
}

static void test_unknown(void)
{
	g_autofree gchar *text = tf_phrase("{other} {path", "path", "a", NULL);

	g_assert_cmpstr(text, ==, "{other} {path");
}

static void test_one_pass(void)
{
	g_autofree gchar *text = tf_phrase("{a}", "a", "{b}", "b", "no", NULL);

	g_assert_cmpstr(text, ==, "{b}");
}

static void test_escaped(void)
{
	g_autofree gchar *text = tf_phrase("{a}\n", "a", "x\x1b[2J\n\xe2\x80\xae", NULL);

	g_assert_cmpstr(text, ==, "x\\u{1b}[2J\\u{a}\\u{202e}\n");
}

static void test_missing_value(void)
{
	g_autofree gchar *text = tf_phrase("[{a}]", "a", NULL, NULL);

	g_assert_cmpstr(text, ==, "[]");
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/phrase/each placeholder is filled in", test_filled);
	g_test_add_func("/phrase/an unknown placeholder stays", test_unknown);
	g_test_add_func("/phrase/braces in a value stay what they are", test_one_pass);
	g_test_add_func("/phrase/values are escaped for a terminal, the sentence is not", test_escaped);
	g_test_add_func("/phrase/a missing value leaves a gap", test_missing_value);

	return g_test_run();
}
