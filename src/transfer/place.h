/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a file lies, and who may have it from there. */
#pragma once

#include "disk/sharing.h"
#include "record/stray.h"

/* Into 'stray', of its path. 'is_readable_by_others': tf_access_by_others(). */
void tf_place_note(TfStray *stray, const TfSharing *sharing, gboolean is_readable_by_others);

/* The same of one file that holds the moved key and is open as 'fd': of 1 << TfExposure, with what is known
 * of its protection in 'stray'. Before it is wiped: afterwards nobody sees any more who may have read it. */
guint tf_place_exposures(TfStray *stray, int fd);
