/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reach-private.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "disk/media.h"
#include "mounts-private.h"

#define LINKS_LIMIT 40u /* as the kernel's own */

/* What was walked, without links and without an end in "/", and what is still to be walked. */
typedef struct Way {
	TfMounts *mounts;
	GString *done;
	gchar *rest;
	guint n_links;
} Way;

static void way_clear(Way *way)
{
	tf_mounts_free(way->mounts);
	g_string_free(way->done, TRUE);
	g_free(way->rest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

static gboolean is_mounted_from_others(TfMounts *mounts, const gchar *path)
{
	struct libmnt_fs *mount = tf_mounts_at(mounts, path);
	const gchar *file_system = mount != NULL ? mnt_fs_get_fstype(mount) : NULL;

	if (file_system == NULL || tf_media_place_named(file_system) == TF_PLACE_LOCAL)
		return FALSE;

	/* A mount that waits to be made would be made by the way to it. */
	return strcmp(file_system, "autofs") == 0 || !tf_mount_is_kernels(mount);
}

/* The next part, cut off what is left; NULL at the end. The caller frees. */
static gchar *next_part(Way *way)
{
	const gchar *from = way->rest + strspn(way->rest, "/");
	gsize length = strcspn(from, "/");
	gchar *part = length > 0 ? g_strndup(from, length) : NULL;
	gchar *rest = g_strdup(from + length);

	g_free(way->rest);
	way->rest = rest;

	return part;
}

static void go_up(Way *way)
{
	const gchar *end = strrchr(way->done->str, '/');

	g_string_truncate(way->done, end != NULL ? (gsize)(end - way->done->str) : 0);
}

static void follow(Way *way, const gchar *target)
{
	gchar *rest = g_strconcat(target, "/", way->rest, NULL);

	g_free(way->rest);
	way->rest = rest;
	if (target[0] == '/')
		g_string_truncate(way->done, 0);
	else
		go_up(way);
}

/* FALSE: not on this PC's own file systems. */
static gboolean go(Way *way, const gchar *part)
{
	gchar target[PATH_MAX];
	ssize_t length = 0;

	if (strcmp(part, ".") == 0)
		return TRUE;
	if (strcmp(part, "..") == 0) {
		go_up(way);
		return TRUE;
	}
	g_string_append_printf(way->done, "/%s", part);
	if (is_mounted_from_others(way->mounts, way->done->str))
		return FALSE;
	length = readlink(way->done->str, target, sizeof target - 1);
	if (length < 0)
		return TRUE;
	target[length] = '\0';
	follow(way, target);

	return ++way->n_links <= LINKS_LIMIT;
}

gboolean tf_reach_is_own(const gchar *path)
{
	g_auto(Way) way = { .mounts = tf_mounts_new(), .done = g_string_new(NULL), .rest = g_strdup(path) };

	for (;;) {
		g_autofree gchar *part = next_part(&way);

		if (part == NULL)
			return TRUE;
		if (!go(&way, part))
			return FALSE;
	}
}
