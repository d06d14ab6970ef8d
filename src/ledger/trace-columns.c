/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace-columns-private.h"

#include <string.h>

#include "column-private.h"

enum {
	OFFSET_DIRECTORY,
	OFFSET_NAME,
	OFFSET_NEW_NAME,
	OFFSET_DEVICE,
	OFFSET_INODE,
	OFFSET_SIZE
};

void tf_trace_columns_bind(const TfWipeTrace *trace, TfParameter ret_parameters[TF_TRACE_COLUMNS])
{
	ret_parameters[OFFSET_DIRECTORY] = tf_parameter_path(trace->directory);
	ret_parameters[OFFSET_NAME] = tf_parameter_path(trace->name);
	ret_parameters[OFFSET_NEW_NAME] = tf_parameter_path(trace->new_name);
	/* Device and inode are unsigned; SQLite keeps the same 64 bits. */
	ret_parameters[OFFSET_DEVICE] = tf_parameter_integer((gint64)trace->device);
	ret_parameters[OFFSET_INODE] = tf_parameter_integer((gint64)trace->inode);
	ret_parameters[OFFSET_SIZE] = tf_parameter_integer(trace->size);
}

/* A trace tells which file to destroy: a name is one component, and not the directory itself. */
static gboolean is_file_name(const gchar *name)
{
	return name != NULL && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

TfWipeTrace *tf_trace_columns_read(TfQuery *row, int first)
{
	g_autoptr(TfWipeTrace) trace = g_new0(TfWipeTrace, 1);
	gint64 device = 0;
	gint64 inode = 0;

	if (!tf_column_integer(row, first + OFFSET_DEVICE, G_MININT64, G_MAXINT64, &device) ||
		!tf_column_integer(row, first + OFFSET_INODE, G_MININT64, G_MAXINT64, &inode) ||
		!tf_column_integer(row, first + OFFSET_SIZE, 0, G_MAXINT64, &trace->size))
		return NULL;
	trace->device = (guint64)device;
	trace->inode = (guint64)inode;
	trace->directory = tf_column_path(row, first + OFFSET_DIRECTORY);
	trace->name = tf_column_path(row, first + OFFSET_NAME);
	trace->new_name = tf_column_path(row, first + OFFSET_NEW_NAME);
	if (trace->directory == NULL || trace->directory[0] != '/' || !is_file_name(trace->name) ||
		!is_file_name(trace->new_name))
		return NULL;

	return g_steal_pointer(&trace);
}
