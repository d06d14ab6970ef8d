/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The block device beneath a file, read past the page cache: what stands where the file's extents were noted.
 * A reading tells something only after the positive control: the file's own bytes were found there before.
 */
#pragma once

#include <glib.h>

#include "extents-private.h"
#include "overwrite-private.h"

typedef struct TfRaw TfRaw;

/* The device that the file system of 'fd' lies on. NULL when it may not be read (it asks for root) or when
 * the file's device number names none: btrfs, overlay and network file systems have numbers of their own. */
TfRaw *tf_raw_open(int fd) G_GNUC_WARN_UNUSED_RESULT;
void tf_raw_free(TfRaw *raw);

/* The positive control: every allocated one of the first 'size' bytes of the file stands on the device, and
 * there are some. Extents that are not known, or addresses that are not the device's, give FALSE. */
gboolean tf_raw_holds_file(const TfRaw *raw, int fd, guint64 size, const TfExtents *extents);

/* The same for what a wipe wrote, up to 'end' (tf_overwrite_end()). */
gboolean tf_raw_holds_pattern(
	const TfRaw *raw, const TfPattern *pattern, guint64 end, const TfExtents *extents);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfRaw, tf_raw_free)
