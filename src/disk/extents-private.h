/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a file's bytes lie on its device, as FIEMAP tells after syncing them. */
#pragma once

#include <glib.h>

typedef struct TfExtent {
	guint64 logical;
	guint64 physical;
	guint64 length;
} TfExtent;

typedef struct TfExtents {
	gboolean is_known;  /* FALSE: the file system does not tell; the rest means nothing then */
	gboolean is_shared; /* a reflink or a snapshot holds the same blocks */
	gboolean is_plain;  /* no inline, packed, compressed, encoded or not yet placed bytes */
	GArray *runs;	    /* TfExtent, ascending, neighbours joined */
} TfExtents;

/* Never NULL; what cannot be told is not known. */
TfExtents *tf_extents_of(int fd) G_GNUC_WARN_UNUSED_RESULT;
void tf_extents_free(TfExtents *extents);

/* Both known, and the very same blocks. */
gboolean tf_extents_equal(const TfExtents *a, const TfExtents *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfExtents, tf_extents_free)
