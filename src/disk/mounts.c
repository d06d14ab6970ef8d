/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mounts-private.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "base/file.h"
#include "disk/media.h"

#define TABLE "/proc/self/mountinfo"

struct TfMounts {
	int changes; /* -1: it cannot be told */
	struct libmnt_table *table;
};

TfMounts *tf_mounts_new(void)
{
	TfMounts *mounts = g_new0(TfMounts, 1);

	mounts->changes = -1;

	return mounts;
}

void tf_mounts_free(TfMounts *mounts)
{
	if (mounts == NULL)
		return;

	mnt_unref_table(mounts->table);
	tf_file_close(&mounts->changes);
	g_free(mounts);
}

/* What changed before this descriptor was opened is not told, so it is opened before the table is read. */
static gboolean has_changed(TfMounts *mounts)
{
	struct pollfd change = { .events = POLLPRI };

	if (mounts->changes < 0) {
		mounts->changes = open(TABLE, O_RDONLY | O_CLOEXEC);
		return TRUE;
	}
	change.fd = mounts->changes;

	return poll(&change, 1, 0) != 0;
}

static void read_table(TfMounts *mounts)
{
	if (!has_changed(mounts) && mounts->table != NULL)
		return;
	mnt_unref_table(mounts->table);
	mounts->table = mnt_new_table_from_file(TABLE);
}

struct libmnt_fs *tf_mounts_find(TfMounts *mounts, guint64 id)
{
	g_autoptr(TfMountIterator) iterator = mnt_new_iter(MNT_ITER_BACKWARD);
	struct libmnt_fs *mount = NULL;

	read_table(mounts);
	while (mounts->table != NULL && iterator != NULL &&
		mnt_table_next_fs(mounts->table, iterator, &mount) == 0)
		if ((guint64)mnt_fs_get_id(mount) == id)
			return mount;

	return NULL;
}

struct libmnt_fs *tf_mounts_at(TfMounts *mounts, const gchar *path)
{
	read_table(mounts);

	return mounts->table != NULL ? mnt_table_find_target(mounts->table, path, MNT_ITER_BACKWARD) : NULL;
}

struct libmnt_table *tf_mounts_table(TfMounts *mounts)
{
	read_table(mounts);

	return mounts->table;
}

static gboolean is_fuse(const gchar *file_system)
{
	return strcmp(file_system, "fuse") == 0 || g_str_has_prefix(file_system, "fuse.");
}

/* Libmount counts tmpfs, overlay and FUSE among them. */
gboolean tf_mount_is_kernels(struct libmnt_fs *mount)
{
	const gchar *file_system = mnt_fs_get_fstype(mount);

	return file_system != NULL && mnt_fs_is_pseudofs(mount) != 0 && !is_fuse(file_system) &&
	       tf_media_place_named(file_system) == TF_PLACE_UNKNOWN;
}
