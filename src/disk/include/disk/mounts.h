/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is mounted where, in the mount namespace of this process. Read when it is first asked for, and again
 * whenever it changed since (proc_pid_mountinfo(5): poll() tells). */
#pragma once

#include <glib.h>

typedef struct TfMounts TfMounts;

TfMounts *tf_mounts_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_mounts_free(TfMounts *mounts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfMounts, tf_mounts_free)
