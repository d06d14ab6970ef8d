/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <glib.h>

#include "disk/walk.h"

/* The paths without links (gchar): who names a link means what it leads to. TF_ERROR_SOURCE_MISSING,
 * _UNREADABLE. */
GPtrArray *tf_walk_resolve(const gchar *const *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What lies in another folder of the list, or stood there before, would be walked twice. */
gboolean tf_walk_is_covered(const GPtrArray *paths, guint index);

/* Following no link in any part of the path: what was a folder a moment ago may be one now. -1 with errno. */
int tf_walk_open_folder(const gchar *path);

/* A file of an open folder, for reading that leaves access times alone where that is allowed (O_NOATIME: own
 * files, or root). A pipe that took its place meanwhile is not waited for. -1 with errno. */
#define TF_WALK_FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
int tf_walk_open_file(int folder, const gchar *name);

/* Under such a name a key lies in text, behind what is looked at of every file. */
gboolean tf_walk_is_telling_name(const gchar *name);

/* A file that is more than its head, and that has the name and the head of settings or notes. */
gboolean tf_walk_may_be_text(const gchar *name, const guint8 *head, gsize length);

/* Of an entry, DT_*; file systems without types in their folders are asked file by file. */
guint8 tf_walk_type_of(int folder, const struct dirent64 *entry);

/* Takes the path and the spots over. */
TfCandidate *tf_candidate_new(gchar *path, TfForm form, TfSpots *spots) G_GNUC_WARN_UNUSED_RESULT;
void tf_skipped_free(TfSkipped *skipped);
