/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reflinks-private.h"

#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>

#include "base/file.h"

/* A walk through a million files; a person waits for the wipe meanwhile. */
#define SECONDS 60

static gboolean overlap(const TfExtent *one, const TfExtent *other)
{
	return one->physical < other->physical + other->length &&
	       other->physical < one->physical + one->length;
}

static gboolean have_common(const TfExtents *extents, const TfExtents *others)
{
	for (guint i = 0; others->is_known && i < others->runs->len; i++) {
		for (guint j = 0; j < extents->runs->len; j++) {
			if (overlap(&g_array_index(others->runs, TfExtent, i),
				    &g_array_index(extents->runs, TfExtent, j)))
				return TRUE;
		}
	}

	return FALSE;
}

/* Another file of the same file system, that has blocks; asked anew of the file that was opened. */
static gboolean is_candidate(const TfTarget *target, const struct stat *status)
{
	return S_ISREG(status->st_mode) && status->st_blocks > 0 && status->st_dev == target->status.st_dev &&
	       status->st_ino != target->status.st_ino;
}

static gboolean holds(const TfTarget *target, const TfExtents *extents, const gchar *path)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_NOATIME | O_CLOEXEC);
	g_autoptr(TfExtents) others = NULL;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0 || !is_candidate(target, &status))
		return FALSE;
	others = tf_extents_of(fd);

	return have_common(extents, others);
}

GPtrArray *tf_reflinks_of(const TfTarget *target, const TfExtents *extents)
{
	char *const roots[] = { target->media->mount_point, NULL };
	gint64 end = g_get_monotonic_time() + (gint64)SECONDS * G_USEC_PER_SEC;
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	FTSENT *entry = NULL;

	while (walk != NULL && g_get_monotonic_time() < end && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_F && is_candidate(target, entry->fts_statp) &&
			holds(target, extents, entry->fts_path))
			g_ptr_array_add(paths, g_strdup(entry->fts_path));
	}
	if (walk != NULL)
		fts_close(walk);

	return paths->len > 0 ? g_steal_pointer(&paths) : NULL;
}
