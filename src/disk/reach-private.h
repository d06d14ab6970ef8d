/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether a path may be looked at without waiting for anybody. A server that is gone answers nobody, and
 * whoever asks it waits in the kernel, out of reach of every signal but SIGKILL; so the table of mounts is
 * asked, for each part of the way before that is touched.
 */
#pragma once

#include <glib.h>

/* The way to the absolute 'path', links followed, leads over file systems of this PC and of its kernel only,
 * as far as there is a way. FALSE: over the network, or one that is not known here (FUSE), or through too
 * many links. What the root directory lies on is asked by everybody. */
gboolean tf_reach_is_own(const gchar *path);
