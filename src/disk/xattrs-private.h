/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What programs hang onto a file beside its content (xattr(7)): overwriting the content leaves it. */
#pragma once

#include <glib.h>

/* TRUE when a key begins in one of them, or they cannot be read. */
gboolean tf_xattrs_may_hide_key(int fd);
