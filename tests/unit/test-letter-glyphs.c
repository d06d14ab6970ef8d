/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fontconfig/fontconfig.h>

#include "base/secret.h"
#include "batch/letter.h"

static void assert_missing(const gchar *text, const gchar *expected)
{
	g_autoptr(TfLetterGlyphs) glyphs = tf_letter_glyphs_new();
	g_autofree gchar *missing = NULL;

	g_assert_false(tf_letter_glyphs_have(glyphs, text, &missing));
	g_assert_cmpstr(missing, ==, expected);
}

static void test_names_of_members_have_their_glyphs(void)
{
	static const gchar *const names[] = { "", "山田 太郎", "髙橋", "﨑山", "渡邊・渡邉", "齋藤 ジョン",
		"Jörg O'Neill", "ハンカク", "𠮟", "―~" };
	g_autoptr(TfLetterGlyphs) glyphs = tf_letter_glyphs_new();

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *missing = NULL;

		(void)tf_letter_glyphs_have(glyphs, names[i], &missing);
		g_assert_null(missing);
	}
}

static void test_the_first_character_without_one_is_told(void)
{
	g_autoptr(TfLetterGlyphs) glyphs = tf_letter_glyphs_new();

	assert_missing("山田 😀 太郎 ไ", "😀");
	g_assert_false(tf_letter_glyphs_have(glyphs, "ไ", NULL));
}

static void test_a_variant_of_a_character_is_another_one(void)
{
	assert_missing("辻\U000E0100 一郎", "辻\U000E0100");
	assert_missing("神\uFE00", "神\uFE00");
}

static void test_a_character_that_was_lost_has_none(void)
{
	assert_missing("山\uFFFD", "\uFFFD");
	assert_missing("a\xFF", "\uFFFD");
}

int main(int argc, char **argv)
{
	int status = 0;

	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/letter-glyphs/names of members have their glyphs", test_names_of_members_have_their_glyphs);
	g_test_add_func("/letter-glyphs/the first character without one is told",
		test_the_first_character_without_one_is_told);
	g_test_add_func("/letter-glyphs/a variant of a character is another one",
		test_a_variant_of_a_character_is_another_one);
	g_test_add_func(
		"/letter-glyphs/a character that was lost has none", test_a_character_that_was_lost_has_none);

	status = g_test_run();
	/* What fontconfig keeps for the next caller would look like a leak. */
	FcFini();

	return status;
}
