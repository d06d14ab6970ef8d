/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The mounts that a walk may set foot on. A server that is gone answers nobody, and whoever asks it waits in
 * the kernel, out of reach of every signal but SIGKILL. So the table of mounts is asked first, and of what
 * lies on the network or is not known nothing is opened.
 */
#pragma once

#include <glib.h>

#include "disk/walk.h"

/* A folder, or a file that something is mounted on, and what lies below it up to the next mount. */
typedef struct TfGround {
	int fd; /* O_PATH */
	gchar *path;
} TfGround;

/* Of any number of threads. The grounds are borrowed from it. */
typedef struct TfGrounds TfGrounds;
TfGrounds *tf_grounds_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_grounds_free(TfGrounds *grounds);

/* That of a folder which was named, wherever it lies. NULL with errno. */
const TfGround *tf_grounds_begin(TfGrounds *grounds, const gchar *path);

/* A folder of this ground for reading. -1 with errno: EXDEV where another one begins. */
int tf_grounds_open(const TfGrounds *grounds, const TfGround *ground, const gchar *path);

/* As of the walk's beginning: whether something is mounted at this path; on something in this folder. */
gboolean tf_grounds_is_border(const TfGrounds *grounds, const gchar *path);
gboolean tf_grounds_has_border_in(const TfGrounds *grounds, const gchar *folder);

/* What begins at 'path', below the ground 'from'. NULL with errno: EXDEV when it is neither this PC's nor a
 * medium of the member's, and is skipped. */
const TfGround *tf_grounds_cross(TfGrounds *grounds, const TfGround *from, const gchar *path);
GPtrArray *tf_grounds_steal_skipped(TfGrounds *grounds); /* TfSkipped; at the end */
