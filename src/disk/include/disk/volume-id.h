/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which file system a file lies on, known again after the next start of the PC: the device's number changes
 * with the order in which disks are found, and that of btrfs with what is mounted first. Sources: statfs(2),
 * f_fsid, of ext4 and btrfs (also which of its subvolumes), that both derive from their UUID;
 * XFS_IOC_FSGEOMETRY; FS_IOC_GETFSUUID (Linux 6.9).
 */
#pragma once

#include <glib.h>

/* Of the open file or folder 'fd'; the device's number where the file system has no identity of its own. */
guint64 tf_volume_id(int fd);

/* Whether 'fd' lies on it: 'id' is of tf_volume_id(), or a device's number as older records have it. */
gboolean tf_volume_is(int fd, guint64 id);
