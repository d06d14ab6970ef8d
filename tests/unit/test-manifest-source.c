/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "manifest-case.h"

/* "members/a.p12" and "b.p12" beside the list, and a file beside its folder. */
static void set_up(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *folder = NULL;
	g_autofree gchar *member = NULL;
	g_autofree gchar *outside = NULL;

	manifest_case_set_up(manifest, data);
	folder = g_build_filename(manifest->directory, "event", "members", NULL);
	member = g_build_filename(folder, "a.p12", NULL);
	outside = g_build_filename(manifest->directory, "outside.p12", NULL);
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(member, "a", -1, NULL));
	g_assert_true(g_file_set_contents(outside, "o", -1, NULL));
	g_free(manifest->path);
	manifest->path = g_build_filename(manifest->directory, "event", "members.csv", NULL);
	manifest_case_write(manifest, "", 0);
}

static gchar *beside(const ManifestCase *manifest, const gchar *name)
{
	return g_build_filename(manifest->directory, "event", name, NULL);
}

static void assert_refused(const ManifestCase *manifest, const gchar *path, TfErrorCode code)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *opened = NULL;

	g_assert_cmpint(tf_manifest_open_source(manifest->path, path, &opened, &error), ==, -1);
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(opened);
}

static void a_file_below_is_opened(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *wanted = beside(manifest, "members/a.p12");
	g_autofree gchar *resolved = tf_file_resolve(wanted, NULL);
	const gchar *const spellings[] = { "members/a.p12", "./members//a.p12", "members/../members/a.p12" };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree gchar *path = NULL;
		TF_AUTO_FD int fd = tf_manifest_open_source(manifest->path, spellings[i], &path, &error);

		g_assert_no_error(error);
		g_assert_cmpint(fd, >=, 0);
		g_assert_cmpstr(path, ==, resolved);
	}
}

static void a_list_is_reached_through_a_linked_folder(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *folder = beside(manifest, "");
	g_autofree gchar *link = g_build_filename(manifest->directory, "link", NULL);
	g_autofree gchar *list = g_build_filename(link, "members.csv", NULL);
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int fd = -1;

	(void)data;
	g_assert_cmpint(symlink(folder, link), ==, 0);
	fd = tf_manifest_open_source(list, "members/a.p12", NULL, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
}

static void nothing_outside_is_opened(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *outside = g_build_filename(manifest->directory, "outside.p12", NULL);

	(void)data;
	assert_refused(manifest, "../outside.p12", TF_ERROR_SOURCE_UNREADABLE);
	assert_refused(manifest, "members/../../outside.p12", TF_ERROR_SOURCE_UNREADABLE);
	assert_refused(manifest, outside, TF_ERROR_SOURCE_UNREADABLE);
}

static void no_link_is_followed(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *file_link = beside(manifest, "link.p12");
	g_autofree gchar *folder_link = beside(manifest, "folder");

	(void)data;
	g_assert_cmpint(symlink("members/a.p12", file_link), ==, 0);
	g_assert_cmpint(symlink("members", folder_link), ==, 0);

	assert_refused(manifest, "link.p12", TF_ERROR_SOURCE_UNREADABLE);
	assert_refused(manifest, "folder/a.p12", TF_ERROR_SOURCE_UNREADABLE);
}

static void a_folder_and_a_fifo_are_no_source(ManifestCase *manifest, gconstpointer data)
{
	g_autofree gchar *fifo = beside(manifest, "fifo.p12");

	(void)data;
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);

	assert_refused(manifest, "fifo.p12", TF_ERROR_SOURCE_UNREADABLE);
	assert_refused(manifest, "members", TF_ERROR_SOURCE_UNREADABLE);
}

static void what_is_not_there_is_missing(ManifestCase *manifest, gconstpointer data)
{
	(void)data;
	assert_refused(manifest, "members/b.p12", TF_ERROR_SOURCE_MISSING);
	assert_refused(manifest, "members/a.p12/b.p12", TF_ERROR_SOURCE_MISSING);
}

#define ADD(name, test) g_test_add(name, ManifestCase, NULL, set_up, test, manifest_case_tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	ADD("/manifest-source/a file below is opened", a_file_below_is_opened);
	ADD("/manifest-source/a list is reached through a linked folder",
		a_list_is_reached_through_a_linked_folder);
	ADD("/manifest-source/nothing outside is opened", nothing_outside_is_opened);
	ADD("/manifest-source/no link is followed", no_link_is_followed);
	ADD("/manifest-source/a folder and a FIFO are no source", a_folder_and_a_fifo_are_no_source);
	ADD("/manifest-source/what is not there is missing", what_is_not_there_is_missing);

	return g_test_run();
}
