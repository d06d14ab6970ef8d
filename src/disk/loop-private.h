/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which file a loop device shows as a disk (loop(4)). */
#pragma once

#include "disk/media.h"

/*
 * Whether the device, "loop0", lies on the open file 'fd'. sysfs tells a path only, where something else may
 * have been mounted since; the driver knows device and inode, and tells who may open the device (root).
 * UNKNOWN: it did not tell.
 */
TfTristate tf_loop_lies_on(const gchar *name, int fd);
