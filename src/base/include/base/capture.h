/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What another program prints when it is asked for something. */
#pragma once

#include <glib.h>

/*
 * Runs argv[0] (a path) in the C locale with an environment of nothing else, and gives all that it printed.
 * NULL when it is not there, fails, prints more than 'limit' bytes or anything with a NUL, or takes longer
 * than 'seconds': it is killed then. The text need not be UTF-8. The caller frees.
 */
gchar *tf_capture(const gchar *const *argv, gsize limit, guint seconds) G_GNUC_WARN_UNUSED_RESULT;
