/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the system says of itself: os-release(5). */
#pragma once

#include "site-private.h"

/* Its lines; '*ret_source' is the file. NULL: it cannot be read, or is too long to be one. */
GStrv tf_os_release_read(const TfPostureSite *site, const gchar **ret_source, TfSiteFile *ret_file);

/* The value as a shell would read it; the last one counts. NULL when there is none. */
gchar *tf_os_release_value(const gchar *const *lines, const gchar *key) G_GNUC_WARN_UNUSED_RESULT;
