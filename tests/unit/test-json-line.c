/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/json-line.h"

#include <glib.h>

static void assert_line(json_t *owned, size_t flags, const gchar *expected)
{
	g_autofree gchar *line = tf_json_line(owned, flags);

	g_assert_cmpstr(line, ==, expected);
	json_decref(owned);
}

static void line_breaks_are_escaped(void)
{
	assert_line(json_pack("{s:s, s:i}", "name", "山田\n太郎", "n", 2), 0,
		"{\"name\":\"山田\\n太郎\",\"n\":2}");
}

static void further_flags_count(void)
{
	assert_line(json_pack("[s]", "山"), JSON_ENSURE_ASCII, "[\"\\u5C71\"]");
}

static void what_cannot_be_written_is_no_line(void)
{
	g_autofree gchar *line = tf_json_line(NULL, 0);

	g_assert_null(line);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json-line/line breaks are escaped, and text stays UTF-8", line_breaks_are_escaped);
	g_test_add_func("/json-line/further flags of jansson count", further_flags_count);
	g_test_add_func("/json-line/what cannot be written is no line", what_cannot_be_written_is_no_line);

	return g_test_run();
}
