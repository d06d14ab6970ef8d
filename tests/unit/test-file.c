/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "fixtures.h"

typedef struct Fixture {
	gchar *directory;
	gchar *file;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->file = g_build_filename(fixture->directory, "file", NULL);
	g_assert_true(g_file_set_contents(fixture->file, "content", 7, NULL));
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_remove(fixture->directory);
	g_free(fixture->file);
	g_free(fixture->directory);
}

static void opens_through_a_linked_directory(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "link", NULL);
	g_autofree gchar *through = g_build_filename(link, "file", NULL);
	g_autofree gchar *path = NULL;
	g_autofree gchar *resolved = tf_file_resolve(fixture->file, NULL);
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int fd = -1;

	(void)data;
	g_assert_cmpint(symlink(fixture->directory, link), ==, 0);
	fd = tf_file_open(through, &path, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpstr(path, ==, resolved);
}

static void assert_unreadable(const gchar *path)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tf_file_open(path, NULL, &error), ==, -1);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_UNREADABLE);
}

static void refuses_a_link_a_fifo_and_a_directory(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *link = g_build_filename(fixture->directory, "link", NULL);
	g_autofree gchar *fifo = g_build_filename(fixture->directory, "fifo", NULL);

	(void)data;
	g_assert_cmpint(symlink(fixture->file, link), ==, 0);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);

	assert_unreadable(link);
	assert_unreadable(fifo);
	assert_unreadable(fixture->directory);
}

static void a_missing_file_is_said_to_be_missing(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *missing = g_build_filename(fixture->directory, "no", "such", NULL);
	g_autoptr(GError) error = NULL;

	(void)data;
	g_assert_cmpint(tf_file_open(missing, NULL, &error), ==, -1);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_MISSING);
}

static void another_content_is_another_identity(Fixture *fixture, gconstpointer data)
{
	TF_AUTO_FD int fd = open(fixture->file, O_RDWR | O_CLOEXEC);
	TfFileIdentity before;
	TfFileIdentity same;
	TfFileIdentity after;

	(void)data;
	g_assert_true(tf_file_identify(fd, fixture->file, &before, NULL));
	g_assert_true(tf_file_identify(fd, fixture->file, &same, NULL));
	g_assert_cmpint(pwrite(fd, "C", 1, 0), ==, 1);
	g_assert_true(tf_file_identify(fd, fixture->file, &after, NULL));

	g_assert_true(tf_file_identity_equal(&before, &same));
	g_assert_false(tf_file_identity_equal(&before, &after));
	g_assert_cmpint(memcmp(before.sha256, after.sha256, TF_SHA256_SIZE), !=, 0);
}

static void a_file_above_the_limit_is_not_read(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) whole = tf_file_load(fixture->file, 7, NULL);
	g_autoptr(GBytes) refused = tf_file_load(fixture->file, 6, &error);

	(void)data;
	g_assert_cmpmem(g_bytes_get_data(whole, NULL), (int)g_bytes_get_size(whole), "content", 7);
	g_assert_null(refused);
	g_assert_error(error, TF_ERROR, TF_ERROR_SOURCE_UNREADABLE);
}

static void assert_unsafe(const gchar *path)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(tf_file_open_directory(path, &error), ==, -1);
	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_UNSAFE);
}

static void an_output_directory_is_made_for_us_alone(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->directory, "a", "b", NULL);
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int fd = tf_file_open_directory(path, &error);
	struct stat status;

	(void)data;
	g_assert_no_error(error);
	g_assert_cmpint(fstat(fd, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0700);
}

static void a_directory_others_may_write_to_or_a_link_is_refused(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *open_to_all = g_build_filename(fixture->directory, "open", NULL);
	g_autofree gchar *link = g_build_filename(fixture->directory, "link", NULL);

	(void)data;
	g_assert_cmpint(g_mkdir(open_to_all, 0700), ==, 0);
	g_assert_cmpint(g_chmod(open_to_all, 0777), ==, 0);
	g_assert_cmpint(symlink(fixture->directory, link), ==, 0);

	assert_unsafe(open_to_all);
	assert_unsafe(link);
	assert_unsafe(fixture->file);
}

static void a_new_file_never_replaces_an_old_one(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *content = NULL;
	TF_AUTO_FD int directory = tf_file_open_directory(fixture->directory, NULL);

	(void)data;
	g_assert_false(tf_file_create(directory, "file", "other", 5, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_OUTPUT_FAILED);
	g_assert_true(g_file_get_contents(fixture->file, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "content");
}

static void a_new_file_is_for_its_owner_alone(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	TF_AUTO_FD int directory = tf_file_open_directory(fixture->directory, NULL);
	struct stat status;

	(void)data;
	g_assert_true(tf_file_create(directory, "report", "text", 4, &error));

	g_assert_no_error(error);
	g_assert_cmpint(fstatat(directory, "report", &status, 0), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
	g_assert_cmpint(status.st_size, ==, 4);
}

static void what_lies_below_a_folder_is_what_follows_it(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const gchar *path, *folder, *expected;
	} rows[] = {
		{ "/home/taro/a", "/home/taro", "/a" },
		{ "/home/taro", "/home/taro", "" },
		{ "/home/taroh", "/home/taro", NULL },
		{ "/home", "/home/taro", NULL },
		{ "/home", "/", "/home" },
		{ "/", "/", "" },
		{ "/", "/home", NULL },
	};

	(void)fixture;
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(tf_file_below(rows[i].path, rows[i].folder), ==, rows[i].expected);
}

static void add(const gchar *name, void (*run)(Fixture *, gconstpointer))
{
	g_test_add(name, Fixture, NULL, set_up, run, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/file/opens through a linked directory and tells the real path",
		opens_through_a_linked_directory);
	add("/file/refuses a link, a FIFO and a directory without waiting",
		refuses_a_link_a_fifo_and_a_directory);
	add("/file/a missing file is said to be missing", a_missing_file_is_said_to_be_missing);
	add("/file/another content is another identity", another_content_is_another_identity);
	add("/file/a file above the limit is not read", a_file_above_the_limit_is_not_read);
	add("/file/an output directory is made for us alone", an_output_directory_is_made_for_us_alone);
	add("/file/a directory others may write to, a link and a file are refused",
		a_directory_others_may_write_to_or_a_link_is_refused);
	add("/file/what lies below a folder is what follows it", what_lies_below_a_folder_is_what_follows_it);
	add("/file/a new file never replaces an old one", a_new_file_never_replaces_an_old_one);
	add("/file/a new file is for its owner alone", a_new_file_is_for_its_owner_alone);

	return g_test_run();
}
