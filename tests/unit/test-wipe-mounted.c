/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files on real file systems that a wipe refuses, and some that look as if it had to. */
#include <linux/fs.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/error.h"
#include "disk/wipe.h"
#include "volume.h"

#define SIZE 100000

static gboolean wipe(
	const TfFixtureSource *source, gboolean is_named, TfWipeResult *ret_result, GError **error)
{
	g_autoptr(TfFound) found = tf_fixture_found(source);
	g_autoptr(TfProof) proof = tf_fixture_proof(source);
	g_autoptr(TfWipeTrace) trace = NULL;
	const TfWipeOptions options = {
		.backup_is_named = is_named, .journal = tf_fixture_journal, .user_data = &trace
	};

	return tf_wipe(found, proof, &options, ret_result, error);
}

static void expect_refusal(const TfFixtureSource *source)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;
	TfWipeResult result = { 0 };

	g_assert_false(wipe(source, FALSE, &result, &error));

	g_assert_error(error, TF_ERROR, TF_ERROR_WIPE_REFUSED);
	found = tf_fixture_found(source);
	g_assert_nonnull(found);
}

static void test_read_only(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_run(volume->directory, "mount", "-o", "remount,ro", volume->mount_point, NULL);

	expect_refusal(source);
}

static void test_immutable(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_set_flag(source->path, FS_IMMUTABLE_FL, TRUE);

	expect_refusal(source);
	tf_fixture_set_flag(source->path, FS_IMMUTABLE_FL, FALSE);
}

static void test_append_only(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_set_flag(source->path, FS_APPEND_FL, TRUE);

	expect_refusal(source);
	tf_fixture_set_flag(source->path, FS_APPEND_FL, FALSE);
}

static void test_append_only_folder(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_set_flag(volume->mount_point, FS_APPEND_FL, TRUE);

	expect_refusal(source);
	tf_fixture_set_flag(volume->mount_point, FS_APPEND_FL, FALSE);
}

static void test_removable(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_volume_declare_removable(volume);

	expect_refusal(source);
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_removable_but_named(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	TfWipeResult result;

	tf_fixture_volume_declare_removable(volume);

	g_assert_true(wipe(source, TRUE, &result, NULL));
	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
	tf_fixture_volume_withdraw_removable(volume);
}

static void test_disk_through_fuse(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ntfs();
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	g_autoptr(GError) error = NULL;
	TfWipeResult result = { 0 };

	g_assert_true(wipe(source, FALSE, &result, &error));

	g_assert_no_error(error);
	g_assert_cmpuint(result.level, ==, 2);
	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
}

/* An image that lies on a stick is as removable as the stick. */
static void test_image_on_removable(void)
{
	g_autoptr(TfFixtureVolume) stick = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_new(1);
	g_autoptr(TfFixtureSource) source = NULL;

	g_free(volume->image);
	volume->image = g_build_filename(stick->mount_point, "image", NULL);
	tf_fixture_run(stick->mount_point, "truncate", "-s", "8M", "image", NULL);
	tf_fixture_run(stick->mount_point, "mkfs.ext4", "-q", "image", NULL);
	tf_fixture_volume_mount(volume, "ext4", "rw");
	source = tf_fixture_marker(volume->mount_point, 3000);
	tf_fixture_volume_declare_removable(stick);

	expect_refusal(source);
	tf_fixture_volume_withdraw_removable(stick);
	tf_fixture_volume_unmount(volume);
}

/* A file system that is not in the table may lie anywhere. */
static void test_unknown_place(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_new(1);
	g_autofree gchar *directory = g_build_filename(volume->mount_point, "tokenferry-XXXXXX", NULL);
	g_autoptr(TfFixtureSource) source = NULL;

	g_assert_cmpint(mount("none", volume->mount_point, "devtmpfs", 0, NULL), ==, 0);
	g_assert_nonnull(g_mkdtemp(directory));
	source = tf_fixture_marker(directory, SIZE);

	expect_refusal(source);
	tf_fixture_run("/", "rm", "-r", directory, NULL);
}

/* Root may do anything, so the owner is another one here, in a process of its own. Returns the grade. */
static gchar *wipe_as_member(const TfFixtureVolume *volume, const TfFixtureSource *source)
{
	g_autofree gchar *built = g_test_build_filename(G_TEST_BUILT, "support", "disk", "wipe-once", NULL);
	g_autofree gchar *program = g_build_filename(volume->directory, "wipe-once", NULL);
	const gchar *const command[] = { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
		program, "wipe", volume->mount_point, "device", NULL };
	g_autoptr(GError) error = NULL;
	gchar *output = NULL;
	gint status = 0;

	tf_fixture_source_save(source);
	tf_fixture_run("/", "cp", built, program, NULL);
	tf_fixture_run("/", "chmod", "0755", volume->directory, program, NULL);
	tf_fixture_run("/", "chown", "-R", "65534:65534", volume->mount_point, NULL);
	g_spawn_sync(NULL, (gchar **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status,
		&error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);

	return g_strstrip(output);
}

static void test_own_file_without_write_permission(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	g_autofree gchar *grade = NULL;

	tf_fixture_run("/", "chmod", "0400", source->path, NULL);

	grade = wipe_as_member(volume, source);

	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
}

/* Anybody may write to it, and only they and root may remove its name. */
static void test_file_of_another_in_a_folder_like_tmp(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfFound) found = NULL;
	TfWipeResult result = { 0 };
	gboolean is_wiped = FALSE;

	tf_fixture_run("/", "chmod", "0755", volume->directory, NULL);
	tf_fixture_run("/", "chmod", "1777", volume->mount_point, NULL);
	tf_fixture_run("/", "chmod", "0666", source->path, NULL);
	g_assert_cmpint(seteuid(65534), ==, 0);
	is_wiped = wipe(source, FALSE, &result, &error);
	g_assert_cmpint(seteuid(0), ==, 0);

	g_assert_false(is_wiped);
	g_assert_error(error, TF_ERROR, TF_ERROR_WIPE_REFUSED);
	found = tf_fixture_found(source);
	g_assert_nonnull(found);
}

/* Looking at the device was asked for, and is not to be had. */
static void test_member_cannot_read_device(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	g_autofree gchar *grade = wipe_as_member(volume, source);

	g_assert_cmpstr(grade, ==, "W3FG");
}

static const struct {
	const gchar *path;
	void (*test)(void);
} tests[] = {
	{ "/wipe-mounted/a read-only file system is refused", test_read_only },
	{ "/wipe-mounted/an immutable file is refused", test_immutable },
	{ "/wipe-mounted/an append-only file is refused", test_append_only },
	{ "/wipe-mounted/an append-only folder is refused", test_append_only_folder },
	{ "/wipe-mounted/a removable medium is refused", test_removable },
	{ "/wipe-mounted/a removable medium that was named is wiped", test_removable_but_named },
	{ "/wipe-mounted/an unknown place is refused", test_unknown_place },
	{ "/wipe-mounted/an own file without write permission is wiped",
		test_own_file_without_write_permission },
	{ "/wipe-mounted/a file of another in a folder like /tmp is refused",
		test_file_of_another_in_a_folder_like_tmp },
	{ "/wipe-mounted/a member who may not read the device gets W3", test_member_cannot_read_device },
	{ "/wipe-mounted/a disk through FUSE is wiped, in what place is unknown", test_disk_through_fuse },
	{ "/wipe-mounted/an image on a removable medium is refused", test_image_on_removable },
};

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);

	return g_test_run();
}
