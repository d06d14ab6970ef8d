/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wipes on real file systems: what is left is looked for in the raw image. */
#include <linux/fs.h>
#include <sys/mount.h>

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

static void expect_level(const TfFixtureSource *source, guint level)
{
	g_autoptr(GError) error = NULL;
	TfWipeResult result = { 0 };

	g_assert_true(wipe(source, FALSE, &result, &error));

	g_assert_no_error(error);
	g_assert_cmpuint(result.level, ==, level);
	g_assert_cmpstr(result.suffixes, ==, "FG");
	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
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

/* The positive control comes first: a marker that was not there would be missed for nothing. */
static void expect_level_and_no_marker(
	const TfFixtureVolume *volume, const TfFixtureSource *source, guint level)
{
	g_assert_cmpuint(tf_fixture_volume_count(volume), >, 0);
	expect_level(source, level);
	tf_fixture_volume_unmount(volume);

	g_assert_cmpuint(tf_fixture_volume_count(volume), ==, 0);
}

static void test_ext4(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level_and_no_marker(volume, source, 3);
}

static void test_ext4_small_file(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("extent,has_journal,metadata_csum", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, 3000);

	expect_level_and_no_marker(volume, source, 3);
}

static void test_ext4_data_journal(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "data=journal");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level(source, 2);
}

static void test_ext4_data_journal_by_default(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_new(32);
	g_autoptr(TfFixtureSource) source = NULL;

	tf_fixture_run(volume->directory, "mkfs.ext4", "-q", volume->image, NULL);
	tf_fixture_run(volume->directory, "tune2fs", "-o", "journal_data", volume->image, NULL);
	tf_fixture_volume_mount(volume, "ext4", "rw");
	source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level(source, 2);
}

/* chattr +j asks for a capability that containers lack, so the flag is set from outside. */
static void test_ext4_data_journal_of_one_file(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("^extent,^64bit,has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_volume_unmount(volume);
	tf_fixture_run(volume->directory, "debugfs", "-w", "-R", "set_inode_field key.p12 flags 0x4000",
		"image", NULL);
	tf_fixture_volume_mount(volume, "ext4", "rw");

	expect_level(source, 2);
}

static void test_ext4_inline(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("inline_data", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, 40);

	expect_level(source, 2);
}

static void test_xfs(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_xfs();
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level_and_no_marker(volume, source, 3);
}

static void test_xfs_reflink(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_xfs();
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	tf_fixture_run(volume->mount_point, "cp", "--reflink=always", "key.p12", "copy.p12", NULL);

	expect_level(source, 2);
}

static void test_btrfs(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level(source, 2);
	tf_fixture_volume_unmount(volume);

	g_assert_cmpuint(tf_fixture_volume_count(volume), >, 0);
}

static void test_btrfs_nocow(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureSource) source = NULL;

	tf_fixture_set_flag(volume->mount_point, FS_NOCOW_FL, TRUE);
	source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level_and_no_marker(volume, source, 3);
}

static void test_btrfs_nocow_snapshot(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureSource) source = NULL;

	tf_fixture_set_flag(volume->mount_point, FS_NOCOW_FL, TRUE);
	source = tf_fixture_marker(volume->mount_point, SIZE);
	tf_fixture_run(volume->mount_point, "btrfs", "-q", "subvolume", "snapshot", ".", "snapshot", NULL);

	expect_level(source, 2);
}

static void test_tmpfs(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_new(1);
	g_autoptr(TfFixtureSource) source = NULL;

	g_assert_cmpint(mount("none", volume->mount_point, "tmpfs", 0, NULL), ==, 0);
	source = tf_fixture_marker(volume->mount_point, SIZE);

	expect_level(source, 2);
}

static void test_overlay(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("extent,has_journal", "rw");
	g_autofree gchar *lower = g_build_filename(volume->mount_point, "lower", NULL);
	g_autofree gchar *merged = g_build_filename(volume->mount_point, "merged", NULL);
	g_autofree gchar *below = g_build_filename(lower, "key.p12", NULL);
	g_autofree gchar *content = NULL;
	g_autoptr(TfFixtureSource) source = NULL;

	tf_fixture_run(volume->mount_point, "mkdir", "lower", "upper", "work", "merged", NULL);
	source = tf_fixture_marker(lower, SIZE);
	tf_fixture_run(volume->mount_point, "mount", "-t", "overlay", "overlay", "-o",
		"lowerdir=lower,upperdir=upper,workdir=work", "merged", NULL);
	g_free(source->path);
	source->path = g_build_filename(merged, "key.p12", NULL);

	expect_level(source, 2);
	g_assert_true(g_file_get_contents(below, &content, NULL, NULL));
	g_assert_true(g_str_has_prefix(content, TF_FIXTURE_MARKER));
	g_assert_cmpint(umount2(merged, 0), ==, 0);
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

/* Root may write to anything, so the owner is another one here, in a process of its own. */
static void test_own_file_without_write_permission(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureSource) source = tf_fixture_marker(volume->mount_point, SIZE);
	g_autofree gchar *built = g_test_build_filename(G_TEST_BUILT, "support", "disk", "wipe-once", NULL);
	g_autofree gchar *program = g_build_filename(volume->directory, "wipe-once", NULL);

	tf_fixture_source_save(source);
	tf_fixture_run("/", "cp", built, program, NULL);
	tf_fixture_run("/", "chmod", "0400", source->path, NULL);
	tf_fixture_run("/", "chmod", "0755", volume->directory, program, NULL);
	tf_fixture_run("/", "chown", "-R", "65534:65534", volume->mount_point, NULL);
	tf_fixture_run("/", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "wipe",
		volume->mount_point, NULL);

	g_assert_false(g_file_test(source->path, G_FILE_TEST_EXISTS));
}

static const struct {
	const gchar *path;
	void (*test)(void);
} tests[] = {
	{ "/wipe-mounted/ext4 is W3 and leaves nothing", test_ext4 },
	{ "/wipe-mounted/ext4 with a small file is W3 and leaves nothing", test_ext4_small_file },
	{ "/wipe-mounted/ext4 with data=journal is W2", test_ext4_data_journal },
	{ "/wipe-mounted/ext4 with data=journal in its superblock is W2", test_ext4_data_journal_by_default },
	{ "/wipe-mounted/ext4 that journals this one file is W2", test_ext4_data_journal_of_one_file },
	{ "/wipe-mounted/ext4 with inline data is W2", test_ext4_inline },
	{ "/wipe-mounted/xfs is W3 and leaves nothing", test_xfs },
	{ "/wipe-mounted/xfs with a reflink is W2", test_xfs_reflink },
	{ "/wipe-mounted/btrfs is W2, and rightly so", test_btrfs },
	{ "/wipe-mounted/btrfs without copy-on-write is W3 and leaves nothing", test_btrfs_nocow },
	{ "/wipe-mounted/btrfs without copy-on-write but with a snapshot is W2", test_btrfs_nocow_snapshot },
	{ "/wipe-mounted/tmpfs cannot tell and is W2", test_tmpfs },
	{ "/wipe-mounted/overlay is W2, its lower copy whole", test_overlay },
	{ "/wipe-mounted/a read-only file system is refused", test_read_only },
	{ "/wipe-mounted/an immutable file is refused", test_immutable },
	{ "/wipe-mounted/an append-only file is refused", test_append_only },
	{ "/wipe-mounted/an append-only folder is refused", test_append_only_folder },
	{ "/wipe-mounted/a removable medium is refused", test_removable },
	{ "/wipe-mounted/a removable medium that was named is wiped", test_removable_but_named },
	{ "/wipe-mounted/an unknown place is refused", test_unknown_place },
	{ "/wipe-mounted/an own file without write permission is wiped",
		test_own_file_without_write_permission },
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
