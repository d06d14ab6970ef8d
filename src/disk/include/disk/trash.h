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
