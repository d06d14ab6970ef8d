/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/secret.h"
#include "cp932.h"
#include "csv.h"

#define ABSENT	    (-1)
#define REPLACEMENT 0xFFFD

typedef enum Encoding {
	ENCODING_ASCII, /* so far */
	ENCODING_UTF8,
	ENCODING_CP932,
} Encoding;

typedef enum Stage {
	STAGE_HEADER,
	STAGE_ROWS,
	STAGE_OVER,
} Stage;

struct TfTable {
	int fd;
	gchar *path;
	const TfTableColumn *columns;
	guint n_columns;
	gint places[TF_TABLE_COLUMN_LIMIT]; /* which cell of a row is the column's; ABSENT */
	guint n_cells;			    /* of the header */
	Stage stage;
	Encoding encoding;
	guint encoding_line; /* the row that decided it */
	TfCsv *csv;
	TfCp932 *cp932; /* made when first needed */
	TfSecret *text; /* the row's cells, in UTF-8 */
	gsize ends[TF_CSV_CELL_LIMIT];
};

TfTable *tf_table_new(
	int fd, const gchar *path, const TfTableColumn *columns, guint n_columns, GError **error)
{
	g_autoptr(TfTable) table = g_new0(TfTable, 1);

	g_assert_cmpuint(n_columns, <=, TF_TABLE_COLUMN_LIMIT);
	table->fd = fd;
	table->path = g_strdup(path);
	table->columns = columns;
	table->n_columns = n_columns;
	table->csv = tf_csv_new(fd);
	table->text = tf_secret_new(3 * TF_CSV_ROW_LIMIT + TF_CP932_SLACK);
	if (table->csv == NULL || table->text == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(ENOMEM), NULL);
		return NULL;
	}

	return g_steal_pointer(&table);
}

void tf_table_free(TfTable *table)
{
	if (table == NULL)
		return;

	tf_csv_free(table->csv);
	tf_cp932_free(table->cp932);
	tf_secret_free(table->text);
	g_free(table->path);
	g_free(table);
}

static TfTableAnswer problem(const TfTable *table, const gchar *reason, GError **error)
{
	tf_raise(
		error, TF_ERROR_MANIFEST_INVALID, table->path, TF_NUMBER(tf_table_line(table)), reason, NULL);

	return TF_TABLE_PROBLEM;
}

static TfTableAnswer last_problem(TfTable *table, const gchar *reason, GError **error)
{
	table->stage = STAGE_OVER;

	return problem(table, reason, error);
}

static TfTableAnswer failed(const TfTable *table, GError **error)
{
	tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, table->path, g_strerror(errno), NULL);

	return TF_TABLE_FAILED;
}

static gboolean is_ascii(TfCsvCell cell)
{
	for (gsize i = 0; i < cell.length; i++) {
		if (cell.bytes[i] >= 0x80)
			return FALSE;
	}

	return TRUE;
}

static gboolean is_valid(const TfTable *table, Encoding encoding, TfCsvCell cell)
{
	switch (encoding) {
	case ENCODING_ASCII:
		return is_ascii(cell);
	case ENCODING_UTF8:
		return g_utf8_validate_len((const gchar *)cell.bytes, cell.length, NULL);
	case ENCODING_CP932:
		return tf_cp932_is_valid(table->cp932, cell.bytes, cell.length);
	}
	g_assert_not_reached();
}

static gboolean is_row_valid(const TfTable *table, Encoding encoding)
{
	for (guint i = 0; i < tf_csv_n_cells(table->csv); i++) {
		if (!is_valid(table, encoding, tf_csv_cell(table->csv, i)))
			return FALSE;
	}

	return TRUE;
}

static gboolean prepare_cp932(TfTable *table, GError **error)
{
	if (table->cp932 == NULL)
		table->cp932 = tf_cp932_new(error);

	return table->cp932 != NULL;
}

static TfTableAnswer decide_encoding(TfTable *table, GError **error)
{
	table->encoding_line = tf_csv_line(table->csv);
	if (is_row_valid(table, ENCODING_UTF8)) {
		table->encoding = ENCODING_UTF8;
		return TF_TABLE_ROW;
	}
	if (!prepare_cp932(table, error))
		return TF_TABLE_FAILED;
	if (!is_row_valid(table, ENCODING_CP932))
		return last_problem(
			table, _("this is neither UTF-8 nor CP932; save the list again as UTF-8"), error);
	table->encoding = ENCODING_CP932;

	return TF_TABLE_ROW;
}

/* In an encoding that an earlier row, or a byte order mark, decided. */
static TfTableAnswer check_encoding(TfTable *table, GError **error)
{
	g_autofree gchar *reason = NULL;

	if (is_row_valid(table, ENCODING_ASCII))
		return TF_TABLE_ROW;
	if (table->encoding == ENCODING_ASCII && tf_csv_mark(table->csv) == TF_CSV_MARK_UTF8) {
		table->encoding = ENCODING_UTF8;
		table->encoding_line = 1;
	}
	if (table->encoding == ENCODING_ASCII)
		return decide_encoding(table, error);
	if (is_row_valid(table, table->encoding))
		return TF_TABLE_ROW;

	reason = g_strdup_printf(_("this is not %s as line %u is; save the list again, all of it as UTF-8"),
		table->encoding == ENCODING_UTF8 ? "UTF-8" : "CP932", table->encoding_line);

	return last_problem(table, reason, error);
}

/* The row is valid in its encoding, and 'text' holds three times its bytes. */
static void decode(TfTable *table)
{
	tf_secret_set_length(table->text, 0);
	for (guint i = 0; i < tf_csv_n_cells(table->csv); i++) {
		TfCsvCell cell = tf_csv_cell(table->csv, i);
		gboolean is_decoded =
			table->encoding == ENCODING_CP932 && !is_ascii(cell)
				? tf_cp932_append(table->cp932, cell.bytes, cell.length, table->text)
				: tf_secret_append(table->text, cell.bytes, cell.length);

		g_assert(is_decoded);
		table->ends[i] = tf_secret_length(table->text);
	}
}

static TfTableCell cell_at(const TfTable *table, guint index)
{
	gsize start = index > 0 ? table->ends[index - 1] : 0;

	return (TfTableCell){ (const gchar *)tf_secret_peek(table->text) + start,
		table->ends[index] - start };
}

/* The next row of cells in UTF-8, whatever they are. */
static TfTableAnswer read_row(TfTable *table, GError **error)
{
	TfTableAnswer answer = TF_TABLE_ROW;

	switch (tf_csv_next(table->csv)) {
	case TF_CSV_END:
		return TF_TABLE_END;
	case TF_CSV_FAILED:
		return failed(table, error);
	case TF_CSV_BROKEN:
		return problem(table, tf_csv_reason(table->csv), error);
	case TF_CSV_ROW:
		answer = check_encoding(table, error);
		break;
	}
	if (answer == TF_TABLE_ROW)
		decode(table);

	return answer;
}

static gint column_named(const TfTable *table, TfTableCell cell)
{
	for (guint i = 0; i < table->n_columns; i++) {
		const gchar *name = table->columns[i].name;

		if (strlen(name) == cell.length && memcmp(name, cell.text, cell.length) == 0)
			return (gint)i;
	}

	return ABSENT;
}

/* "number,name,p12[,password][,token_serial]" */
static gchar *expected_header(const TfTable *table)
{
	g_autoptr(GString) header = g_string_new(NULL);

	for (guint i = 0; i < table->n_columns; i++) {
		const TfTableColumn *column = &table->columns[i];

		g_string_append_printf(
			header, column->is_required ? "%s%s" : "[%s%s]", i > 0 ? "," : "", column->name);
	}

	return g_string_free(g_steal_pointer(&header), FALSE);
}

/* Puts the columns into their places. NULL, or why the header is not right; what stands in it is not
 * repeated, because a list without a header begins with a member's row. */
static gchar *place_columns(TfTable *table)
{
	for (guint i = 0; i < table->n_columns; i++)
		table->places[i] = ABSENT;
	for (guint i = 0; i < tf_csv_n_cells(table->csv); i++) {
		gint column = column_named(table, cell_at(table, i));

		if (column == ABSENT)
			return g_strdup_printf(_("column %u is not known"), i + 1);
		if (table->places[column] != ABSENT)
			return g_strdup_printf(
				_("the column '%s' stands there twice"), table->columns[column].name);
		table->places[column] = (gint)i;
	}
	for (guint i = 0; i < table->n_columns; i++) {
		if (table->columns[i].is_required && table->places[i] == ABSENT)
			return g_strdup_printf(_("the column '%s' is missing"), table->columns[i].name);
	}
	table->n_cells = tf_csv_n_cells(table->csv);

	return NULL;
}

/* As a spreadsheet writes CSV where the comma divides decimals, or with tabs. */
static gboolean is_divided_otherwise(const TfTable *table)
{
	TfTableCell cell = cell_at(table, 0);

	return tf_csv_n_cells(table->csv) == 1 &&
	       (memchr(cell.text, ';', cell.length) != NULL || memchr(cell.text, '\t', cell.length) != NULL);
}

static gchar *header_reason(TfTable *table)
{
	g_autofree gchar *expected = expected_header(table);
	g_autofree gchar *reason = NULL;

	if (is_divided_otherwise(table))
		return g_strdup(_("its columns are divided by semicolons or tabs; save the list again as CSV "
				  "divided by commas"));
	reason = place_columns(table);
	if (reason == NULL)
		return NULL;

	return g_strdup_printf(_("%s; the first line must be %s"), reason, expected);
}

/* NULL, or why a file with a secret column is not safe. */
static gchar *privacy_reason(const TfTable *table)
{
	const gchar *why = tf_file_why_not_private(table->fd);

	for (guint i = 0; i < table->n_columns; i++) {
		if (table->columns[i].is_secret && table->places[i] != ABSENT && why != NULL)
			return g_strdup_printf(_("a list with PIN codes must be its owner's alone: %s"), why);
	}

	return NULL;
}

static TfTableAnswer read_header(TfTable *table, GError **error)
{
	TfTableAnswer answer = read_row(table, error);
	g_autofree gchar *reason = NULL;

	table->stage = STAGE_OVER;
	if (answer == TF_TABLE_FAILED)
		return answer;
	if (answer == TF_TABLE_END)
		return problem(table, _("the list is empty"), error);
	if (tf_csv_mark(table->csv) == TF_CSV_MARK_UTF16) {
		g_clear_error(error);
		return problem(table, _("this is UTF-16; save the list again as CSV in UTF-8"), error);
	}
	if (answer != TF_TABLE_ROW)
		return answer;

	reason = header_reason(table);
	if (reason == NULL)
		reason = privacy_reason(table);
	if (reason != NULL)
		return problem(table, reason, error);
	table->stage = STAGE_ROWS;

	return TF_TABLE_ROW;
}

/* Control and invisible characters, also those that turn the writing direction, help nobody in a list. */
static gboolean is_unfit(gunichar character)
{
	GUnicodeType type = g_unichar_type(character);

	return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
	       type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gchar *cell_reason(const TfTableColumn *column, TfTableCell cell)
{
	if (column->is_required && cell.length == 0)
		return g_strdup_printf(_("'%s' is empty"), column->name);
	if (cell.length > column->limit)
		return g_strdup_printf(_("'%s' is too long"), column->name);
	for (const gchar *at = cell.text; at < cell.text + cell.length; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if (is_unfit(character))
			return g_strdup_printf(
				_("'%s' holds a line break, a control character or an invisible one"),
				column->name);
		if (character == REPLACEMENT)
			return g_strdup_printf(
				_("'%s' holds a character that was lost in a conversion"), column->name);
	}

	return NULL;
}

static TfTableAnswer check_cells(TfTable *table, GError **error)
{
	guint n_cells = tf_csv_n_cells(table->csv);

	if (n_cells != table->n_cells) {
		g_autofree gchar *reason = g_strdup_printf(
			_("it has %u cells, but the first line has %u"), n_cells, table->n_cells);

		return problem(table, reason, error);
	}
	for (guint i = 0; i < table->n_columns; i++) {
		g_autofree gchar *reason = cell_reason(&table->columns[i], tf_table_cell(table, i));

		if (reason != NULL)
			return problem(table, reason, error);
	}

	return TF_TABLE_ROW;
}

TfTableAnswer tf_table_next(TfTable *table, GError **error)
{
	TfTableAnswer answer = TF_TABLE_ROW;

	if (table->stage == STAGE_HEADER)
		answer = read_header(table, error);
	if (answer == TF_TABLE_ROW && table->stage == STAGE_ROWS)
		answer = read_row(table, error);
	else if (answer == TF_TABLE_ROW)
		answer = TF_TABLE_END;

	return answer == TF_TABLE_ROW ? check_cells(table, error) : answer;
}

guint tf_table_line(const TfTable *table)
{
	return MAX(tf_csv_line(table->csv), 1);
}

TfTableCell tf_table_cell(const TfTable *table, guint column)
{
	if (table->places[column] == ABSENT)
		return (TfTableCell){ "", 0 };

	return cell_at(table, (guint)table->places[column]);
}

goffset tf_table_offset(const TfTable *table)
{
	return tf_csv_offset(table->csv);
}

void tf_table_seek(TfTable *table, goffset offset)
{
	tf_csv_seek(table->csv, offset, 1);
}
