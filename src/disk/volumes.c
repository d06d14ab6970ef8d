/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/volumes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/media.h"
#include "mounts-private.h"

/* One mount; the strings of libmount are borrowed. */
typedef struct Row {
	TfVolume *volume;
	struct libmnt_fs *mount;
	const gchar *root; /* what of the file system is seen here: "/" for all of it */
	guint64 id;
	guint order;
} Row;

void tf_volume_free(TfVolume *volume)
{
	if (volume == NULL)
		return;

	g_free(volume->path);
	g_free(volume->file_system);
	g_free(volume);
}

const gchar *tf_volume_standing_name(TfVolumeStanding standing)
{
	static const gchar *const names[TF_N_VOLUME_STANDINGS] = {
		[TF_VOLUME_HERE] = "searched",
		[TF_VOLUME_NETWORK] = "network",
		[TF_VOLUME_UNKNOWN] = "unknown",
		[TF_VOLUME_TWICE] = "twice",
		[TF_VOLUME_UNREACHABLE] = "unreachable",
	};

	return names[standing];
}

/* Whether the way to it leads over a mount of which nothing may be asked, or such a one stands in its place.
 * That of the root directory is asked by everybody. */
static gboolean is_behind(const Row *row, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const Row *other = g_ptr_array_index(rows, i);
		const gchar *rest = NULL;

		/* Only a mount with one becomes a row. */
		g_assert(other->volume->path != NULL);
		if (tf_media_place_named(other->volume->file_system) == TF_PLACE_LOCAL ||
			strcmp(other->volume->path, "/") == 0)
			continue;
		rest = tf_file_below(row->volume->path, other->volume->path);
		if (rest != NULL && (rest[0] != '\0' || other->order > row->order))
			return TRUE;
	}

	return FALSE;
}

/* -1 when another mount is what stands at its path. */
static int open_row(const Row *row)
{
	TF_AUTO_FD int fd = open(row->volume->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statx status;

	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0 ||
		(status.stx_mask & STATX_MNT_ID) == 0 || status.stx_mnt_id != row->id)
		return -1;

	return tf_file_steal(&fd);
}

static void look_at(Row *row, const GPtrArray *rows, TfMounts *mounts)
{
	TfVolume *volume = row->volume;
	TF_AUTO_FD int fd = -1;
	g_autoptr(TfMedia) media = NULL;

	switch (tf_media_place_named(volume->file_system)) {
	case TF_PLACE_NETWORK:
		volume->standing = TF_VOLUME_NETWORK;
		return;
	case TF_PLACE_UNKNOWN:
		volume->standing = TF_VOLUME_UNKNOWN;
		return;
	case TF_PLACE_LOCAL:
	case TF_PLACE_REMOVABLE:
		break;
	}
	fd = is_behind(row, rows) ? -1 : open_row(row);
	media = fd >= 0 ? tf_media_of(fd, mounts, NULL) : NULL;
	if (media == NULL)
		volume->standing = TF_VOLUME_UNREACHABLE;
	else if (media->place == TF_PLACE_NETWORK)
		volume->standing = TF_VOLUME_NETWORK;
	else if (media->place == TF_PLACE_UNKNOWN)
		volume->standing = TF_VOLUME_UNKNOWN;
	volume->is_removable = media != NULL && media->place == TF_PLACE_REMOVABLE;
}

/* Whether 'rest' of what is mounted there is seen, with nothing mounted over a part of the way. It may be a
 * link itself. */
static gboolean is_seen(const Row *row, const gchar *rest)
{
	TF_AUTO_FD int top = open_row(row);
	TF_AUTO_FD int fd = -1;

	rest += strspn(rest, "/");
	if (rest[0] == '\0')
		return top >= 0;
	fd = top >= 0 ? tf_file_open_on_mount(top, rest, O_PATH) : -1;

	return fd >= 0;
}

/* Every file of 'row' is seen in 'other', too, unless something is mounted over it there. */
static gboolean is_within(const Row *row, const Row *other)
{
	const gchar *rest = NULL;

	if (mnt_fs_get_devno(row->mount) != mnt_fs_get_devno(other->mount))
		return FALSE;
	rest = tf_file_below(row->root, other->root);

	return rest != NULL && is_seen(other, rest);
}

/* The larger part of a file system first, and what was mounted first. */
static gint by_size(gconstpointer a, gconstpointer b)
{
	const Row *const *one = a;
	const Row *const *two = b;
	gsize first = strlen((*one)->root);
	gsize second = strlen((*two)->root);

	if (first != second)
		return first < second ? -1 : 1;

	return (*one)->order < (*two)->order ? -1 : 1;
}

static void find_binds(GPtrArray *rows)
{
	g_ptr_array_sort(rows, by_size);
	for (guint i = 0; i < rows->len; i++) {
		Row *row = g_ptr_array_index(rows, i);

		for (guint j = 0; row->volume->standing == TF_VOLUME_HERE && j < i; j++) {
			const Row *other = g_ptr_array_index(rows, j);

			if (other->volume->standing == TF_VOLUME_HERE && is_within(row, other))
				row->volume->standing = TF_VOLUME_TWICE;
		}
	}
}

/* A layer of an overlay that lies, by its path as it is now, on a volume that is searched. */
static gboolean is_searched(const GPtrArray *rows, const gchar *path)
{
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = g_ptr_array_index(rows, i);
		const gchar *rest = tf_file_below(path, row->volume->path);

		if (row->volume->standing == TF_VOLUME_HERE &&
			strcmp(row->volume->file_system, "overlay") != 0 && rest != NULL &&
			is_seen(row, rest))
			return TRUE;
	}

	return FALSE;
}

/* The paths are those of whoever mounted it: a container's are not there. */
static gboolean are_searched(const GPtrArray *rows, const Row *row, const gchar *option, guint *ret_n)
{
	char *value = NULL;
	size_t length = 0;
	g_autofree gchar *text = NULL;
	g_auto(GStrv) paths = NULL;

	if (mnt_fs_get_option(row->mount, option, &value, &length) != 0 || value == NULL)
		return TRUE;
	text = g_strndup(value, length);
	paths = g_strsplit(text, ":", -1);
	for (guint i = 0; paths[i] != NULL; i++) {
		if (!g_path_is_absolute(paths[i]) || !is_searched(rows, paths[i]))
			return FALSE;
		++*ret_n;
	}

	return TRUE;
}

static void find_overlays(const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const Row *row = g_ptr_array_index(rows, i);
		guint n = 0;

		if (row->volume->standing == TF_VOLUME_HERE &&
			strcmp(row->volume->file_system, "overlay") == 0 &&
			are_searched(rows, row, "upperdir", &n) && are_searched(rows, row, "lowerdir", &n) &&
			n > 0)
			row->volume->standing = TF_VOLUME_TWICE;
	}
}

static Row *row_new(struct libmnt_fs *mount, TfVolume *volume, guint order)
{
	Row *row = g_new0(Row, 1);
	const gchar *root = mnt_fs_get_root(mount);

	row->volume = volume;
	row->mount = mount;
	row->root = root != NULL ? root : "/";
	row->id = (guint64)mnt_fs_get_id(mount);
	row->order = order;

	return row;
}

/* As they are listed; of what looks at them the table is read again only when it changed. */
static void add_rows(GPtrArray *rows, GPtrArray *volumes, struct libmnt_table *table)
{
	g_autoptr(TfMountIterator) iterator = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *mount = NULL;

	while (iterator != NULL && mnt_table_next_fs(table, iterator, &mount) == 0) {
		const gchar *file_system = mnt_fs_get_fstype(mount);
		TfVolume *volume = NULL;

		if (file_system == NULL || mnt_fs_get_target(mount) == NULL || tf_mount_is_kernels(mount))
			continue;
		volume = g_new0(TfVolume, 1);
		volume->path = g_strdup(mnt_fs_get_target(mount));
		volume->file_system = g_strdup(file_system);
		g_ptr_array_add(volumes, volume);
		g_ptr_array_add(rows, row_new(mount, volume, rows->len));
	}
}

GPtrArray *tf_volumes_find(GError **error)
{
	g_autoptr(TfMounts) listed = tf_mounts_new();
	g_autoptr(TfMounts) now = tf_mounts_new();
	struct libmnt_table *table = tf_mounts_table(listed);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) volumes = g_ptr_array_new_with_free_func((GDestroyNotify)tf_volume_free);

	if (table == NULL) {
		tf_raise(error, TF_ERROR_SYSTEM, "/proc/self/mountinfo", g_strerror(errno), NULL);
		return NULL;
	}
	add_rows(rows, volumes, table);
	for (guint i = 0; i < rows->len; i++)
		look_at(g_ptr_array_index(rows, i), rows, now);
	find_binds(rows);
	find_overlays(rows);

	return g_steal_pointer(&volumes);
}
