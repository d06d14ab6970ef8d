/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The bytes a wipe writes over a file, and how they are known again. They are AES-256 in counter mode under
 * a key made from the trace: to a disk as random as any, and a run that finishes a killed one can tell a
 * half-wiped file from another one that got the same name and inode since. Nothing secret hangs on them.
 */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "extents-private.h"
#include "record/trace.h"

typedef struct TfPattern TfPattern;

TfPattern *tf_pattern_new(const TfWipeTrace *trace) G_GNUC_WARN_UNUSED_RESULT;
void tf_pattern_free(TfPattern *pattern);

/* 'length' bytes as they stand at 'offset', a multiple of 16. FALSE when libcrypto fails. */
gboolean tf_pattern_fill(const TfPattern *pattern, guint64 offset, guint8 *bytes, gsize length);

/*
 * Overwrites what is allocated of the first 'size' bytes, to the end of the last 'block', the first block
 * last: a file that is half-wiped is still recognised by its beginning. Synced before the first block and at
 * the end. Returns 0 or an errno value.
 */
int tf_overwrite(int fd, guint64 size, guint64 block, const TfExtents *extents, const TfPattern *pattern);

/* How far that goes: the end of the last block of 'size' bytes. */
guint64 tf_overwrite_end(guint64 size, guint64 block);

/* All 'length' bytes at 'offset'. Returns 0 or an errno value; EIO when the file ends before. */
int tf_overwrite_read(int fd, guint64 offset, guint8 *bytes, gsize length);

/* The granularity of overwriting: the file system's block, where it is a sane number. */
guint64 tf_overwrite_block(int fd);

typedef enum TfContent {
	TF_CONTENT_WHOLE, /* the source as it was */
	TF_CONTENT_BEGUN, /* some of it is the pattern */
	TF_CONTENT_EMPTY, /* truncated */
	TF_CONTENT_OTHER  /* neither: another file */
} TfContent;

/* Which of these the file is; 'size' is the source's. Returns 0 or an errno value. */
int tf_content_of(int fd, guint64 size, const guint8 source_sha256[TF_SHA256_SIZE], const TfPattern *pattern,
	TfContent *ret_content);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPattern, tf_pattern_free)
