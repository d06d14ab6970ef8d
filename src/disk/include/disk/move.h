/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key file still needed as a file goes to a removable medium, for the locked cabinet. */
#pragma once

#include <glib.h>

#include "disk/recognise.h"

/*
 * Copies the file, under its own name, into a folder on a removable medium: created exclusively, 0600, synced
 * with its folder, dropped from the page cache, read back and compared by SHA-256. *ret_path is the copy's
 * resolved path. The original stays as it is: the caller wipes it, with its proof. A copy of the same content
 * that is there already counts (a run may have been killed in between).
 * TF_ERROR_OUTPUT_UNSAFE: not a removable medium. TF_ERROR_OUTPUT_FAILED: nothing half-written is left.
 * TF_ERROR_SOURCE_UNREADABLE: the source is not what was recognised any more.
 */
gboolean tf_move_to_medium(
	const TfFound *source, const gchar *destination_directory, gchar **ret_path, GError **error);
