/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What lies on images, and those on others. */
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "disk/media.h"
#include "volume.h"

#define MEMBER 12345

static TfMedia *media_of(const gchar *path)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	g_autoptr(GError) error = NULL;
	TfMedia *media = NULL;

	g_assert_cmpint(fd, >=, 0);
	media = tf_media_of(fd, NULL, &error);
	g_assert_no_error(error);

	return media;
}

static void assert_media(const gchar *path, TfPlace place, gboolean is_layered)
{
	g_autoptr(TfMedia) media = media_of(path);

	g_assert_cmpint(media->place, ==, place);
	g_assert_cmpint(media->is_layered, ==, is_layered);
	g_assert_cmpint(media->overwrites_in_place, ==, is_layered ? TF_UNKNOWN : TF_YES);
}

static void images_in_ext4_are_no_layer(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) middle = tf_fixture_volume_within(outer, 24);
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(middle, 4);

	assert_media(inner->mount_point, TF_PLACE_LOCAL, FALSE);
}

static void a_layer_counts_through_all_images_above(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureVolume) middle = tf_fixture_volume_within(outer, 24);
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(middle, 4);

	assert_media(inner->mount_point, TF_PLACE_LOCAL, TRUE);
}

static void a_stick_counts_through_all_images_above(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) middle = tf_fixture_volume_within(outer, 24);
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(middle, 4);

	tf_fixture_volume_declare_removable(outer);
	assert_media(inner->mount_point, TF_PLACE_REMOVABLE, FALSE);
	tf_fixture_volume_withdraw_removable(outer);
}

static void an_unlinked_image_may_lie_anywhere(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 4);

	tf_fixture_run(outer->mount_point, "rm", "inner", NULL);
	assert_media(inner->mount_point, TF_PLACE_UNKNOWN, TRUE);
}

/* As from a mount namespace that does not have it. */
static void an_image_out_of_sight_may_lie_anywhere(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 4);

	g_assert_cmpint(umount2(outer->mount_point, MNT_DETACH), ==, 0);
	assert_media(inner->mount_point, TF_PLACE_UNKNOWN, TRUE);
}

/* At its path something else can be seen. */
static void an_image_below_another_mount_may_lie_anywhere(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 4);
	g_autoptr(TfFixtureVolume) above = tf_fixture_volume_ext4("has_journal", "rw");

	tf_fixture_run(above->mount_point, "truncate", "-s", "4M", "inner", NULL);
	g_assert_cmpint(mount(above->mount_point, outer->mount_point, NULL, MS_BIND, NULL), ==, 0);
	assert_media(inner->mount_point, TF_PLACE_UNKNOWN, TRUE);
	g_assert_cmpint(umount2(outer->mount_point, 0), ==, 0);
	assert_media(inner->mount_point, TF_PLACE_LOCAL, FALSE);
}

/* Only root may ask a loop device which file it lies on. */
static void to_a_member_any_image_is_a_layer(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 4);
	TF_AUTO_FD int fd = open(inner->mount_point, O_RDONLY | O_CLOEXEC);
	g_autoptr(TfMedia) media = NULL;

	tf_fixture_run(outer->directory, "chmod", "a+x", ".", NULL);
	g_assert_cmpint(seteuid(MEMBER), ==, 0);
	media = tf_media_of(fd, NULL, NULL);
	g_assert_cmpint(seteuid(0), ==, 0);

	g_assert_cmpint(media->place, ==, TF_PLACE_LOCAL);
	g_assert_true(media->is_layered);
}

static void a_copy_that_shares_the_image_is_a_layer(void)
{
	g_autoptr(TfFixtureVolume) outer = tf_fixture_volume_xfs();
	g_autoptr(TfFixtureVolume) inner = tf_fixture_volume_within(outer, 16);

	assert_media(inner->mount_point, TF_PLACE_LOCAL, FALSE);
	tf_fixture_run(outer->mount_point, "cp", "--reflink=always", "inner", "copy", NULL);
	assert_media(inner->mount_point, TF_PLACE_LOCAL, TRUE);
}

/* The mount names the first disk only; the second one's image is gone. */
static void btrfs_lies_on_all_its_disks(void)
{
	g_autoptr(TfFixtureVolume) ground = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autofree gchar *output = NULL;
	g_autofree gchar *second = g_build_filename(ground->mount_point, "second", NULL);
	g_autofree gchar *losetup = g_strdup_printf("losetup -f --show '%s'", second);
	const gchar *argv[] = { "sh", "-c", losetup, NULL };

	tf_fixture_run(ground->mount_point, "truncate", "-s", "128M", "second", NULL);
	g_assert_true(g_spawn_sync(
		NULL, (gchar **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));
	g_strchomp(output);
	tf_fixture_run(volume->directory, "btrfs", "-q", "device", "add", output, "mounted", NULL);
	tf_fixture_run(volume->directory, "losetup", "-d", output, NULL);
	tf_fixture_set_flag(volume->mount_point, FS_NOCOW_FL, TRUE);

	assert_media(volume->mount_point, TF_PLACE_LOCAL, FALSE);
	tf_fixture_run(ground->mount_point, "rm", "second", NULL);
	assert_media(volume->mount_point, TF_PLACE_UNKNOWN, TRUE);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/media-mounted/images in ext4 are no layer", images_in_ext4_are_no_layer);
	g_test_add_func("/media-mounted/a layer counts through all images above",
		a_layer_counts_through_all_images_above);
	g_test_add_func("/media-mounted/a stick counts through all images above",
		a_stick_counts_through_all_images_above);
	g_test_add_func(
		"/media-mounted/an unlinked image may lie anywhere", an_unlinked_image_may_lie_anywhere);
	g_test_add_func("/media-mounted/an image out of sight may lie anywhere",
		an_image_out_of_sight_may_lie_anywhere);
	g_test_add_func("/media-mounted/an image below another mount may lie anywhere",
		an_image_below_another_mount_may_lie_anywhere);
	g_test_add_func("/media-mounted/to a member any image is a layer", to_a_member_any_image_is_a_layer);
	g_test_add_func("/media-mounted/a copy that shares the image is a layer",
		a_copy_that_shares_the_image_is_a_layer);
	g_test_add_func("/media-mounted/btrfs lies on all its disks", btrfs_lies_on_all_its_disks);

	return g_test_run();
}
