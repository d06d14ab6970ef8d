/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks over folders on which other file systems are mounted. */
#include "grounds-private.h"

#include <string.h>
#include <sys/stat.h>

#include "disk/walk.h"
#include "silence.h"
#include "volume.h"

#define KEY	 "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
#define PATIENCE (20 * G_USEC_PER_SEC)

typedef struct Tree {
	gchar *root;
	gchar *folder; /* the one on which something is mounted */
	gchar *file;   /* likewise */
} Tree;

static void put_key(const gchar *folder, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, KEY, -1, NULL));
}

static void set_up(Tree *tree, gconstpointer data)
{
	(void)data;
	tree->root = tf_fixture_directory();
	tree->folder = g_build_filename(tree->root, "folder", NULL);
	tree->file = g_build_filename(tree->root, "file", NULL);
	g_assert_cmpint(mkdir(tree->folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(tree->file, "nothing", -1, NULL));
	put_key(tree->root, "key");
}

static void tear_down(Tree *tree, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(tree->root);
	g_free(tree->root);
	g_free(tree->folder);
	g_free(tree->file);
}

static TfWalk *begin(const gchar *path, gconstpointer data, gboolean stays)
{
	const gchar *const paths[] = { path, NULL };
	g_autoptr(GError) error = NULL;
	TfWalk *walk =
		tf_walk_new(paths, &(TfWalkOptions){ .refuses_ring = data != NULL, .stays = stays }, &error);

	g_assert_no_error(error);

	return walk;
}

/* How many candidates there are; the walk is over then. */
static guint count_candidates(TfWalk *walk)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE;
	guint n = 0;

	while (!tf_walk_is_over(walk)) {
		g_autoptr(TfCandidate) candidate = tf_walk_next(walk, 10);

		n += candidate != NULL;
		if (g_get_monotonic_time() > deadline)
			g_error("the walk waits for a file system that does not answer");
	}

	return n;
}

static void assert_skipped(TfWalk *walk, const gchar *path, const gchar *file_system)
{
	g_autoptr(GPtrArray) skipped = tf_walk_steal_skipped(walk);
	const TfSkipped *one = NULL;

	g_assert_cmpuint(skipped->len, ==, 1);
	one = g_ptr_array_index(skipped, 0);
	g_assert_cmpstr(one->path, ==, path);
	g_assert_cmpstr(one->file_system, ==, file_system);
}

static void test_silent_folder(Tree *tree, gconstpointer data)
{
	G_GNUC_UNUSED g_autoptr(TfFixtureSilence) silence =
		tf_fixture_silence_new(tree->folder, "fuse.sshfs");
	g_autoptr(TfWalk) walk = begin(tree->root, data, FALSE);

	g_assert_cmpuint(count_candidates(walk), ==, 1);
	assert_skipped(walk, tree->folder, "fuse.sshfs");
}

static void test_silent_file(Tree *tree, gconstpointer data)
{
	G_GNUC_UNUSED g_autoptr(TfFixtureSilence) silence = tf_fixture_silence_new(tree->file, "fuse.portal");
	g_autoptr(TfWalk) walk = begin(tree->root, data, FALSE);

	g_assert_cmpuint(count_candidates(walk), ==, 1);
	assert_skipped(walk, tree->file, "fuse.portal");
}

static void test_disk(Tree *tree, gconstpointer data)
{
	g_autoptr(TfWalk) walk = NULL;

	tf_fixture_run(tree->root, "mount", "-t", "tmpfs", "none", tree->folder, NULL);
	put_key(tree->folder, "other");
	tf_fixture_run(tree->root, "mount", "--bind", tree->folder, tree->folder, NULL);
	walk = begin(tree->root, data, FALSE);

	g_assert_cmpuint(count_candidates(walk), ==, 2);
	g_clear_pointer(&walk, tf_walk_free);
	tf_fixture_run(tree->root, "umount", tree->folder, NULL);
	tf_fixture_run(tree->root, "umount", tree->folder, NULL);
}

static void test_stays(Tree *tree, gconstpointer data)
{
	g_autoptr(TfWalk) walk = NULL;
	g_autoptr(GPtrArray) skipped = NULL;

	tf_fixture_run(tree->root, "mount", "-t", "tmpfs", "none", tree->folder, NULL);
	put_key(tree->folder, "other");
	walk = begin(tree->root, data, TRUE);

	g_assert_cmpuint(count_candidates(walk), ==, 1);
	skipped = tf_walk_steal_skipped(walk);
	g_assert_cmpuint(skipped->len, ==, 0);
	g_clear_pointer(&walk, tf_walk_free);
	tf_fixture_run(tree->root, "umount", tree->folder, NULL);
}

static void test_mounted_file(Tree *tree, gconstpointer data)
{
	g_autofree gchar *key = g_build_filename(tree->root, "key", NULL);
	g_autoptr(TfWalk) walk = NULL;

	tf_fixture_run(tree->root, "mount", "--bind", key, tree->file, NULL);
	walk = begin(tree->root, data, FALSE);

	g_assert_cmpuint(count_candidates(walk), ==, 2);
	g_clear_pointer(&walk, tf_walk_free);
	tf_fixture_run(tree->root, "umount", tree->file, NULL);
}

/* Named, it is asked; and whoever waits for the answer can be left. */
static void test_left(Tree *tree, gconstpointer data)
{
	G_GNUC_UNUSED g_autoptr(TfFixtureSilence) silence =
		tf_fixture_silence_new(tree->folder, "fuse.sshfs");
	TfWalk *walk = begin(tree->folder, data, FALSE);
	g_autoptr(TfCandidate) candidate = tf_walk_next(walk, 200);
	gint64 began = g_get_monotonic_time();

	g_assert_null(candidate);
	g_assert_false(tf_walk_is_over(walk));
	tf_walk_free(walk);

	g_assert_cmpint(g_get_monotonic_time() - began, <, PATIENCE);
}

static void add(const gchar *name, void (*test)(Tree *, gconstpointer))
{
	g_autofree gchar *ring = g_strdup_printf("/grounds/io_uring/%s", name);
	g_autofree gchar *plain = g_strdup_printf("/grounds/threads/%s", name);

	g_test_add(ring, Tree, NULL, set_up, test, tear_down);
	g_test_add(plain, Tree, GINT_TO_POINTER(TRUE), set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("a folder that does not answer is skipped, and named", test_silent_folder);
	add("so is a file of which the same is true", test_silent_file);
	add("what is mounted on a folder from this PC is walked", test_disk);
	add("a walk that stays enters nothing that is mounted", test_stays);
	add("a file that is mounted alone is looked at", test_mounted_file);
	add("a walk that waits for an answer can be ended", test_left);

	return g_test_run();
}
