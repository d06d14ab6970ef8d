/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a folder is copied to somewhere else, or offered to others: what lay in it may be known to them.
 * What is not found here may be shared all the same. Nothing on a server, or on a file system that is not
 * known here (FUSE), is asked: of what lies there, and of what cannot be read, neither is claimed.
 */
#pragma once

#include <glib.h>

typedef struct TfSharing TfSharing;

/*
 * Reads what the system below 'root' ("" for the real one) offers:
 * - by Samba, smb.conf(5): /etc/samba/smb.conf and what it includes by absolute paths without macros: the
 *   shares that are available and no printers, with the macros of a user's name, of a home and of the share;
 *   [homes] offers the home of each person of /etc/passwd, and our own. Shares of the registry are not read;
 * - by 'net usershare', net(8): /var/lib/samba/usershares, or where 'usershare path' says;
 * - by NFS, exports(5): /etc/exports and /etc/exports.d/(any).exports, each with all that is mounted below
 * it. Links on the way to what is offered are resolved now.
 */
TfSharing *tf_sharing_new(const gchar *root) G_GNUC_WARN_UNUSED_RESULT;
void tf_sharing_free(TfSharing *sharing);

/*
 * By which program the file is copied to somewhere else ("Dropbox"), as the folders it lies in show: by their
 * names in upper or lower case, with what is added for a further account ("Nextcloud2", "Dropbox (Office)"),
 * or by what the program leaves in the topmost of them. A name that is an everyday word ("Box") tells
 * something directly in a home directory only. NULL: none that is known here. Static.
 * 'path' is absolute and without links, and of a file that has just been read.
 */
const gchar *tf_sharing_service(const TfSharing *sharing, const gchar *path);

/* One of the folders it lies in is offered on the network. 'path' is absolute and without links. */
gboolean tf_sharing_is_offered(const TfSharing *sharing, const gchar *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSharing, tf_sharing_free)
