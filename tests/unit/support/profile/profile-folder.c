/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile-folder.h"

#include <glib/gstdio.h>

void profile_folder_set_up(ProfileFolder *folder, gconstpointer kind)
{
	folder->root = g_dir_make_tmp("tf-profiles-XXXXXX", NULL);
	folder->directory = g_build_filename(folder->root, kind, NULL);
	g_assert_cmpint(g_mkdir(folder->directory, 0700), ==, 0);
}

void profile_folder_tear_down(ProfileFolder *folder, gconstpointer kind)
{
	g_autoptr(GDir) dir = g_dir_open(folder->directory, 0, NULL);
	const gchar *name = NULL;

	(void)kind;
	while ((name = g_dir_read_name(dir)) != NULL) {
		g_autofree gchar *path = g_build_filename(folder->directory, name, NULL);

		(void)g_remove(path);
	}
	(void)g_rmdir(folder->directory);
	(void)g_rmdir(folder->root);
	g_free(folder->directory);
	g_free(folder->root);
}

gchar *profile_folder_write(const ProfileFolder *folder, const gchar *name, const gchar *text)
{
	gchar *path = g_build_filename(folder->directory, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));

	return path;
}

gchar *profile_folder_shipped(void)
{
	return g_test_build_filename(G_TEST_DIST, "..", "..", "profiles", NULL);
}
