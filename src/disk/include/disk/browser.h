/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key store of a browser or mail program (a folder with NSS's key4.db and cert9.db): is it closed? */
#pragma once

#include <glib.h>

/*
 * That nobody uses the store in 'directory' now: no process that we may look at has its databases open, none
 * holds the lock of a Firefox profile (.parentlock), and the kernel knows of no other opener either. A look
 * and no lock: SQLite's own lock guards the databases afterwards. To be called while this process has none of
 * the files open: closing them here would give SQLite's locks up. TF_ERROR_STORE_IN_USE with the program's
 * name where it is known; TF_ERROR_SOURCE_MISSING without key4.db or cert9.db,
 * TF_ERROR_SOURCE_UNSUPPORTED with the key3.db of old browsers.
 */
gboolean tf_browser_check_closed(const gchar *directory, GError **error);
