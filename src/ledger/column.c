/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "column-private.h"

#include <limits.h>
#include <string.h>

gboolean tf_column_is_null(TfQuery *row, int column)
{
	return sqlite3_column_type(row->handle, column) == SQLITE_NULL;
}

gboolean tf_column_integer(TfQuery *row, int column, gint64 minimum, gint64 maximum, gint64 *ret_integer)
{
	gint64 integer = sqlite3_column_int64(row->handle, column);

	if (sqlite3_column_type(row->handle, column) != SQLITE_INTEGER || integer < minimum ||
		integer > maximum)
		return FALSE;
	*ret_integer = integer;

	return TRUE;
}

/* Type and size first: asking SQLite for another type would convert the value. */
static gboolean fits(TfQuery *row, int column, int type, gsize limit)
{
	return sqlite3_column_type(row->handle, column) == type &&
	       (gsize)sqlite3_column_bytes(row->handle, column) <= limit;
}

gboolean tf_column_digest(TfQuery *row, int column, guint8 ret_digest[TF_SHA256_SIZE])
{
	if (!fits(row, column, SQLITE_BLOB, TF_SHA256_SIZE) ||
		sqlite3_column_bytes(row->handle, column) != TF_SHA256_SIZE)
		return FALSE;
	memcpy(ret_digest, sqlite3_column_blob(row->handle, column), TF_SHA256_SIZE);

	return TRUE;
}

GBytes *tf_column_bytes(TfQuery *row, int column, gsize limit)
{
	if (!fits(row, column, SQLITE_BLOB, limit))
		return NULL;

	return g_bytes_new(
		sqlite3_column_blob(row->handle, column), (gsize)sqlite3_column_bytes(row->handle, column));
}

gchar *tf_column_text(TfQuery *row, int column, gsize limit)
{
	gsize length = 0;

	if (!fits(row, column, SQLITE_TEXT, limit))
		return NULL;
	length = (gsize)sqlite3_column_bytes(row->handle, column);
	/* A NUL is not valid here, given the length. */
	if (!g_utf8_validate((const gchar *)sqlite3_column_text(row->handle, column), (gssize)length, NULL))
		return NULL;

	return g_strdup((const gchar *)sqlite3_column_text(row->handle, column));
}

gchar *tf_column_path(TfQuery *row, int column)
{
	gsize length = 0;

	if (!fits(row, column, SQLITE_BLOB, PATH_MAX))
		return NULL;
	length = (gsize)sqlite3_column_bytes(row->handle, column);
	if (length == 0 || memchr(sqlite3_column_blob(row->handle, column), '\0', length) != NULL)
		return NULL;

	return g_strndup(sqlite3_column_blob(row->handle, column), length);
}
