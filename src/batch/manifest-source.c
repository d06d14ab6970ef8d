/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/manifest.h"

int tf_manifest_open_source(const gchar *manifest, const gchar *path, gchar **ret_path, GError **error)
{
	g_autofree gchar *resolved = tf_file_resolve(manifest, error);
	g_autofree gchar *folder = NULL;
	g_autofree gchar *whole = NULL;
	TF_AUTO_FD int directory = -1;
	int fd = -1;

	if (resolved == NULL)
		return -1;
	folder = g_path_get_dirname(resolved);
	directory = open(folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (directory < 0) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, folder, g_strerror(errno), NULL);
		return -1;
	}
	/* No part of it is a link, so that the spelling says where it lies. */
	whole = g_canonicalize_filename(path, folder);
	fd = tf_file_open_beneath(directory, path, whole, error);
	if (fd >= 0 && ret_path != NULL)
		*ret_path = g_steal_pointer(&whole);

	return fd;
}
