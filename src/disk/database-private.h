/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A browser's database of private keys (key4.db), searched as bytes and not opened: SQLite would have to be
 * trusted with it. */
#pragma once

#include <glib.h>

/*
 * Whether the open file is such a database and one of 'ids' (GBytes) stands in it: NSS writes the CKA_ID of a
 * private key, which is a digest of its public half, unencrypted beside the encrypted rest. What was deleted
 * may stand in free pages still, which the encrypted key may do as well. At most 64 MiB are read; the file
 * offset is not used.
 */
gboolean tf_database_names(int fd, GHashTable *ids);
