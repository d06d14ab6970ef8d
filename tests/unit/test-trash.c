/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/trash.h"

#include "base/secret.h"
#include "fixtures.h"

static void assert_origin(const gchar *trash, const gchar *file, const gchar *info, const gchar *expected)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autofree gchar *files = g_build_filename(root, trash, "files", NULL);
	g_autofree gchar *infos = g_build_filename(root, trash, "info", NULL);
	g_autofree gchar *path = g_build_filename(files, file, NULL);
	g_autofree gchar *info_path = g_build_filename(infos, "cert.p12.trashinfo", NULL);
	g_autofree gchar *origin = NULL;

	g_assert_cmpint(g_mkdir_with_parents(files, 0700), ==, 0);
	g_assert_cmpint(g_mkdir_with_parents(infos, 0700), ==, 0);
	if (info != NULL)
		g_assert_true(g_file_set_contents(info_path, info, -1, NULL));
	origin = tf_trash_origin(path);

	g_assert_cmpstr(origin, ==, expected != NULL ? expected : path);
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

	return g_test_run();
}
