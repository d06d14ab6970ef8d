/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sysfs.h"

#include <unistd.h>

void tf_fixture_sysfs_put(const gchar *root, const gchar *path, const gchar *value)
{
	g_autofree gchar *file = g_build_filename(root, path, NULL);
	g_autofree gchar *directory = g_path_get_dirname(file);
	g_autofree gchar *line = g_strconcat(value, "\n", NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, line, -1, NULL));
}

void tf_fixture_sysfs_link(const gchar *root, const gchar *path, const gchar *target)
{
	g_autofree gchar *link = g_build_filename(root, path, NULL);
	g_autofree gchar *directory = g_path_get_dirname(link);
	g_autofree gchar *absolute = g_build_filename(root, target, NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_cmpint(symlink(absolute, link), ==, 0);
}

void tf_fixture_sysfs_disk(
	const gchar *root, const gchar *disk, const gchar *rotational, const gchar *removable)
{
	g_autofree gchar *a = g_strconcat(disk, "/queue/rotational", NULL);
	g_autofree gchar *b = g_strconcat(disk, "/removable", NULL);
	g_autofree gchar *c = g_strconcat(disk, "/ro", NULL);

	tf_fixture_sysfs_put(root, a, rotational);
	tf_fixture_sysfs_put(root, b, removable);
	tf_fixture_sysfs_put(root, c, "0");
}

TfDevice *tf_fixture_sysfs_device(const gchar *root, guint device_minor)
{
	TfDevice *device = tf_device_of(root, 8, device_minor);

	g_assert_nonnull(device);

	return device;
}
