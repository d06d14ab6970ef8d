/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "cli/answer.h"

static void assert_answer(const gchar *const *texts, TfAnswer wanted)
{
	for (gsize i = 0; texts[i] != NULL; i++)
		g_assert_cmpint(tf_answer_parse(texts[i]), ==, wanted);
}

static void test_yes(void)
{
	const gchar *const texts[] = { "y", "Y", "yes", " Yes ", "ｙ", "ＹＥＳ", "はい", "ハイ", "ﾊｲ",
		"　はい　", NULL };

	assert_answer(texts, TF_ANSWER_YES);
}

static void test_no(void)
{
	const gchar *const texts[] = { "n", "NO", "ｎ", "いいえ", "イイエ", "ｲｲｴ", " no\t", NULL };

	assert_answer(texts, TF_ANSWER_NO);
}

static void test_unclear(void)
{
	const gchar *const texts[] = { "", " ", "maybe", "yep", "yesno", "y y", "はいはい", "1", "\xff",
		NULL };

	assert_answer(texts, TF_ANSWER_UNCLEAR);
}

static void test_number(void)
{
	g_assert_cmpuint(tf_answer_number("2", 3), ==, 2);
	g_assert_cmpuint(tf_answer_number(" ３ ", 3), ==, 3);
	g_assert_cmpuint(tf_answer_number("4", 3), ==, 0);
	g_assert_cmpuint(tf_answer_number("0", 3), ==, 0);
	g_assert_cmpuint(tf_answer_number("-1", 3), ==, 0);
	g_assert_cmpuint(tf_answer_number("1x", 3), ==, 0);
	g_assert_cmpuint(tf_answer_number("99999999999999999999", 3), ==, 0);
	g_assert_cmpuint(tf_answer_number("1", 0), ==, 0);
}

static void assert_digits(const gchar *typed, const gchar *wanted)
{
	g_autofree gchar *digits = tf_answer_digits(typed);

	g_assert_cmpstr(digits, ==, wanted);
}

static void test_digits(void)
{
	assert_digits("01234567", "01234567");
	assert_digits(" ０１２３４５６７　", "01234567");
	assert_digits("0123 4567", "01234567");
	assert_digits("1234-5678", "1234-5678");
	assert_digits("", "");
}

static void assert_path(const gchar *typed, const gchar *wanted)
{
	g_autofree gchar *path = tf_answer_path(typed);

	g_assert_cmpstr(path, ==, wanted);
}

static void test_dropped_path(void)
{
	assert_path("/media/usb/a.p12", "/media/usb/a.p12");
	assert_path(" '/media/my usb/a.p12' ", "/media/my usb/a.p12");
	assert_path("\"/media/my usb/a.p12\"", "/media/my usb/a.p12");
	assert_path("/media/my\\ usb/a.p12", "/media/my usb/a.p12");
	assert_path("file:///media/my%20usb/%E9%8D%B5.p12", "/media/my usb/鍵.p12");
	assert_path("", "");
	assert_path("'", "'");
}

static void test_home_path(void)
{
	g_autofree gchar *wanted = g_build_filename(g_get_home_dir(), "a.p12", NULL);

	assert_path("~/a.p12", wanted);
}

static void test_text(void)
{
	g_autofree gchar *name = tf_answer_text("　山田　太郎 ");
	g_autofree gchar *nothing = tf_answer_text(" 　\t");

	g_assert_cmpstr(name, ==, "山田　太郎");
	g_assert_null(nothing);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answer/yes is understood in both languages and any width", test_yes);
	g_test_add_func("/answer/no is understood in both languages and any width", test_no);
	g_test_add_func("/answer/anything else is unclear", test_unclear);
	g_test_add_func("/answer/a number is taken only within its bounds", test_number);
	g_test_add_func("/answer/digits lose their width and their blanks, not their zeros", test_digits);
	g_test_add_func("/answer/a path dropped onto the terminal loses its quotes", test_dropped_path);
	g_test_add_func("/answer/a path may begin at home", test_home_path);
	g_test_add_func("/answer/a text loses the blanks around it", test_text);

	return g_test_run();
}
