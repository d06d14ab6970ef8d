/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The FreeDesktop.org Trash specification 1.0: the home trash, and $topdir/.Trash/$uid and
 * $topdir/.Trash-$uid. */
#pragma once

#include <glib.h>

/*
 * Where the file lay before it went to the trash, by its .trashinfo: absolute in the home trash, else below
 * the medium's top folder. The path itself when it lies in a trash that does not say. NULL: it lies in none.
 * The caller frees.
 */
gchar *tf_trash_origin(const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/* The .trashinfo of what lies at 'path', NULL when there is none: also for what lies in a folder that was
 * thrown away, which the .trashinfo is of. The caller frees. */
gchar *tf_trash_record(const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Removes that .trashinfo once 'name' is gone from the folder ('folder' is open at 'folder_path'); it stays
 * when another file lies there by now. TRUE: there was one, removed or not: what it says, the old name and
 * place, may still stand on the disk.
 */
gboolean tf_trash_forget(int folder, const gchar *folder_path, const gchar *name);
