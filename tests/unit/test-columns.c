/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/columns.h"

static void test_wide_characters(void)
{
	g_assert_cmpuint(tf_columns(""), ==, 0);
	g_assert_cmpuint(tf_columns("abc"), ==, 3);
	g_assert_cmpuint(tf_columns("会員 1号"), ==, 8);
	g_assert_cmpuint(tf_columns("ﾊﾝｶｸ"), ==, 4);
	g_assert_cmpuint(tf_columns("か\u3099"), ==, 2);
	g_assert_cmpuint(tf_columns("e\u0301"), ==, 1);
	g_assert_cmpuint(tf_columns("…"), ==, 2);
}

static void assert_cut(const gchar *text, guint columns, const gchar *expected)
{
	g_autofree gchar *cut = tf_columns_cut(text, columns);

	g_assert_cmpstr(cut, ==, expected);
	g_assert_cmpuint(tf_columns(cut), <=, columns);
}

static void test_cut(void)
{
	assert_cut("reader", 6, "reader");
	assert_cut("reader", 5, "rea..");
	assert_cut("山田太郎", 8, "山田太郎");
	assert_cut("山田太郎", 7, "山田..");
	assert_cut("山田太郎", 6, "山田..");
	assert_cut("か\u3099ぎくけこ", 6, "か\u3099ぎ..");
}

static void test_no_room(void)
{
	assert_cut("山田", 0, "");
	assert_cut("山田", 1, "");
	assert_cut("山田", 2, "..");
	assert_cut("ab", 1, "a");
}

static void test_fit(void)
{
	g_autofree gchar *shorter = tf_columns_fit("山田", 6);
	g_autofree gchar *odd = tf_columns_fit("山田太郎", 7);

	g_assert_cmpstr(shorter, ==, "山田  ");
	g_assert_cmpstr(odd, ==, "山田.. ");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns/Japanese takes two columns, marks none", test_wide_characters);
	g_test_add_func("/columns/a text is cut between characters, and that is shown", test_cut);
	g_test_add_func("/columns/where there is no room there is no text", test_no_room);
	g_test_add_func("/columns/a text is filled up to its columns", test_fit);

	return g_test_run();
}
