/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 4180, read strictly and row by row. Every byte of the file passes through buffers of fixed size on the
 * secure heap, because a cell may hold a password. Lines end with CRLF, LF or CR; an empty line is no row; a
 * cell in quotation marks may hold line ends. Bytes of UTF-8 and of CP932 pass alike: in neither does a byte
 * of a longer character look like a comma, a quotation mark or a line end.
 */
#pragma once

#include <glib.h>

#define TF_CSV_ROW_LIMIT  8000u /* bytes of all cells of a row */
#define TF_CSV_CELL_LIMIT 16u	/* cells of a row */

typedef struct TfCsv TfCsv;

typedef enum TfCsvAnswer {
	TF_CSV_ROW,
	TF_CSV_BROKEN, /* a row against the rules; the next call goes on with the line after its first one */
	TF_CSV_END,
	TF_CSV_FAILED, /* errno says why */
} TfCsvAnswer;

typedef enum TfCsvMark {
	TF_CSV_MARK_NONE,
	TF_CSV_MARK_UTF8,  /* a byte order mark, not part of the first cell */
	TF_CSV_MARK_UTF16, /* another encoding than all that this reads */
} TfCsvMark;

typedef struct TfCsvCell {
	const guint8 *bytes; /* not ended by NUL; holds none */
	gsize length;
} TfCsvCell;

/* Reads 'fd', a regular file, from its start by pread(); borrowed. NULL when the secure heap is exhausted. */
TfCsv *tf_csv_new(int fd) G_GNUC_WARN_UNUSED_RESULT;
void tf_csv_free(TfCsv *csv);

TfCsvAnswer tf_csv_next(TfCsv *csv);

/* Known after the first tf_csv_next(). */
TfCsvMark tf_csv_mark(const TfCsv *csv);

/* Of the row that tf_csv_next() answered, until it is called again: its cells, without quotation marks. */
guint tf_csv_n_cells(const TfCsv *csv);
TfCsvCell tf_csv_cell(const TfCsv *csv, guint index);

/* Of a broken row: what is against the rules, in the person's language. Borrowed. */
const gchar *tf_csv_reason(const TfCsv *csv);

/* Where the row begins: the line, from 1, and the byte, for coming back to it by tf_csv_seek(). */
guint tf_csv_line(const TfCsv *csv);
goffset tf_csv_offset(const TfCsv *csv);
void tf_csv_seek(TfCsv *csv, goffset offset, guint line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCsv, tf_csv_free)
