/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs as their makers' archives unpack them, wherever that is and whatever the folder is called. */
#pragma once

#include "programs-private.h"

/* READ: 'path' is an AppImage, or the folder of a Java, a browser, Thunderbird or Adobe Reader. NONE: it is
 * not. Else it, or a part of it that would tell, could not be looked at. */
TfSiteAccess tf_unpacked_look(const TfPrograms *programs, const gchar *path);

gboolean tf_unpacked_is_image(const gchar *name); /* by its name, "reader.AppImage" */
