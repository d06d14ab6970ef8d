/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How SoftHSM names the directory of a token: by a UUID, whose end is the serial number. */
#pragma once

#include <glib.h>

gboolean tf_store_name_fits(const gchar *name, const gchar *serial);

/* The directory of this token below 'directory'; NULL when there is none. The caller frees. */
gchar *tf_store_find_token(const gchar *directory, const gchar *serial) G_GNUC_WARN_UNUSED_RESULT;
