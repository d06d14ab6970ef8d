/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who but its owner may read a file. */
#pragma once

#include <glib.h>

/*
 * Somebody other than the owner and root may read the open file 'fd', which lies at the absolute 'path': by
 * its mode (everybody, or a group that /etc/passwd or /etc/group gives to another account), or by an access
 * list (acl(5)) that lets more in; and may reach it through each folder above it. Over the network, by root
 * or from a copy it may be read all the same.
 */
gboolean tf_access_by_others(int fd, const gchar *path);
