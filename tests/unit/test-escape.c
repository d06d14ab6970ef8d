/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/escape.h"

#include "base/secret.h"

typedef gchar *(*Escape)(const gchar *text);

typedef struct Row {
	const gchar *name;
	Escape escape;
	const gchar *text;
	const gchar *escaped;
} Row;

static const Row rows[] = {
	{ "/escape/a terminal gets Japanese as it is", tf_escape_terminal, "山田 太郎", "山田 太郎" },
	{ "/escape/a terminal gets no escape sequence", tf_escape_terminal, "a\033[31mb", "a\\u{1b}[31mb" },
	{ "/escape/a terminal gets no newline", tf_escape_terminal, "a\nb", "a\\u{a}b" },
	{ "/escape/a terminal gets no C1 control", tf_escape_terminal,
		"a\xc2\x9b"
		"b",
		"a\\u{9b}b" },
	{ "/escape/a terminal gets no bidi override", tf_escape_terminal,
		"a\xe2\x80\xae"
		"b",
		"a\\u{202e}b" },
	{ "/escape/a terminal gets bytes that are no UTF-8 as hexadecimal", tf_escape_terminal,
		"a\xff"
		"b",
		"a\\xffb" },
	{ "/escape/a terminal gets a truncated character as hexadecimal", tf_escape_terminal, "a\xe5\xb1",
		"a\\xe5\\xb1" },
	{ "/escape/nothing is an empty text", tf_escape_terminal, NULL, "" },
	{ "/escape/lines keep their newlines only", tf_escape_lines, "a\nb\rc", "a\nb\\u{d}c" },
	{ "/escape/a CSV cell with a formula is defused", tf_escape_csv, "=1+1", "\"'=1+1\"" },
	{ "/escape/a CSV cell with a minus is defused", tf_escape_csv, "-2", "\"'-2\"" },
	{ "/escape/a CSV cell with quotes is quoted", tf_escape_csv, "a\"b,c", "\"a\"\"b,c\"" },
	{ "/escape/a CSV cell without anything special stays", tf_escape_csv, "山田", "山田" },
	{ "/escape/a tab cannot begin a CSV formula", tf_escape_csv, "\t=1", "\\u{9}=1" },
	{ "/escape/a mail header gets no second line", tf_escape_header, "a\r\nBcc: x", "a  Bcc: x" },
};

static void escapes_as_the_row_says(gconstpointer data)
{
	const Row *row = data;
	g_autofree gchar *escaped = row->escape(row->text);

	g_assert_cmpstr(escaped, ==, row->escaped);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_test_add_data_func(rows[i].name, &rows[i], escapes_as_the_row_says);

	return g_test_run();
}
