/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who else holds the blocks of a file: snapshots and reflinked copies, as btrfs tells root. */
#pragma once

#include <glib.h>

#include "extents-private.h"
#include "target-private.h"

/* The paths (gchar) of other files on the blocks that 'extents' noted; a path that is not mounted where the
 * file is begins with "btrfs:/" and is seen from the top of the file system. NULL when none was found out, on
 * any other file system too. */
GPtrArray *tf_references_of(const TfTarget *target, const TfExtents *extents) G_GNUC_WARN_UNUSED_RESULT;
