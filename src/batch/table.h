/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A CSV file whose first row names its columns, in any order; encoding, columns and cells checked, so that a
 * row that comes out is fit to be used. Constant memory; what comes out lies on the secure heap.
 *
 * A file is in UTF-8 (with a byte order mark or without) or in CP932. The first row that is not ASCII
 * decides: UTF-8 if it is valid as that, because Japanese in CP932 hardly ever is, while Japanese in UTF-8
 * often is valid CP932. A later row that is not valid in the same encoding ends the table with a problem.
 */
#pragma once

#include <glib.h>

#define TF_TABLE_COLUMN_LIMIT 5u

typedef struct TfTableColumn {
	const gchar *name;
	gsize limit;	      /* bytes of UTF-8 in a cell */
	gboolean is_required; /* the column is there, and no cell of it is empty */
	gboolean is_secret;   /* a file with this column must be its owner's alone */
} TfTableColumn;

typedef struct TfTable TfTable;

typedef enum TfTableAnswer {
	TF_TABLE_ROW,
	TF_TABLE_PROBLEM, /* TF_ERROR_MANIFEST_INVALID about tf_table_line(); goes on, or TF_TABLE_END follows
			   */
	TF_TABLE_END,
	TF_TABLE_FAILED, /* TF_ERROR_SOURCE_UNREADABLE, TF_ERROR_SYSTEM */
} TfTableAnswer;

typedef struct TfTableCell {
	const gchar *text; /* valid UTF-8 without control characters, not ended by NUL */
	gsize length;
} TfTableCell;

/* 'fd' (a regular file, borrowed) is read from its start; 'path' is for errors. 'columns' is borrowed. NULL
 * with TF_ERROR_SOURCE_UNREADABLE when the secure heap is exhausted. */
TfTable *tf_table_new(int fd, const gchar *path, const TfTableColumn *columns, guint n_columns,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_table_free(TfTable *table);

/* The next row after the header. */
TfTableAnswer tf_table_next(TfTable *table, GError **error);

/* Of the row or problem that was answered, until the next call. */
guint tf_table_line(const TfTable *table);
TfTableCell tf_table_cell(const TfTable *table, guint column); /* empty when the column is absent */

/* For reading a row again: its place, and a table that answers it next. */
goffset tf_table_offset(const TfTable *table);
void tf_table_seek(TfTable *table, goffset offset);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTable, tf_table_free)
