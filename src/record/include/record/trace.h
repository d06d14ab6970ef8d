/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a wipe stands, so that the next run can finish it: the file is 'directory'/'name' or
 * 'directory'/'new_name'. */
#pragma once

#include <glib.h>

typedef struct TfWipeTrace {
	gchar *directory; /* resolved, absolute */
	gchar *name;
	gchar *new_name; /* random, as long as 'name'; the same as 'name' for a key store */
	guint64 device;	 /* of tf_volume_id(); of older versions the device's number */
	guint64 inode;
	gint64 size;
} TfWipeTrace;

/* A key that is removed from a key store: 'directory' is the store's, both names are those of its database of
 * keys, which stays and is never wiped. A drawn name has no dot. */
#define TF_WIPE_TRACE_STORE "key4.db"
gboolean tf_wipe_trace_is_of_store(const TfWipeTrace *trace);

TfWipeTrace *tf_wipe_trace_copy(const TfWipeTrace *trace);
void tf_wipe_trace_free(TfWipeTrace *trace);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWipeTrace, tf_wipe_trace_free)
