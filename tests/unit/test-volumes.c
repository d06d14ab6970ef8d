/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/volumes.h"

#include <string.h>
#include <sys/stat.h>

#include "silence.h"
#include "volume.h"

static gchar *folder_in(const gchar *parent, const gchar *name)
{
	gchar *path = g_build_filename(parent, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);

	return path;
}

static void assert_stands(const gchar *path, TfVolumeStanding expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) volumes = tf_volumes_find(&error);

	g_assert_no_error(error);
	for (guint i = 0; i < volumes->len; i++) {
		const TfVolume *volume = g_ptr_array_index(volumes, i);

		if (strcmp(volume->path, path) != 0)
			continue;
		g_assert_cmpstr(
			tf_volume_standing_name(volume->standing), ==, tf_volume_standing_name(expected));
		return;
	}
	g_error("%s is not listed", path);
}

static void test_a_disk_is_here(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");

	assert_stands(volume->mount_point, TF_VOLUME_HERE);
}

static void test_a_disk_through_fuse_is_here(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ntfs();

	assert_stands(volume->mount_point, TF_VOLUME_HERE);
}

static void test_the_kernels_own_are_not_listed(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) volumes = tf_volumes_find(&error);

	for (guint i = 0; i < volumes->len; i++) {
		const TfVolume *volume = g_ptr_array_index(volumes, i);

		g_assert_cmpstr(volume->file_system, !=, "proc");
		g_assert_cmpstr(volume->file_system, !=, "sysfs");
	}
}

static void test_a_bind_mount_is_there_twice(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autofree gchar *part = folder_in(volume->mount_point, "part");
	g_autofree gchar *again = folder_in(volume->directory, "again");

	tf_fixture_run(volume->directory, "mount", "--bind", part, again, NULL);

	assert_stands(volume->mount_point, TF_VOLUME_HERE);
	assert_stands(again, TF_VOLUME_TWICE);
	tf_fixture_run(volume->directory, "umount", again, NULL);
}

static void test_a_bind_mount_of_what_is_covered_is_here(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autofree gchar *part = folder_in(volume->mount_point, "part");
	g_autofree gchar *again = folder_in(volume->directory, "again");

	tf_fixture_run(volume->directory, "mount", "--bind", part, again, NULL);
	tf_fixture_run(volume->directory, "mount", "-t", "tmpfs", "none", part, NULL);

	assert_stands(part, TF_VOLUME_HERE);
	assert_stands(again, TF_VOLUME_HERE);
	tf_fixture_run(volume->directory, "umount", part, NULL);
	tf_fixture_run(volume->directory, "umount", again, NULL);
}

static void test_what_is_mounted_over_cannot_be_reached(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");

	tf_fixture_run(volume->directory, "mount", "-t", "tmpfs", "none", volume->mount_point, NULL);

	/* Of two at the same place the lower one is listed first. */
	assert_stands(volume->mount_point, TF_VOLUME_UNREACHABLE);
	tf_fixture_run(volume->directory, "umount", volume->mount_point, NULL);
}

static void test_an_overlay_of_what_is_here_is_there_twice(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autofree gchar *lower = folder_in(volume->mount_point, "lower");
	g_autofree gchar *upper = folder_in(volume->mount_point, "upper");
	g_autofree gchar *work = folder_in(volume->mount_point, "work");
	g_autofree gchar *merged = folder_in(volume->directory, "merged");
	g_autofree gchar *options = g_strdup_printf("lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);

	tf_fixture_run(volume->directory, "mount", "-t", "overlay", "-o", options, "none", merged, NULL);

	assert_stands(merged, TF_VOLUME_TWICE);
	tf_fixture_run(volume->directory, "umount", merged, NULL);
}

static void test_a_removable_medium_is_said_to_be_one(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autoptr(GPtrArray) volumes = NULL;
	guint n = 0;

	tf_fixture_volume_declare_removable(volume);
	volumes = tf_volumes_find(NULL);
	tf_fixture_volume_withdraw_removable(volume);

	for (guint i = 0; i < volumes->len; i++) {
		const TfVolume *found = g_ptr_array_index(volumes, i);

		if (strcmp(found->path, volume->mount_point) == 0)
			n += found->is_removable && found->standing == TF_VOLUME_HERE;
	}
	g_assert_cmpuint(n, ==, 1);
}

static void test_an_overlay_of_what_cannot_be_reached_is_here(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autofree gchar *lower = folder_in(volume->mount_point, "lower");
	g_autofree gchar *more = folder_in(volume->mount_point, "more");
	g_autofree gchar *merged = folder_in(volume->directory, "merged");
	g_autofree gchar *options = g_strdup_printf("lowerdir=%s:%s", lower, more);
	g_autofree gchar *away = g_strconcat(lower, "-renamed", NULL);

	tf_fixture_run(volume->directory, "mount", "-t", "overlay", "-o", options, "none", merged, NULL);
	g_assert_cmpint(rename(lower, away), ==, 0);

	assert_stands(merged, TF_VOLUME_HERE);
	tf_fixture_run(volume->directory, "umount", merged, NULL);
}

/* Were it asked, this test would not end. */
static void test_what_does_not_answer_is_not_asked(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autofree gchar *part = folder_in(volume->mount_point, "part/inner");
	g_autofree gchar *parent = g_path_get_dirname(part);
	g_autofree gchar *again = folder_in(volume->directory, "again");
	g_autofree gchar *over = folder_in(volume->directory, "over");
	g_autofree gchar *gone = folder_in(volume->directory, "gone");
	G_GNUC_UNUSED g_autoptr(TfFixtureSilence) apart = tf_fixture_silence_new(gone, "fuse.sshfs");
	g_autoptr(TfFixtureSilence) covering = NULL;
	g_autoptr(TfFixtureSilence) within = NULL;

	tf_fixture_run(volume->directory, "mount", "--bind", part, again, NULL);
	tf_fixture_run(volume->directory, "mount", "-t", "tmpfs", "none", over, NULL);
	covering = tf_fixture_silence_new(over, "fuse.sshfs");
	within = tf_fixture_silence_new(parent, "fuse.sshfs");

	assert_stands(gone, TF_VOLUME_UNKNOWN);
	assert_stands(over, TF_VOLUME_UNREACHABLE);
	assert_stands(again, TF_VOLUME_HERE);
	tf_fixture_run(volume->directory, "umount", again, NULL);
	g_clear_pointer(&covering, tf_fixture_silence_free);
	tf_fixture_run(volume->directory, "umount", over, NULL);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/volumes/a disk is here", test_a_disk_is_here);
	g_test_add_func("/volumes/a disk through FUSE is here", test_a_disk_through_fuse_is_here);
	g_test_add_func("/volumes/the kernel's own are not listed", test_the_kernels_own_are_not_listed);
	g_test_add_func("/volumes/a bind mount is there twice", test_a_bind_mount_is_there_twice);
	g_test_add_func("/volumes/a bind mount of what is covered is here",
		test_a_bind_mount_of_what_is_covered_is_here);
	g_test_add_func("/volumes/what is mounted over cannot be reached",
		test_what_is_mounted_over_cannot_be_reached);
	g_test_add_func("/volumes/an overlay of what is here is there twice",
		test_an_overlay_of_what_is_here_is_there_twice);
	g_test_add_func("/volumes/what does not answer is not asked", test_what_does_not_answer_is_not_asked);
	g_test_add_func("/volumes/an overlay of what cannot be reached is here",
		test_an_overlay_of_what_cannot_be_reached_is_here);
	g_test_add_func(
		"/volumes/a removable medium is said to be one", test_a_removable_medium_is_said_to_be_one);

	return g_test_run();
}
