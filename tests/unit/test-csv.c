/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "csv.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "manifest-case.h"

/* Every row as "line:cell|cell", a broken one as "line!"; divided by blanks. */
static gchar *read_all(TfCsv *csv)
{
	g_autoptr(GString) text = g_string_new(NULL);
	TfCsvAnswer answer = TF_CSV_END;

	while ((answer = tf_csv_next(csv)) != TF_CSV_END) {
		g_assert_true(answer == TF_CSV_ROW || answer == TF_CSV_BROKEN);
		g_string_append_printf(text, "%s%u", text->len > 0 ? " " : "", tf_csv_line(csv));
		g_string_append_c(text, answer == TF_CSV_ROW ? ':' : '!');
		for (guint i = 0; answer == TF_CSV_ROW && i < tf_csv_n_cells(csv); i++) {
			TfCsvCell cell = tf_csv_cell(csv, i);

			g_string_append(text, i > 0 ? "|" : "");
			g_string_append_len(text, (const gchar *)cell.bytes, (gssize)cell.length);
		}
		g_assert_true((tf_csv_reason(csv) != NULL) == (answer == TF_CSV_BROKEN));
	}

	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void assert_reads(const ManifestCase *file, const gchar *content, gssize length, const gchar *wanted)
{
	g_autoptr(TfCsv) csv = NULL;
	g_autofree gchar *found = NULL;
	TF_AUTO_FD int fd = -1;

	manifest_case_write(file, content, length);
	fd = open(file->path, O_RDONLY | O_CLOEXEC);
	csv = tf_csv_new(fd);
	found = read_all(csv);

	g_assert_cmpstr(found, ==, wanted);
}

static void lines_may_end_in_three_ways(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "a,b\nc,d\n", -1, "1:a|b 2:c|d");
	assert_reads(file, "a,b\r\nc,d\r\n", -1, "1:a|b 2:c|d");
	assert_reads(file, "a,b\rc,d\r", -1, "1:a|b 2:c|d");
	assert_reads(file, "a,b\r\nc,d\re,f\ng,h", -1, "1:a|b 2:c|d 3:e|f 4:g|h");
}

static void an_empty_line_is_no_row_but_counts(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "", 0, "");
	assert_reads(file, "\n\na\n\r\n\nb\n\n", -1, "3:a 6:b");
}

static void an_empty_cell_is_a_cell(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "a,\n,b\n,,\n\"\"\n", -1, "1:a| 2:|b 3:|| 4:");
}

static void cells_in_quotation_marks_hold_anything(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "\"a,b\",\"c\"\"d\",\"\"\"\"\n", -1, "1:a,b|c\"d|\"");
	assert_reads(file, "\"a\r\nb\nc\rd\",e\nf\n", -1, "1:a\r\nb\nc\rd|e 5:f");
	assert_reads(file, "\xEF\xBB\xBF\"a\",b", -1, "1:a|b");
}

static void a_stray_quotation_mark_breaks_one_row(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "a\"b,c\nd\n", -1, "1! 2:d");
	assert_reads(file, "\"a\"b,c\r\nd\r\n", -1, "1! 2:d");
	assert_reads(file, "\"a\" ,c\rd\r", -1, "1! 2:d");
}

static void a_forgotten_quotation_mark_swallows_no_other_row(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "a\n\"b,c\nd,e\nf,\"g\"\nh", -1, "1:a 2! 3:d|e 4:f|g 5:h");
	assert_reads(file, "a\r\n\"b,c\r\nd,e\r\n", -1, "1:a 2! 3:d|e");
	assert_reads(file, "\"", -1, "1!");
	assert_reads(file, "\"\r", -1, "1!");
}

static void a_nul_breaks_its_row(ManifestCase *file, gconstpointer data)
{
	(void)data;
	assert_reads(file, "a\0b\nc\n", 6, "1! 2:c");
	assert_reads(file, "\"a\0\"\nc\n", 7, "1! 2:c");
}

static void a_row_has_bounds(ManifestCase *file, gconstpointer data)
{
	g_autofree gchar *longest = g_strnfill(TF_CSV_ROW_LIMIT, 'x');
	g_autofree gchar *most = g_strnfill(TF_CSV_CELL_LIMIT - 1, ',');
	g_autofree gchar *within = g_strdup_printf("%s\n%s\nb\n", longest, most);
	g_autofree gchar *beyond = g_strdup_printf("%sx\n%s,\n\"%s\ny\"\nb\n", longest, most, longest);
	g_autofree gchar *bars = g_strnfill(TF_CSV_CELL_LIMIT - 1, '|');
	g_autofree gchar *wanted = g_strdup_printf("1:%s 2:%s 3:b", longest, bars);

	(void)data;
	assert_reads(file, within, -1, wanted);
	assert_reads(file, beyond, -1, "1! 2! 3! 4! 5:b");
}

/* 64 MiB that are one line, of which hardly a block lies on the disk. */
static void a_line_without_end_takes_no_memory(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfCsv) csv = NULL;
	TF_AUTO_FD int fd = -1;

	(void)data;
	manifest_case_write(file, "a\nb", -1);
	fd = open(file->path, O_RDWR | O_CLOEXEC);
	g_assert_cmpint(pwrite(fd, "\nc\n", 3, 64 << 20), ==, 3);
	csv = tf_csv_new(fd);

	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_BROKEN);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);
	g_assert_cmpuint(tf_csv_line(csv), ==, 3);
}

static void a_row_is_read_again_from_its_place(ManifestCase *file, gconstpointer data)
{
	g_autoptr(TfCsv) csv = NULL;
	TF_AUTO_FD int fd = -1;
	goffset offset = 0;

	(void)data;
	manifest_case_write(file,
		"\xEF\xBB\xBF"
		"a\r\n\r\nb,c\r\nd\r\n",
		-1);
	fd = open(file->path, O_RDONLY | O_CLOEXEC);
	csv = tf_csv_new(fd);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);
	offset = tf_csv_offset(csv);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);

	tf_csv_seek(csv, offset, 3);

	g_assert_cmpint(offset, ==, 8);
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_ROW);
	g_assert_cmpuint(tf_csv_n_cells(csv), ==, 2);
	g_assert_cmpuint(tf_csv_cell(csv, 1).length, ==, 1);
	g_assert_cmpuint(tf_csv_cell(csv, 1).bytes[0], ==, 'c');
}

static void a_file_that_cannot_be_read_is_no_end(ManifestCase *file, gconstpointer data)
{
	TF_AUTO_FD int fd = open(file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_autoptr(TfCsv) csv = tf_csv_new(fd);

	(void)data;
	g_assert_cmpint(tf_csv_next(csv), ==, TF_CSV_FAILED);
}

#define ADD(name, test)                                                                                      \
	g_test_add(name, ManifestCase, NULL, manifest_case_set_up, test, manifest_case_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/csv/lines may end in three ways", lines_may_end_in_three_ways);
	ADD("/csv/an empty line is no row but counts", an_empty_line_is_no_row_but_counts);
	ADD("/csv/an empty cell is a cell", an_empty_cell_is_a_cell);
	ADD("/csv/cells in quotation marks hold anything", cells_in_quotation_marks_hold_anything);
	ADD("/csv/a stray quotation mark breaks one row", a_stray_quotation_mark_breaks_one_row);
	ADD("/csv/a forgotten quotation mark swallows no other row",
		a_forgotten_quotation_mark_swallows_no_other_row);
	ADD("/csv/a NUL breaks its row", a_nul_breaks_its_row);
	ADD("/csv/a row has bounds", a_row_has_bounds);
	ADD("/csv/a line without end takes no memory", a_line_without_end_takes_no_memory);
	ADD("/csv/a row is read again from its place", a_row_is_read_again_from_its_place);
	ADD("/csv/a file that cannot be read is no end", a_file_that_cannot_be_read_is_no_end);

	return g_test_run();
}
