/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A column of the current row, checked: a ledger is an input. FALSE, or NULL, when it is of another type,
 * longer than 'limit' or otherwise out of form; outputs are then untouched. */
#pragma once

#include "sql-private.h"

gboolean tf_column_is_null(TfQuery *row, int column);
gboolean tf_column_integer(TfQuery *row, int column, gint64 minimum, gint64 maximum, gint64 *ret_integer);
gboolean tf_column_digest(TfQuery *row, int column, guint8 ret_digest[TF_SHA256_SIZE]);

/* The caller frees. Text is valid UTF-8; neither it nor a path holds a NUL; a path is not empty. */
GBytes *tf_column_bytes(TfQuery *row, int column, gsize limit) G_GNUC_WARN_UNUSED_RESULT;
gchar *tf_column_text(TfQuery *row, int column, gsize limit) G_GNUC_WARN_UNUSED_RESULT;
gchar *tf_column_path(TfQuery *row, int column) G_GNUC_WARN_UNUSED_RESULT;
