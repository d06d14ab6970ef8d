/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libmount.h>

#include "disk/mounts.h"

/* The mount with the STATX_MNT_ID 'id' as it is now, borrowed until the next call; NULL when it is not in our
 * namespace, or the table cannot be read. */
struct libmnt_fs *tf_mounts_find(TfMounts *mounts, guint64 id);

/* What stands at this path, the topmost, likewise; NULL: no mount begins there. */
struct libmnt_fs *tf_mounts_at(TfMounts *mounts, const gchar *path);

/* All of them, the first mounted first, borrowed in the same way; NULL: the table cannot be read. */
struct libmnt_table *tf_mounts_table(TfMounts *mounts);

/* What the kernel tells of itself, and no files; what mounts when it is asked (autofs) is among it. */
gboolean tf_mount_is_kernels(struct libmnt_fs *mount);

typedef struct libmnt_iter TfMountIterator;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfMountIterator, mnt_free_iter)
