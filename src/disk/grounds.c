/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "grounds-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "disk/media.h"
#include "mounts-private.h"
#include "walk-paths-private.h"

struct TfGrounds {
	GHashTable *borders; /* gchar; not changed any more, as the next one */
	GHashTable *folders; /* gchar, those in which they lie */

	GMutex mutex; /* of what follows */
	TfMounts *mounts;
	GPtrArray *entered; /* TfGround */
	GPtrArray *skipped; /* TfSkipped */
};

static void ground_free(TfGround *ground)
{
	tf_file_close(&ground->fd);
	g_free(ground->path);
	g_free(ground);
}

TfGrounds *tf_grounds_new(void)
{
	TfGrounds *grounds = g_new0(TfGrounds, 1);
	g_autoptr(TfMountIterator) iterator = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_table *table = NULL;
	struct libmnt_fs *mount = NULL;

	grounds->borders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	grounds->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_mutex_init(&grounds->mutex);
	grounds->mounts = tf_mounts_new();
	grounds->entered = g_ptr_array_new_with_free_func((GDestroyNotify)ground_free);
	grounds->skipped = g_ptr_array_new_with_free_func((GDestroyNotify)tf_skipped_free);
	table = tf_mounts_table(grounds->mounts);
	while (table != NULL && iterator != NULL && mnt_table_next_fs(table, iterator, &mount) == 0) {
		const gchar *path = mnt_fs_get_target(mount);

		if (path == NULL)
			continue;
		g_hash_table_add(grounds->borders, g_strdup(path));
		g_hash_table_add(grounds->folders, g_path_get_dirname(path));
	}

	return grounds;
}

void tf_grounds_free(TfGrounds *grounds)
{
	if (grounds == NULL)
		return;

	g_hash_table_unref(grounds->borders);
	g_hash_table_unref(grounds->folders);
	tf_mounts_free(grounds->mounts);
	g_ptr_array_unref(grounds->entered);
	g_clear_pointer(&grounds->skipped, g_ptr_array_unref);
	g_mutex_clear(&grounds->mutex);
	g_free(grounds);
}

gboolean tf_grounds_is_border(const TfGrounds *grounds, const gchar *path)
{
	return g_hash_table_contains(grounds->borders, path);
}

gboolean tf_grounds_has_border_in(const TfGrounds *grounds, const gchar *folder)
{
	return g_hash_table_contains(grounds->folders, folder);
}

/* Called with the mutex held. */
static const TfGround *add_ground(TfGrounds *grounds, int fd, const gchar *path)
{
	TfGround *ground = g_new0(TfGround, 1);

	ground->fd = fd;
	ground->path = g_strdup(path);
	g_ptr_array_add(grounds->entered, ground);

	return ground;
}

const TfGround *tf_grounds_begin(TfGrounds *grounds, const gchar *path)
{
	int fd = tf_file_open_without_links(AT_FDCWD, path, O_PATH | O_DIRECTORY);
	const TfGround *ground = NULL;

	if (fd < 0)
		return NULL;
	g_mutex_lock(&grounds->mutex);
	ground = add_ground(grounds, fd, path);
	g_mutex_unlock(&grounds->mutex);

	return ground;
}

/* 'path' as seen from there. */
static const gchar *rest_of(const TfGround *ground, const gchar *path)
{
	const gchar *rest = path + strlen(ground->path);

	while (*rest == '/')
		rest++;

	return *rest != '\0' ? rest : ".";
}

/* A mount that waits to be made (autofs) would be made by the way to it on some kernels: where something is
 * mounted already, no way is tried. */
int tf_grounds_open(const TfGrounds *grounds, const TfGround *ground, const gchar *path)
{
	const int flags = O_RDONLY | O_DIRECTORY;
	const gchar *rest = rest_of(ground, path);
	int fd = -1;

	if (strcmp(rest, ".") != 0 && tf_grounds_is_border(grounds, path)) {
		errno = EXDEV;
		return -1;
	}
	/* O_NOATIME is for the owner of a folder. */
	fd = tf_file_open_on_mount(ground->fd, rest, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? tf_file_open_on_mount(ground->fd, rest, flags) : fd;
}

/* Called with the mutex held. */
static const TfGround *skip(TfGrounds *grounds, const gchar *path, const gchar *file_system, TfPlace place)
{
	TfSkipped *skipped = g_new0(TfSkipped, 1);

	skipped->path = g_strdup(path);
	skipped->file_system = g_strdup(file_system);
	skipped->is_network = place == TF_PLACE_NETWORK;
	g_ptr_array_add(grounds->skipped, skipped);
	errno = EXDEV;

	return NULL;
}

static gboolean may_be_entered(TfPlace place)
{
	return place == TF_PLACE_LOCAL || place == TF_PLACE_REMOVABLE;
}

/* -1 with errno; ESTALE when it is another one meanwhile. */
static int open_mount(const TfGround *from, const gchar *path, struct libmnt_fs *mount)
{
	TF_AUTO_FD int fd = tf_file_open_without_links(from->fd, rest_of(from, path), O_PATH);
	struct statx status;

	if (fd < 0)
		return -1;
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_MNT_ID, &status) != 0 ||
		status.stx_mnt_id != (guint64)mnt_fs_get_id(mount)) {
		errno = ESTALE;
		return -1;
	}

	return tf_file_steal(&fd);
}

/* Called with the mutex held. */
static const TfGround *cross(TfGrounds *grounds, const TfGround *from, const gchar *path)
{
	struct libmnt_fs *mount = tf_mounts_at(grounds->mounts, path);
	const gchar *file_system = mount != NULL ? mnt_fs_get_fstype(mount) : NULL;
	TF_AUTO_FD int fd = -1;
	g_autoptr(TfMedia) media = NULL;

	if (file_system == NULL) {
		errno = ESTALE;
		return NULL;
	}
	if (!may_be_entered(tf_media_place_named(file_system)))
		return skip(grounds, path, file_system, tf_media_place_named(file_system));
	fd = open_mount(from, path, mount);
	if (fd < 0)
		return NULL;
	media = tf_media_of(fd, grounds->mounts, NULL);
	if (media == NULL)
		return skip(grounds, path, "", TF_PLACE_UNKNOWN);
	if (!may_be_entered(media->place))
		return skip(grounds, path, media->file_system, media->place);

	return add_ground(grounds, tf_file_steal(&fd), path);
}

const TfGround *tf_grounds_cross(TfGrounds *grounds, const TfGround *from, const gchar *path)
{
	const TfGround *ground = NULL;

	g_mutex_lock(&grounds->mutex);
	ground = cross(grounds, from, path);
	g_mutex_unlock(&grounds->mutex);

	return ground;
}

GPtrArray *tf_grounds_steal_skipped(TfGrounds *grounds)
{
	return g_steal_pointer(&grounds->skipped);
}
