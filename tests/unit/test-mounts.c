/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/mounts.h"

#include <fcntl.h>

#include "base/file.h"
#include "disk/media.h"
#include "volume.h"

static TfMedia *media_of(TfMounts *mounts, const gchar *path)
{
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	TfMedia *media = NULL;

	g_assert_cmpint(fd, >=, 0);
	media = tf_media_of(fd, mounts, &error);
	g_assert_no_error(error);

	return media;
}

static void test_what_is_mounted_later_is_seen(void)
{
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	g_autoptr(TfMedia) before = media_of(mounts, "/proc");
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autoptr(TfMedia) media = media_of(mounts, volume->mount_point);

	g_assert_cmpstr(before->file_system, ==, "proc");
	g_assert_cmpstr(media->file_system, ==, "ext4");
	g_assert_cmpstr(media->mount_point, ==, volume->mount_point);
}

static void test_each_mount_and_unmount_is_seen(void)
{
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autoptr(TfMedia) first = media_of(mounts, volume->mount_point);
	g_autoptr(TfMedia) second = NULL;
	g_autoptr(TfMedia) third = NULL;

	tf_fixture_volume_unmount(volume);
	second = media_of(mounts, volume->mount_point);
	tf_fixture_volume_mount(volume, "ext4", "rw");
	third = media_of(mounts, volume->mount_point);

	g_assert_cmpstr(first->mount_point, ==, volume->mount_point);
	g_assert_cmpstr(second->mount_point, !=, volume->mount_point);
	g_assert_cmpstr(third->mount_point, ==, volume->mount_point);
}

static void test_what_did_not_change_is_told_again(void)
{
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	g_autoptr(TfMedia) first = media_of(mounts, "/proc");
	g_autoptr(TfMedia) second = media_of(mounts, "/proc");

	g_assert_cmpstr(second->mount_point, ==, first->mount_point);
	g_assert_cmpstr(second->file_system, ==, "proc");
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/mounts/what is mounted later is seen", test_what_is_mounted_later_is_seen);
	g_test_add_func("/mounts/what is mounted and unmounted is seen each time",
		test_each_mount_and_unmount_is_seen);
	g_test_add_func("/mounts/what did not change is told again", test_what_did_not_change_is_told_again);

	return g_test_run();
}
