/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who else holds the blocks of a file on a file system that keeps no list of it (xfs): every file is asked.
 */
#pragma once

#include <glib.h>

#include "extents-private.h"
#include "target-private.h"

/*
 * The paths (gchar) of other files, below the mount point of the target, on the blocks that 'extents' noted:
 * for root, who may open them all, and only where something is known to be shared, for each file of the file
 * system is opened. NULL when none was found. At most SECONDS are spent: it may be that not all were asked.
 */
GPtrArray *tf_reflinks_of(const TfTarget *target, const TfExtents *extents) G_GNUC_WARN_UNUSED_RESULT;
