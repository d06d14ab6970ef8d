/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a folder is copied to somewhere else, or offered to others: what lay in it may be known to them.
 * What is not found here may be shared all the same. */
#pragma once

#include <glib.h>

typedef struct TfSharing TfSharing;

/* Reads what the system below 'root' ("" for the real one) offers by Samba and NFS, as far as it may be read.
 */
TfSharing *tf_sharing_new(const gchar *root) G_GNUC_WARN_UNUSED_RESULT;
void tf_sharing_free(TfSharing *sharing);

/* By which program the file is copied to somewhere else ("Dropbox"), as the folders it lies in show; NULL:
 * none that is known here. Static. */
const gchar *tf_sharing_service(const gchar *path);

/* One of the folders it lies in is offered on the network. */
gboolean tf_sharing_is_offered(const TfSharing *sharing, const gchar *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSharing, tf_sharing_free)
