/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/trash.h"

#include <string.h>

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

static gchar *read_info(const gchar *path)
{
	g_autoptr(GBytes) content = tf_file_load(path, INFO_LIMIT, NULL);
	g_autoptr(GKeyFile) info = g_key_file_new();
	g_autofree gchar *escaped = NULL;

	if (content == NULL || !g_key_file_load_from_bytes(info, content, G_KEY_FILE_NONE, NULL))
		return NULL;
	escaped = g_key_file_get_value(info, GROUP, "Path", NULL);

	return escaped != NULL ? g_uri_unescape_string(escaped, NULL) : NULL;
}

gchar *tf_trash_origin(const gchar *path)
{
	const gchar *files = files_in(path);
	const gchar *name = files != NULL ? files + strlen("/files/") : NULL;
	gsize length = name != NULL ? strcspn(name, "/") : 0;
	g_autofree gchar *info = NULL;
	g_autofree gchar *origin = NULL;

	if (length == 0)
		return NULL;
	info = g_strdup_printf("%.*s/info/%.*s.trashinfo", (int)(files - path), path, (int)length, name);
	origin = read_info(info);
	if (origin == NULL)
		return g_strdup(path);

	/* What was thrown away may have been a folder around it. */
	return name[length] != '\0' ? g_strconcat(origin, name + length, NULL) : g_steal_pointer(&origin);
}
