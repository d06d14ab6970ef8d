/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders and files that a batch writes: what goes wrong with them is told with advice for a batch, not for
 * the report of one migration. */
#pragma once

#include <glib.h>

/* As tf_file_open_directory() and tf_file_create(), with TF_ERROR_BATCH_PLACE_UNSAFE and
 * TF_ERROR_BATCH_PLACE_FAILED. */
int tf_place_open(const gchar *path, GError **error);
gboolean tf_place_create(int directory, const gchar *name, gconstpointer bytes, gsize length, GError **error);
