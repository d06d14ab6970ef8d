/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/walk.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "fixtures.h"

#define KEY "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"

typedef struct Tree {
	gchar *root;
} Tree;

static gchar *below(const Tree *tree, const gchar *name)
{
	return g_build_filename(tree->root, name, NULL);
}

static void add_file(const Tree *tree, const gchar *name, const gchar *content)
{
	g_autofree gchar *path = below(tree, name);
	g_autofree gchar *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void set_up(Tree *tree, gconstpointer data)
{
	(void)data;
	tree->root = tf_fixture_directory();
	add_file(tree, "a/b/c/.hidden", KEY);
	add_file(tree, "a/picture.jpg", KEY);
	add_file(tree, "a/notes.txt", "nothing");
	add_file(tree, "a/empty", "");
}

static void tear_down(Tree *tree, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(tree->root);
	g_free(tree->root);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* The candidates below the tree's root, in order, separated by a blank. */
static gchar *walk_paths(const Tree *tree, const gchar *const *paths, const TfWalkOptions *options,
	TfWalkProgress *ret_progress)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfWalk) walk = tf_walk_new(paths, options, &error);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	g_assert_no_error(error);
	while (!tf_walk_is_over(walk)) {
		g_autoptr(TfCandidate) candidate = tf_walk_next(walk, 10);

		if (candidate == NULL)
			continue;
		g_assert_true(g_str_has_prefix(candidate->path, tree->root));
		g_ptr_array_add(names, g_strdup(candidate->path + strlen(tree->root) + 1));
	}
	tf_walk_progress(walk, ret_progress);
	g_ptr_array_sort(names, by_name);
	g_ptr_array_add(names, NULL);

	return g_strjoinv(" ", (gchar **)names->pdata);
}

static gchar *walk_tree(const Tree *tree, gboolean refuses_ring, TfWalkProgress *ret_progress)
{
	const gchar *const paths[] = { tree->root, NULL };

	return walk_paths(tree, paths, &(TfWalkOptions){ .refuses_ring = refuses_ring }, ret_progress);
}

static void test_finds(Tree *tree, gconstpointer data)
{
	TfWalkProgress progress;
	g_autofree gchar *names = walk_tree(tree, data != NULL, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/picture.jpg");
	g_assert_cmpuint(progress.n_files, ==, 4);
	g_assert_cmpuint(progress.n_folders, ==, 4);
	g_assert_cmpuint(progress.n_unreadable, ==, 0);
}

static void test_many(Tree *tree, gconstpointer data)
{
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;
	gchar **found = NULL;

	for (guint i = 0; i < 3000; i++) {
		g_autofree gchar *name = g_strdup_printf("m/%u/%u", i % 50, i);

		add_file(tree, name, i % 3 == 0 ? KEY : "x");
	}
	names = walk_tree(tree, data != NULL, &progress);

	found = g_strsplit(names, " ", -1);
	g_assert_cmpuint(g_strv_length(found), ==, 1002);
	g_assert_cmpuint(progress.n_files, ==, 3004);
	g_strfreev(found);
}

static void test_few_descriptors(Tree *tree, gconstpointer data)
{
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;
	struct rlimit limit;
	struct rlimit low;

	for (guint i = 0; i < 1000; i++) {
		g_autofree gchar *name = g_strdup_printf("m/%u/x", i);

		add_file(tree, name, "x");
	}
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &limit), ==, 0);
	low = (struct rlimit){ .rlim_cur = 128, .rlim_max = limit.rlim_max };
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &low), ==, 0);
	names = walk_tree(tree, data != NULL, &progress);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);

	g_assert_cmpuint(progress.n_files, ==, 1004);
	g_assert_cmpuint(progress.n_unreadable, ==, 0);
}

static void test_whole(Tree *tree, gconstpointer data)
{
	g_autofree gchar *deep = g_strnfill(300000, 'x');
	g_autofree gchar *content = g_strconcat(deep, "\n" KEY, NULL);
	const gchar *const paths[] = { tree->root, NULL };
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;

	(void)data;
	add_file(tree, "a/deep", content);
	names = walk_paths(tree, paths, &(TfWalkOptions){ .reads_whole = TRUE }, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/deep a/picture.jpg");
	g_assert_cmpuint(progress.n_files, ==, 5);
}

static void test_links(Tree *tree, gconstpointer data)
{
	g_autofree gchar *link = below(tree, "a/link");
	g_autofree gchar *loop = below(tree, "a/loop");
	g_autofree gchar *elsewhere = tf_fixture_directory();
	g_autofree gchar *outside = g_build_filename(elsewhere, "key", NULL);
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;

	g_assert_true(g_file_set_contents(outside, KEY, -1, NULL));
	g_assert_cmpint(symlink(outside, link), ==, 0);
	g_assert_cmpint(symlink(tree->root, loop), ==, 0);
	names = walk_tree(tree, data != NULL, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/picture.jpg");
	tf_fixture_remove(elsewhere);
}

static void test_special(Tree *tree, gconstpointer data)
{
	g_autofree gchar *pipe = below(tree, "a/pipe.p12");
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;

	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	names = walk_tree(tree, data != NULL, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/picture.jpg");
	g_assert_cmpuint(progress.n_files, ==, 4);
}

static void test_names(Tree *tree, gconstpointer data)
{
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;

	add_file(tree, "late.PEM", "a long text first");
	add_file(tree, "empty.p12", "");
	names = walk_tree(tree, data != NULL, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/picture.jpg late.PEM");
}

static void test_access_times(Tree *tree, gconstpointer data)
{
	const struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
	g_autofree gchar *path = below(tree, "a/picture.jpg");
	g_autofree gchar *folder = below(tree, "a");
	TfWalkProgress progress;
	g_autofree gchar *names = NULL;
	struct stat status;

	g_assert_cmpint(utimensat(AT_FDCWD, path, old, 0), ==, 0);
	g_assert_cmpint(utimensat(AT_FDCWD, folder, old, 0), ==, 0);
	names = walk_tree(tree, data != NULL, &progress);

	g_assert_cmpint(stat(path, &status), ==, 0);
	g_assert_cmpint(status.st_atim.tv_sec, ==, 1000);
	g_assert_cmpint(stat(folder, &status), ==, 0);
	g_assert_cmpint(status.st_atim.tv_sec, ==, 1000);
}

static void test_overlapping(Tree *tree, gconstpointer data)
{
	g_autofree gchar *inner = below(tree, "a/b");
	g_autofree gchar *file = below(tree, "a/picture.jpg");
	const gchar *const paths[] = { tree->root, inner, tree->root, NULL };
	const gchar *const one[] = { file, NULL };
	TfWalkProgress progress;
	g_autofree gchar *names =
		walk_paths(tree, paths, &(TfWalkOptions){ .refuses_ring = data != NULL }, &progress);
	g_autofree gchar *name =
		walk_paths(tree, one, &(TfWalkOptions){ .refuses_ring = data != NULL }, &progress);

	g_assert_cmpstr(names, ==, "a/b/c/.hidden a/picture.jpg");
	g_assert_cmpstr(name, ==, "a/picture.jpg");
}

static void test_missing(Tree *tree, gconstpointer data)
{
	g_autofree gchar *path = below(tree, "nowhere");
	const gchar *const paths[] = { tree->root, path, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(TfWalk) walk = tf_walk_new(paths, &(TfWalkOptions){ .refuses_ring = data != NULL }, &error);

	g_assert_null(walk);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISSING);
}

static void test_stopped(Tree *tree, gconstpointer data)
{
	const gchar *const paths[] = { tree->root, NULL };
	TfWalk *walk = tf_walk_new(paths, &(TfWalkOptions){ .refuses_ring = data != NULL }, NULL);

	tf_walk_free(walk);
}

static void test_candidate(Tree *tree, gconstpointer data)
{
	g_autofree gchar *folder = below(tree, "a");
	g_autofree gchar *moved = below(tree, "moved");
	TfCandidate candidate = { .path = below(tree, "a/picture.jpg") };
	TF_AUTO_FD int fd = tf_candidate_open(&candidate);
	TF_AUTO_FD int through_link = -1;

	(void)data;
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(rename(folder, moved), ==, 0);
	g_assert_cmpint(symlink(moved, folder), ==, 0);
	through_link = tf_candidate_open(&candidate);
	g_assert_cmpint(through_link, ==, -1);
	g_free(candidate.path);
}

static void add(const gchar *name, void (*test)(Tree *, gconstpointer))
{
	g_autofree gchar *ring = g_strdup_printf("/walk/io_uring/%s", name);
	g_autofree gchar *plain = g_strdup_printf("/walk/threads/%s", name);

	g_test_add(ring, Tree, NULL, set_up, test, tear_down);
	g_test_add(plain, Tree, GINT_TO_POINTER(TRUE), set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("keys are found whatever their names", test_finds);
	add("many files in many folders are each looked at once", test_many);
	add("few descriptors are enough for many files in many folders", test_few_descriptors);
	add("read whole, a file deep in which a key lies is a candidate", test_whole);
	add("no link is followed", test_links);
	add("a pipe is left alone", test_special);
	add("a telling name is enough, of a file that is not empty", test_names);
	add("access times stay", test_access_times);
	add("what is named twice is walked once, and a file may be named", test_overlapping);
	add("a path that is not there is an error", test_missing);
	add("a walk can be ended in the middle", test_stopped);
	add("a candidate is not opened through a link", test_candidate);

	return g_test_run();
}
