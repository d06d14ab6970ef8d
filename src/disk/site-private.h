/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of the PC that is looked at. */
#pragma once

#include <sys/types.h>

#include "disk/posture.h"

/* Where 'path' (absolute) of that PC lies. The caller frees. */
gchar *tf_site_path(const TfPostureSite *site, const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/* What is there of a place. Nothing is asked that lies on the network, or at a place not known here (FUSE),
 * and might not answer. */
typedef enum TfSiteAccess {
	TF_SITE_READ,
	TF_SITE_NONE,
	TF_SITE_REFUSED,
	TF_SITE_ELSEWHERE, /* the way leads there; in the home directory also over a link, or onto any other
			      file system */
	TF_N_SITE_ACCESSES
} TfSiteAccess;

/* READ: there is such a file or directory, as far as that can be seen. */
TfSiteAccess tf_site_look(const TfPostureSite *site, const gchar *path);
gboolean tf_site_has(const TfPostureSite *site, const gchar *path); /* READ, or not */

/* Where the links of 'path' end, as a path of that PC without links, and the mode of what is there. NULL but
 * for TF_SITE_READ. The caller frees. */
gchar *tf_site_end(const TfPostureSite *site, const gchar *path, mode_t *ret_mode,
	TfSiteAccess *ret_access) G_GNUC_WARN_UNUSED_RESULT;

typedef struct TfSiteFile {
	gint64 date;	     /* when it was changed last */
	gboolean is_whole;   /* no more than 'limit' bytes */
	gboolean is_refused; /* it is there, and we may not read it */
} TfSiteFile;

/* The first 'limit' bytes of a regular file, up to a NUL, as valid UTF-8. NULL when it cannot be read; then
 * only 'is_refused' is set. The caller frees. */
gchar *tf_site_read(const TfPostureSite *site, const gchar *path, gsize limit,
	TfSiteFile *ret_file) G_GNUC_WARN_UNUSED_RESULT;

/* The names in a directory, at most 'limit' of them, sorted. NULL but for TF_SITE_READ. Free with
 * g_strfreev(). */
GStrv tf_site_list(const TfPostureSite *site, const gchar *path, guint limit,
	TfSiteAccess *ret_access) G_GNUC_WARN_UNUSED_RESULT;

/* In the home directory its owner may have put anything: no link is followed, and nothing that is mounted is
 * asked. */

/* 'path' is relative to the home directory. */
TfSiteAccess tf_site_look_own(const TfPostureSite *site, const gchar *path);
/* As tf_site_list(); not NULL for TF_SITE_READ only. */
GStrv tf_site_list_own(const TfPostureSite *site, const gchar *path, guint limit,
	TfSiteAccess *ret_access) G_GNUC_WARN_UNUSED_RESULT;
