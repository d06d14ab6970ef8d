/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a wipe stands, in the columns of whatever table holds one. */
#pragma once

#include "sql-private.h"

#define TF_TRACE_SQL_COLUMNS "wipe_directory, wipe_name, wipe_new_name, wipe_device, wipe_inode, wipe_size"
#define TF_TRACE_COLUMNS     6

/* In that order; borrowed from 'trace'. */
void tf_trace_columns_bind(const TfWipeTrace *trace, TfParameter ret_parameters[TF_TRACE_COLUMNS]);

/* From the column 'first' on. It tells which file to destroy, and is checked; NULL: out of form. */
TfWipeTrace *tf_trace_columns_read(TfQuery *row, int first) G_GNUC_WARN_UNUSED_RESULT;
