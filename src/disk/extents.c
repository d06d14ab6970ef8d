/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "extents-private.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

#define BATCH 64

/* A file of ours has a handful; more than this is not described. */
#define RUN_LIMIT 65536

#define NOT_PLAIN                                                                                            \
	(FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_ENCODED |                            \
		FIEMAP_EXTENT_DATA_ENCRYPTED | FIEMAP_EXTENT_NOT_ALIGNED | FIEMAP_EXTENT_DATA_INLINE |       \
		FIEMAP_EXTENT_DATA_TAIL)

/* The kernel's structure ends in as many extents as there is room for. */
typedef union Request {
	struct fiemap head;
	guint8 room[sizeof(struct fiemap) + BATCH * sizeof(struct fiemap_extent)];
} Request;

/* Writing turns an unwritten extent into a written one, and the listing then joins it to its neighbour. */
static void add_run(GArray *runs, const struct fiemap_extent *extent)
{
	const TfExtent run = { extent->fe_logical, extent->fe_physical, extent->fe_length };
	TfExtent *last = runs->len > 0 ? &g_array_index(runs, TfExtent, runs->len - 1) : NULL;

	if (last != NULL && last->logical + last->length == run.logical &&
		last->physical + last->length == run.physical)
		last->length += run.length;
	else
		g_array_append_val(runs, run);
}

static gboolean is_aligned(const struct fiemap_extent *extent)
{
	return extent->fe_logical % 512 == 0 && extent->fe_length % 512 == 0;
}

static gboolean read_batch(int fd, guint64 start, Request *request)
{
	memset(request, 0, sizeof *request);
	request->head.fm_start = start;
	request->head.fm_length = FIEMAP_MAX_OFFSET - start;
	request->head.fm_flags = FIEMAP_FLAG_SYNC;
	request->head.fm_extent_count = BATCH;

	return ioctl(fd, FS_IOC_FIEMAP, request) == 0;
}

/* FALSE when the list cannot be read to its end. */
static gboolean read_all(int fd, TfExtents *extents)
{
	Request request;
	guint64 start = 0;

	while (extents->runs->len < RUN_LIMIT) {
		if (!read_batch(fd, start, &request))
			return FALSE;
		if (request.head.fm_mapped_extents == 0)
			return TRUE;
		for (guint i = 0; i < MIN(request.head.fm_mapped_extents, BATCH); i++) {
			const struct fiemap_extent *extent = &request.head.fm_extents[i];

			if (extent->fe_length == 0 || extent->fe_logical + extent->fe_length <= start)
				return FALSE;
			extents->is_shared |= (extent->fe_flags & FIEMAP_EXTENT_SHARED) != 0;
			extents->is_plain &= (extent->fe_flags & NOT_PLAIN) == 0 && is_aligned(extent);
			add_run(extents->runs, extent);
			if ((extent->fe_flags & FIEMAP_EXTENT_LAST) != 0)
				return TRUE;
			start = extent->fe_logical + extent->fe_length;
		}
	}

	return FALSE;
}

TfExtents *tf_extents_of(int fd)
{
	TfExtents *extents = g_new0(TfExtents, 1);

	extents->is_plain = TRUE;
	extents->runs = g_array_new(FALSE, FALSE, sizeof(TfExtent));
	extents->is_known = read_all(fd, extents) && extents->runs->len > 0;

	return extents;
}

void tf_extents_free(TfExtents *extents)
{
	if (extents == NULL)
		return;

	g_array_unref(extents->runs);
	g_free(extents);
}

gboolean tf_extents_equal(const TfExtents *a, const TfExtents *b)
{
	return a->is_known && b->is_known && a->runs->len == b->runs->len &&
	       memcmp(a->runs->data, b->runs->data, a->runs->len * sizeof(TfExtent)) == 0;
}
