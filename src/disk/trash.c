/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/trash.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define INFO_LIMIT (64u << 10)
#define GROUP	   "Trash Info"

/* Where "files" begins in the path of something in a trash; NULL: it is in none. */
static const gchar *files_in(const gchar *path)
{
	static const gchar *const trashes[] = { "/Trash/", "/.Trash/", "/.Trash-" };

	for (gsize i = 0; i < G_N_ELEMENTS(trashes); i++) {
		const gchar *trash = strstr(path, trashes[i]);
		const gchar *files = trash != NULL ? strstr(trash, "/files/") : NULL;

		if (files != NULL)
			return files;
	}

	return NULL;
}

/* In a trash at the top of a file system the way to it is left out ("Trash specification", freedesktop.org).
 */
static gchar *make_absolute(const gchar *path, const gchar *origin)
{
	const gchar *trash = strstr(path, "/.Trash");

	return origin[0] == '/' || trash == NULL
		       ? g_strdup(origin)
		       : g_strdup_printf("%.*s/%s", (int)(trash - path), path, origin);
}

/* The .trashinfo that may be there, and in *ret_inside where in what was thrown away 'path' is: "" is itself,
 * "/a" in that folder. NULL: it lies in no trash. */
static gchar *info_of(const gchar *path, const gchar **ret_inside)
{
	const gchar *files = files_in(path);
	const gchar *name = files != NULL ? files + strlen("/files/") : NULL;
	gsize length = name != NULL ? strcspn(name, "/") : 0;

	if (length == 0)
		return NULL;
	*ret_inside = name + length;

	return g_strdup_printf("%.*s/info/%.*s.trashinfo", (int)(files - path), path, (int)length, name);
}

static gchar *read_info(const gchar *path)
{
	TF_AUTO_FD int fd = tf_file_open_unnoticed(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	g_autoptr(GBytes) content = fd >= 0 ? tf_file_read(fd, path, INFO_LIMIT, NULL) : NULL;
	g_autoptr(GKeyFile) info = g_key_file_new();
	g_autofree gchar *escaped = NULL;

	if (content == NULL || !g_key_file_load_from_bytes(info, content, G_KEY_FILE_NONE, NULL))
		return NULL;
	escaped = g_key_file_get_value(info, GROUP, "Path", NULL);

	return escaped != NULL ? g_uri_unescape_string(escaped, NULL) : NULL;
}

gchar *tf_trash_origin(const gchar *path)
{
	const gchar *inside = NULL;
	g_autofree gchar *info = info_of(path, &inside);
	g_autofree gchar *origin = info != NULL ? read_info(info) : NULL;
	g_autofree gchar *absolute = origin != NULL ? make_absolute(path, origin) : NULL;

	if (info == NULL)
		return NULL;

	/* What was thrown away may have been a folder around it. */
	return absolute != NULL ? g_strconcat(absolute, inside, NULL) : g_strdup(path);
}

gchar *tf_trash_record(const gchar *path)
{
	const gchar *inside = NULL;
	g_autofree gchar *info = info_of(path, &inside);
	struct stat status;

	return info != NULL && inside[0] == '\0' && lstat(info, &status) == 0 ? g_steal_pointer(&info) : NULL;
}

gboolean tf_trash_forget(int folder, const gchar *folder_path, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(folder_path, name, NULL);
	g_autofree gchar *record = tf_trash_record(path);
	g_autofree gchar *info_path = record != NULL ? g_path_get_dirname(record) : NULL;
	g_autofree gchar *info_name = record != NULL ? g_path_get_basename(record) : NULL;
	TF_AUTO_FD int info = -1;
	struct stat status;

	if (record == NULL)
		return FALSE;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return TRUE;
	info = tf_file_open_without_links(AT_FDCWD, info_path, O_RDONLY | O_DIRECTORY);
	if (info >= 0 && unlinkat(info, info_name, 0) == 0)
		(void)fsync(info);

	return TRUE;
}
