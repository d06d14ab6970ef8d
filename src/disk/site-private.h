/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of the PC that is looked at. */
#pragma once

#include "disk/posture.h"

/* Where 'path' (absolute) of that PC lies. The caller frees. */
gchar *tf_site_path(const TfPostureSite *site, const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/* Whether there is such a file or directory, as far as that can be seen. */
gboolean tf_site_has(const TfPostureSite *site, const gchar *path);

typedef struct TfSiteFile {
	gint64 date;	     /* when it was changed last */
	gboolean is_whole;   /* no more than 'limit' bytes */
	gboolean is_refused; /* it is there, and we may not read it */
} TfSiteFile;

/* The first 'limit' bytes of a regular file, up to a NUL, as valid UTF-8. NULL when it cannot be read; then
 * only 'is_refused' is set. The caller frees. */
gchar *tf_site_read(const TfPostureSite *site, const gchar *path, gsize limit,
	TfSiteFile *ret_file) G_GNUC_WARN_UNUSED_RESULT;

/* The names in a directory, at most 'limit' of them, sorted. NULL when it cannot be read. Free with
 * g_strfreev(). */
GStrv tf_site_list(const TfPostureSite *site, const gchar *path, guint limit,
	gboolean *ret_is_refused) G_GNUC_WARN_UNUSED_RESULT;
