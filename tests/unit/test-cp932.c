/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cp932.h"

#include <string.h>

#include "base/secret.h"

typedef struct Example {
	const gchar *cp932;
	const gchar *utf8;
} Example;

static TfCp932 *table(void)
{
	g_autoptr(GError) error = NULL;
	TfCp932 *cp932 = tf_cp932_new(&error);

	g_assert_no_error(error);

	return cp932;
}

static gboolean append(const TfCp932 *cp932, const gchar *text, TfSecret *secret)
{
	return tf_cp932_append(cp932, (const guint8 *)text, strlen(text), secret);
}

static void assert_text(const TfSecret *text, const gchar *wanted)
{
	g_autofree gchar *found = g_strndup((const gchar *)tf_secret_peek(text), tf_secret_length(text));

	g_assert_cmpstr(found, ==, wanted);
}

static void test_names_as_windows_writes_them(void)
{
	const Example examples[] = {
		{ "abc ~\\", "abc ~\\" }, { "\x8E\x52\x93\x63", "山田" }, { "\xC0\xDB\xB3", "ﾀﾛｳ" },
		{ "\xFB\xFC\x8B\xB4", "髙橋" }, /* of the IBM extension */
		{ "\x95\x5C\x8F\x5C", "表十" }, /* with 0x5C in them */
		{ "\x87\x40", "①" },		/* of the NEC extension */
		{ "\x81\x60", "～" },		/* the full-width tilde of Windows */
	};
	g_autoptr(TfCp932) cp932 = table();

	for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_autoptr(TfSecret) text = tf_secret_new(64);

		g_assert_true(append(cp932, examples[i].cp932, text));

		assert_text(text, examples[i].utf8);
	}
}

static void test_what_is_no_code_is_refused(void)
{
	const gchar *const broken[] = { "\x80", "\xA0", "\xFD", "\xFF", "\x8E", "a\x8E", "\x8E ", "\x8E\x7F",
		"\xFC\xFC" };
	g_autoptr(TfCp932) cp932 = table();

	for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autoptr(TfSecret) text = tf_secret_new_copy("before", 6);

		g_assert_false(tf_cp932_is_valid(cp932, (const guint8 *)broken[i], strlen(broken[i])));
		g_assert_false(append(cp932, broken[i], text));
		g_assert_cmpuint(tf_secret_length(text), ==, 6);
	}
}

static void test_what_does_not_fit_is_refused(void)
{
	g_autoptr(TfCp932) cp932 = table();
	g_autoptr(TfSecret) text = tf_secret_new(3 + TF_CP932_SLACK);

	g_assert_false(append(cp932, "\xC0\xDB\xB3", text));
	g_assert_cmpuint(tf_secret_length(text), ==, 0);
	g_assert_true(append(cp932, "\xC0\xDB", text));
	g_assert_cmpuint(tf_secret_length(text), ==, 6);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cp932/names as Windows writes them", test_names_as_windows_writes_them);
	g_test_add_func("/cp932/what is no code is refused", test_what_is_no_code_is_refused);
	g_test_add_func("/cp932/what does not fit is refused", test_what_does_not_fit_is_refused);

	return g_test_run();
}
