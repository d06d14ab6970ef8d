/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The grade of a wipe on real file systems. Afterwards the raw image is searched for what the file held and
 * for its name: no grade may be better than what the image shows.
 */
#include <linux/fs.h>
#include <string.h>
#include <sys/mount.h>

#include "base/secret.h"
#include "disk/wipe.h"
#include "volume.h"

#define SIZE 100000
#define NAME "key.p12"

/* Where the file lies. */
typedef struct Place {
	TfFixtureVolume *volume;
	TfFixtureSource *source;
	gchar *above;		   /* another file system, mounted in the volume; NULL */
	TfFixtureVolume *inner[2]; /* the same on images, each in the one before; NULL */
	gboolean is_memory;
	gboolean is_unseen; /* then it is wiped only when its path is named */
} Place;

static void put_marker(Place *place, gsize size)
{
	place->source = tf_fixture_marker(place->volume->mount_point, size);
}

static void put_on(Place *place, TfFixtureVolume *volume)
{
	place->volume = volume;
	put_marker(place, SIZE);
}

static void make_ext4(Place *place)
{
	put_on(place, tf_fixture_volume_ext4("none,extent,has_journal", "rw"));
}

static void make_ext4_small(Place *place)
{
	place->volume = tf_fixture_volume_ext4("extent,has_journal,metadata_csum", "rw");
	put_marker(place, 3000);
}

static void make_ext4_no_journal(Place *place)
{
	put_on(place, tf_fixture_volume_ext4("^has_journal", "rw"));
}

static void make_ext4_data_journal(Place *place)
{
	put_on(place, tf_fixture_volume_ext4("has_journal", "data=journal"));
}

static void make_ext4_by(Place *place, const gchar *block, const gchar *option)
{
	place->volume = tf_fixture_volume_new(32);
	tf_fixture_run(place->volume->directory, "mkfs.ext4", "-q", "-b", block, place->volume->image, NULL);
	tf_fixture_run(place->volume->directory, "tune2fs", "-o", option, place->volume->image, NULL);
	tf_fixture_volume_mount(place->volume, "ext4", "rw");
	put_marker(place, SIZE);
}

static void make_ext4_data_journal_by_default(Place *place)
{
	make_ext4_by(place, "4096", "journal_data");
}

/* Smaller than what the device discards at once. */
static void make_ext4_small_blocks(Place *place)
{
	make_ext4_by(place, "1024", "user_xattr");
}

/* chattr +j asks for a capability that containers lack, so the flag is set from outside. */
static void make_ext4_data_journal_of_one_file(Place *place)
{
	put_on(place, tf_fixture_volume_ext4("^extent,^64bit,has_journal", "rw"));
	tf_fixture_volume_unmount(place->volume);
	tf_fixture_run(place->volume->directory, "debugfs", "-w", "-R",
		"set_inode_field key.p12 flags 0x4000", "image", NULL);
	tf_fixture_volume_mount(place->volume, "ext4", "rw");
}

static void make_ext4_inline(Place *place)
{
	place->volume = tf_fixture_volume_ext4("inline_data", "rw");
	put_marker(place, 40);
}

static void make_xfs(Place *place)
{
	put_on(place, tf_fixture_volume_xfs());
}

static void make_xfs_reflink(Place *place)
{
	make_xfs(place);
	tf_fixture_run(place->volume->mount_point, "cp", "--reflink=always", NAME, "copy.p12", NULL);
}

static void make_btrfs(Place *place)
{
	put_on(place, tf_fixture_volume_btrfs());
}

static void make_btrfs_reflink(Place *place)
{
	make_btrfs(place);
	tf_fixture_run(place->volume->mount_point, "cp", "--reflink=always", NAME, "copy.p12", NULL);
}

static void make_btrfs_nocow(Place *place)
{
	place->volume = tf_fixture_volume_btrfs();
	tf_fixture_set_flag(place->volume->mount_point, FS_NOCOW_FL, TRUE);
	put_marker(place, SIZE);
}

static void take_snapshot(const Place *place)
{
	tf_fixture_run(
		place->volume->mount_point, "btrfs", "-q", "subvolume", "snapshot", ".", "snapshot", NULL);
}

static void make_btrfs_snapshot(Place *place)
{
	make_btrfs(place);
	take_snapshot(place);
}

static void make_btrfs_nocow_snapshot(Place *place)
{
	make_btrfs_nocow(place);
	take_snapshot(place);
}

/* In an image that lies there. */
static void put_within(Place *place)
{
	place->inner[0] = tf_fixture_volume_within(place->volume, 16);
	place->source = tf_fixture_marker(place->inner[0]->mount_point, SIZE);
	tf_fixture_volume_sync(place->volume);
}

/* Where every write goes elsewhere. */
static void make_ext4_on_btrfs(Place *place)
{
	place->volume = tf_fixture_volume_btrfs();
	put_within(place);
}

static void make_ext4_on_ext4_on_btrfs(Place *place)
{
	place->volume = tf_fixture_volume_btrfs();
	place->inner[0] = tf_fixture_volume_within(place->volume, 48);
	place->inner[1] = tf_fixture_volume_within(place->inner[0], 16);
	place->source = tf_fixture_marker(place->inner[1]->mount_point, SIZE);
	tf_fixture_volume_sync(place->inner[0]);
	tf_fixture_volume_sync(place->volume);
}

static void make_ext4_on_xfs_reflink(Place *place)
{
	place->volume = tf_fixture_volume_xfs();
	put_within(place);
	tf_fixture_run(place->volume->mount_point, "cp", "--reflink=always", "inner", "copy", NULL);
}

static void make_ext4_unlinked_on_btrfs(Place *place)
{
	make_ext4_on_btrfs(place);
	tf_fixture_run(place->volume->mount_point, "rm", "inner", NULL);
	place->is_unseen = TRUE;
}

/* Where a loop device cuts out of its image what is to be zeroed or discarded. */
static void make_ext4_on_ext4(Place *place)
{
	place->volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	put_within(place);
}

static void make_ext4_no_journal_on_ext4(Place *place)
{
	place->volume = tf_fixture_volume_ext4("none,extent,has_journal", "rw");
	place->inner[0] = tf_fixture_volume_within(place->volume, 16);
	tf_fixture_volume_unmount(place->inner[0]);
	tf_fixture_run(place->volume->mount_point, "tune2fs", "-O", "^has_journal", "inner", NULL);
	tf_fixture_volume_mount(place->inner[0], "ext4", "rw");
	place->source = tf_fixture_marker(place->inner[0]->mount_point, SIZE);
	tf_fixture_volume_sync(place->volume);
}

static void make_tmpfs(Place *place)
{
	place->volume = tf_fixture_volume_new(1);
	place->is_memory = TRUE;
	g_assert_cmpint(mount("none", place->volume->mount_point, "tmpfs", 0, NULL), ==, 0);
	put_marker(place, SIZE);
}

static void make_overlay(Place *place)
{
	const gchar *mount_point = NULL;
	g_autofree gchar *lower = NULL;

	place->volume = tf_fixture_volume_ext4("extent,has_journal", "rw");
	mount_point = place->volume->mount_point;
	lower = g_build_filename(mount_point, "lower", NULL);
	place->above = g_build_filename(mount_point, "merged", NULL);
	tf_fixture_run(mount_point, "mkdir", "lower", "upper", "work", "merged", NULL);
	place->source = tf_fixture_marker(lower, SIZE);
	tf_fixture_run(mount_point, "mount", "-t", "overlay", "overlay", "-o",
		"lowerdir=lower,upperdir=upper,workdir=work", "merged", NULL);
	g_free(place->source->path);
	place->source->path = g_build_filename(place->above, NAME, NULL);
}

/* What is left of the content in the image. */
typedef enum Left {
	NOTHING,
	SOMETHING,
	MAY_BE /* it depends on what the file system wrote when */
} Left;

static const struct Row {
	const gchar *path;
	void (*make)(Place *place);
	guint member_level; /* of a wipe that may not look at the device */
	Left left_by_member;
	guint root_level;
	Left left_by_root;
	gboolean is_rid_of_name;  /* after root's wipe */
	const gchar *discarded;	  /* the suffixes of root's wipe that may discard as well */
	const gchar *shared_with; /* the path; "" when it is not found out; NULL when there is none */
} rows[] = {
	{ "/wipe-grades/ext4 is W3 for a member and W4 for root", make_ext4, 3, NOTHING, 4, NOTHING, TRUE,
		"FTG", NULL },
	{ "/wipe-grades/ext4 with a small file is W3 for a member and W4 for root", make_ext4_small, 3,
		NOTHING, 4, NOTHING, TRUE, "FTG", NULL },
	{ "/wipe-grades/ext4 of small blocks is W3 for a member and W4 for root, nothing discarded for sure",
		make_ext4_small_blocks, 3, NOTHING, 4, NOTHING, TRUE, "FG", NULL },
	{ "/wipe-grades/ext4 without a journal is W3 for a member and W4 for root", make_ext4_no_journal, 3,
		NOTHING, 4, NOTHING, TRUE, "FTG", NULL },
	{ "/wipe-grades/ext4 with data=journal is W2", make_ext4_data_journal, 2, SOMETHING, 2, MAY_BE, TRUE,
		"FTG", NULL },
	{ "/wipe-grades/ext4 with data=journal in its superblock is W2", make_ext4_data_journal_by_default, 2,
		SOMETHING, 2, MAY_BE, TRUE, "FTG", NULL },
	{ "/wipe-grades/ext4 that journals this one file is W2", make_ext4_data_journal_of_one_file, 2,
		MAY_BE, 2, MAY_BE, TRUE, "FTG", NULL },
	{ "/wipe-grades/ext4 with inline data is W2", make_ext4_inline, 2, MAY_BE, 2, MAY_BE, TRUE, "FG",
		NULL },
	{ "/wipe-grades/xfs is W3 for a member and W4 for root, its name stays", make_xfs, 3, NOTHING, 4,
		NOTHING, FALSE, "FTG", NULL },
	{ "/wipe-grades/xfs with a reflink is W2, and root is told who shares it", make_xfs_reflink, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", "copy.p12" },
	{ "/wipe-grades/btrfs is W2, and discarding reaches what it left", make_btrfs, 2, SOMETHING, 2,
		SOMETHING, FALSE, "FTG", NULL },
	{ "/wipe-grades/btrfs with a reflink is W2, and root is told who shares it", make_btrfs_reflink, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", "copy.p12" },
	{ "/wipe-grades/btrfs with a snapshot is W2, and root is told who shares it", make_btrfs_snapshot, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", "snapshot/key.p12" },
	{ "/wipe-grades/btrfs without copy-on-write is W3 for root as well", make_btrfs_nocow, 3, NOTHING, 3,
		NOTHING, FALSE, "FTG", NULL },
	{ "/wipe-grades/btrfs without copy-on-write but with a snapshot is W2", make_btrfs_nocow_snapshot, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", "snapshot/key.p12" },
	{ "/wipe-grades/an ext4 image on ext4 is W3 for root as well, its name and what was discarded stay",
		make_ext4_on_ext4, 3, NOTHING, 3, NOTHING, FALSE, "FG", NULL },
	{ "/wipe-grades/an ext4 image without a journal on ext4 is W3 for a member and W4 for root",
		make_ext4_no_journal_on_ext4, 3, NOTHING, 4, NOTHING, TRUE, "FG", NULL },
	{ "/wipe-grades/an ext4 image on btrfs is W2", make_ext4_on_btrfs, 2, SOMETHING, 2, SOMETHING, FALSE,
		"FG", NULL },
	{ "/wipe-grades/an ext4 image on an ext4 image on btrfs is W2", make_ext4_on_ext4_on_btrfs, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", NULL },
	{ "/wipe-grades/an ext4 image on xfs that a reflink shares is W2", make_ext4_on_xfs_reflink, 2,
		SOMETHING, 2, SOMETHING, FALSE, "FG", NULL },
	{ "/wipe-grades/an ext4 image that cannot be seen is W2", make_ext4_unlinked_on_btrfs, 2, SOMETHING,
		2, SOMETHING, FALSE, "FG", NULL },
	{ "/wipe-grades/tmpfs cannot tell and is W2", make_tmpfs, 2, NOTHING, 2, NOTHING, FALSE, "FG", NULL },
	{ "/wipe-grades/overlay is W2, its lower copy whole", make_overlay, 2, SOMETHING, 2, SOMETHING, FALSE,
		"FG", NULL },
};

static TfWipeResult wipe(const Place *place, gboolean checks_device, gboolean may_discard)
{
	g_autoptr(TfFound) found = tf_fixture_found(place->source);
	g_autoptr(TfProof) proof = tf_fixture_proof(place->source);
	g_autoptr(TfWipeTrace) trace = NULL;
	g_autoptr(GError) error = NULL;
	TfWipeOptions options = {
		.checks_device = checks_device,
		.may_discard = may_discard,
		.journal = tf_fixture_journal,
		.user_data = &trace,
	};
	TfWipeResult result = { 0 };
	gboolean is_wiped = FALSE;

	if (place->is_unseen) {
		g_assert_false(tf_wipe(found, proof, &options, &result, NULL));
		options.backup_is_named = TRUE;
	}
	is_wiped = tf_wipe(found, proof, &options, &result, &error);
	g_assert_no_error(error);
	g_assert_true(is_wiped);
	g_assert_false(g_file_test(place->source->path, G_FILE_TEST_EXISTS));

	return result;
}

static void unmount(Place *place)
{
	if (place->above != NULL)
		g_assert_cmpint(umount2(place->above, 0), ==, 0);
	for (gsize i = G_N_ELEMENTS(place->inner); i-- > 0;)
		if (place->inner[i] != NULL)
			tf_fixture_volume_unmount(place->inner[i]);
	tf_fixture_volume_unmount(place->volume);
}

static void place_clear(Place *place)
{
	tf_fixture_source_free(place->source);
	for (gsize i = G_N_ELEMENTS(place->inner); i-- > 0;)
		if (place->inner[i] != NULL)
			tf_fixture_volume_free(place->inner[i]);
	tf_fixture_volume_free(place->volume);
	g_free(place->above);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* A marker that was not there before would be missed for nothing; what is in memory is in no image. */
static void assert_marked(const Place *place)
{
	if (place->is_memory)
		return;
	g_assert_cmpuint(tf_fixture_volume_count(place->volume, TF_FIXTURE_MARKER), >, 0);
	g_assert_cmpuint(tf_fixture_volume_count(place->volume, NAME), >, 0);
}

/* Whatever the row says. */
static void assert_no_better_than_image(const TfWipeResult *result, guint n_markers, guint n_names)
{
	if (n_markers > 0) {
		g_assert_cmpuint(result->level, <, 3);
		g_assert_null(strchr(result->suffixes, 'T'));
	}
	if (n_names > 0)
		g_assert_true(result->name_may_stay);
}

/* Searched when nothing is mounted any more, so that all that was to be written is. */
static void expect_left(Place *place, const TfWipeResult *result, Left expected)
{
	guint n_markers = 0;

	unmount(place);
	n_markers = tf_fixture_volume_count(place->volume, TF_FIXTURE_MARKER);
	assert_no_better_than_image(result, n_markers, tf_fixture_volume_count(place->volume, NAME));
	g_test_message("W%u%s, %u markers left", result->level, result->suffixes, n_markers);
	if (expected != MAY_BE)
		g_assert_cmpint(n_markers > 0, ==, expected == SOMETHING);
}

/* Makes the place anew, and wipes what is there. */
static TfWipeResult wipe_in(const struct Row *row, Place *place, gboolean checks_device, gboolean may_discard)
{
	row->make(place);
	assert_marked(place);

	return wipe(place, checks_device, may_discard);
}

static void expect_for_member(const struct Row *row)
{
	g_auto(Place) place = { 0 };
	g_auto(TfWipeResult) result = wipe_in(row, &place, FALSE, FALSE);

	g_assert_cmpuint(result.level, ==, row->member_level);
	g_assert_cmpstr(result.suffixes, ==, "FG");
	g_assert_cmpint(result.is_shared, ==, row->shared_with != NULL);
	g_assert_null(result.references);
	expect_left(&place, &result, row->left_by_member);
}

static void assert_names(const TfWipeResult *result, const Place *place, const gchar *shared_with)
{
	g_autofree gchar *path = NULL;

	g_assert_cmpint(result->is_shared, ==, shared_with != NULL);
	if (shared_with == NULL || shared_with[0] == '\0') {
		g_assert_null(result->references);
		return;
	}
	path = g_build_filename(place->volume->mount_point, shared_with, NULL);
	g_assert_nonnull(result->references);
	g_assert_cmpuint(result->references->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(result->references, 0), ==, path);
}

static void expect_for_root(const struct Row *row)
{
	g_auto(Place) place = { 0 };
	g_auto(TfWipeResult) result = wipe_in(row, &place, TRUE, FALSE);

	g_assert_cmpuint(result.level, ==, row->root_level);
	g_assert_cmpstr(result.suffixes, ==, "FG");
	g_assert_cmpint(result.name_may_stay, ==, !row->is_rid_of_name);
	assert_names(&result, &place, row->shared_with);
	expect_left(&place, &result, row->left_by_root);
}

static void expect_discarded(const struct Row *row)
{
	gboolean is_discarded = strchr(row->discarded, 'T') != NULL;
	g_auto(Place) place = { 0 };
	g_auto(TfWipeResult) result = wipe_in(row, &place, TRUE, TRUE);

	g_assert_cmpuint(result.level, ==, row->root_level);
	g_assert_cmpstr(result.suffixes, ==, row->discarded);
	expect_left(&place, &result, is_discarded ? NOTHING : row->left_by_root);
}

static void test_row(gconstpointer data)
{
	const struct Row *row = data;

	expect_for_member(row);
	expect_for_root(row);
	expect_discarded(row);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_test_add_data_func(rows[i].path, &rows[i], test_row);

	return g_test_run();
}
