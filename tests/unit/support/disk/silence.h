/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A FUSE file system whose other end never answers, as that of a server which is gone. */
#pragma once

#include <glib.h>

typedef struct TfFixtureSilence {
	int device; /* its other end */
	gchar *path;
} TfFixtureSilence;

/* Mounted on a folder, or on a file, as root. 'type' is what the table of mounts calls it: "fuse.sshfs". */
TfFixtureSilence *tf_fixture_silence_new(const gchar *path, const gchar *type);

/* Whoever waits for it is refused. */
void tf_fixture_silence_free(TfFixtureSilence *silence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFixtureSilence, tf_fixture_silence_free)
