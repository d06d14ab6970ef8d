/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/trash.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "fixtures.h"

/* 'expected' that is no absolute path lies beside the trash; NULL: it is the path itself. */
static void assert_origin(const gchar *trash, const gchar *file, const gchar *info, const gchar *expected)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autofree gchar *files = g_build_filename(root, trash, "files", NULL);
	g_autofree gchar *infos = g_build_filename(root, trash, "info", NULL);
	g_autofree gchar *path = g_build_filename(files, file, NULL);
	g_autofree gchar *info_path = g_build_filename(infos, "cert.p12.trashinfo", NULL);
	g_autofree gchar *beside = g_build_filename(root, expected, NULL);
	g_autofree gchar *origin = NULL;

	g_assert_cmpint(g_mkdir_with_parents(files, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(infos, 0700), ==, 0);
	if (info != NULL)
		g_assert_true(g_file_set_contents(info_path, info, -1, NULL));
	origin = tf_trash_origin(path);

	if (expected == NULL)
		expected = path;
	g_assert_cmpstr(origin, ==, expected[0] == '/' ? expected : beside);
	tf_fixture_remove(root);
}

static void the_origin_is_what_trashinfo_says(void)
{
	static const gchar info[] =
		"[Trash Info]\nPath=/home/m/%E8%A8%BC.p12\nDeletionDate=2014-05-09T10:00:00\n";

	assert_origin(".local/share/Trash", "cert.p12", info, "/home/m/証.p12");
	assert_origin(".Trash/1000", "cert.p12", "[Trash Info]\nPath=docs/cert.p12\n", "docs/cert.p12");
	assert_origin(".Trash-1000", "cert.p12", "[Trash Info]\nPath=docs\n", "docs");
}

static void what_lay_in_a_folder_keeps_its_place_in_it(void)
{
	assert_origin(".local/share/Trash", "cert.p12/a/b.p12", "[Trash Info]\nPath=/home/m/keys\n",
		"/home/m/keys/a/b.p12");
}

static void without_a_readable_trashinfo_it_is_in_the_trash_all_the_same(void)
{
	assert_origin(".local/share/Trash", "cert.p12", NULL, NULL);
	assert_origin(".local/share/Trash", "cert.p12", "nonsense", NULL);
	assert_origin(".local/share/Trash", "cert.p12", "[Trash Info]\nPath=%zz\n", NULL);
}

static void elsewhere_there_is_no_origin(void)
{
	g_assert_null(tf_trash_origin("/home/m/Trash/cert.p12"));
	g_assert_null(tf_trash_origin("/home/m/Trash/files/"));
	g_assert_null(tf_trash_origin("/cert.p12"));
}

/* A trash with a record of "cert.p12", which lies in it or does not. */
typedef struct Trash {
	gchar *root;
	gchar *files;
	gchar *path;
	gchar *record;
} Trash;

static void trash_clear(Trash *trash)
{
	tf_fixture_remove(trash->root);
	g_free(trash->root);
	g_free(trash->files);
	g_free(trash->path);
	g_free(trash->record);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trash, trash_clear)

static Trash make_trash(void)
{
	static const gchar info[] = "[Trash Info]\nPath=/home/m/cert.p12\n";
	Trash trash = { .root = tf_fixture_directory() };
	g_autofree gchar *infos = g_build_filename(trash.root, ".local/share/Trash/info", NULL);

	trash.files = g_build_filename(trash.root, ".local/share/Trash/files", NULL);
	trash.path = g_build_filename(trash.files, "cert.p12", NULL);
	trash.record = g_build_filename(infos, "cert.p12.trashinfo", NULL);
	g_assert_cmpint(g_mkdir_with_parents(trash.files, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(infos, 0700), ==, 0);
	g_assert_true(g_file_set_contents(trash.record, info, -1, NULL));

	return trash;
}

static gboolean forget(const gchar *folder_path, const gchar *name)
{
	TF_AUTO_FD int folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	g_assert_cmpint(folder, >=, 0);

	return tf_trash_forget(folder, folder_path, name);
}

static gboolean is_there(const gchar *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* With the older access time, relatime would let a second reading pass. */
static void reading_the_origin_is_not_noticed(void)
{
	static const struct timespec times[] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
	g_auto(Trash) trash = make_trash();
	g_autofree gchar *origin = NULL;
	struct stat status;

	g_assert_cmpint(utimensat(AT_FDCWD, trash.record, times, 0), ==, 0);
	origin = tf_trash_origin(trash.path);

	g_assert_cmpstr(origin, ==, "/home/m/cert.p12");
	g_assert_cmpint(stat(trash.record, &status), ==, 0);
	g_assert_cmpint(status.st_atim.tv_sec, ==, 1000);
}

static void the_record_of_what_is_gone_is_removed(void)
{
	g_auto(Trash) trash = make_trash();
	g_autofree gchar *record = tf_trash_record(trash.path);

	g_assert_cmpstr(record, ==, trash.record);
	g_assert_true(forget(trash.files, "cert.p12"));
	g_assert_false(is_there(trash.record));
	g_assert_false(forget(trash.files, "cert.p12"));
}

static void the_record_stays_with_what_lies_there(void)
{
	g_auto(Trash) trash = make_trash();

	g_assert_cmpint(symlink("nowhere", trash.path), ==, 0);

	g_assert_true(forget(trash.files, "cert.p12"));
	g_assert_true(is_there(trash.record));
}

static void the_record_of_a_folder_is_not_that_of_a_file_in_it(void)
{
	g_auto(Trash) trash = make_trash();
	g_autofree gchar *inside = g_build_filename(trash.path, "cert.p12", NULL);

	g_assert_cmpint(g_mkdir_with_parents(trash.path, 0700), ==, 0);

	g_assert_null(tf_trash_record(inside));
	g_assert_false(forget(trash.path, "cert.p12"));
	g_assert_true(is_there(trash.record));
}

static void no_link_leads_to_a_record(void)
{
	g_auto(Trash) trash = make_trash();
	g_autofree gchar *infos = g_path_get_dirname(trash.record);
	g_autofree gchar *elsewhere = g_build_filename(trash.root, "elsewhere", NULL);
	g_autofree gchar *other = g_build_filename(elsewhere, "cert.p12.trashinfo", NULL);

	g_assert_cmpint(rename(infos, elsewhere), ==, 0);
	g_assert_cmpint(symlink(elsewhere, infos), ==, 0);

	g_assert_true(forget(trash.files, "cert.p12"));
	g_assert_true(is_there(other));
}

static void a_record_that_cannot_be_removed_is_said(void)
{
	g_auto(Trash) trash = make_trash();

	g_assert_cmpint(unlink(trash.record), ==, 0);
	g_assert_cmpint(mkdir(trash.record, 0700), ==, 0);

	g_assert_true(forget(trash.files, "cert.p12"));
	g_assert_true(is_there(trash.record));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trash/the origin is what the .trashinfo says", the_origin_is_what_trashinfo_says);
	g_test_add_func("/trash/what lay in a folder keeps its place in it",
		what_lay_in_a_folder_keeps_its_place_in_it);
	g_test_add_func("/trash/without a readable .trashinfo it is in the trash all the same",
		without_a_readable_trashinfo_it_is_in_the_trash_all_the_same);
	g_test_add_func("/trash/elsewhere there is no origin", elsewhere_there_is_no_origin);
	g_test_add_func("/trash/reading the origin is not noticed", reading_the_origin_is_not_noticed);
	g_test_add_func(
		"/trash/the record of what is gone is removed", the_record_of_what_is_gone_is_removed);
	g_test_add_func(
		"/trash/the record stays with what lies there", the_record_stays_with_what_lies_there);
	g_test_add_func("/trash/the record of a folder is not that of a file in it",
		the_record_of_a_folder_is_not_that_of_a_file_in_it);
	g_test_add_func("/trash/no link leads to a record", no_link_leads_to_a_record);
	g_test_add_func(
		"/trash/a record that cannot be removed is said", a_record_that_cannot_be_removed_is_said);

	return g_test_run();
}
