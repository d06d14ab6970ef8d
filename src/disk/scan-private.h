/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole files, of any size, for where keys may begin in them (disk/marks.h): in large pieces that overlap,
 * without the holes of sparse files, and no further than the file was long when it was opened.
 */
#pragma once

#include "disk/contents.h"

typedef struct TfScan TfScan;

/* Of one thread. */
TfScan *tf_scan_new(void) G_GNUC_WARN_UNUSED_RESULT;

/* What was read is cleared: it may have been keys. */
void tf_scan_free(TfScan *scan);

typedef struct TfScanned {
	TfForm form;
	guint64 size;
	TfSpots *spots; /* NULL: there are no marks; the caller's */
} TfScanned;

/* Ends early, as if the file did, when '*is_stopped' becomes TRUE. Only a regular file; no link is followed.
 * 0, or an errno value. */
int tf_scan_file(
	TfScan *scan, int folder, const gchar *name, const gboolean *is_stopped, TfScanned *ret_scanned);

/* Whether an open regular file of at most 1 MiB has such a mark; FALSE for a larger one, and for one that
 * cannot be read. */
gboolean tf_scan_finds_in_small(TfScan *scan, int fd, const gboolean *is_stopped);

/* As tf_scan_file(), of an open regular file. */
int tf_scan_open_file(TfScan *scan, int fd, const gboolean *is_stopped, TfScanned *ret_scanned);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfScan, tf_scan_free)
