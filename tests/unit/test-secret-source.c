/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/secret-source.h"

typedef struct Folder {
	gchar *path;
	gchar *file;
} Folder;

static void set_up(Folder *folder, gconstpointer data)
{
	(void)data;
	folder->path = g_dir_make_tmp("tokenferry-XXXXXX", NULL);
	g_assert_nonnull(folder->path);
	folder->file = g_build_filename(folder->path, "secret", NULL);
}

static void tear_down(Folder *folder, gconstpointer data)
{
	(void)data;
	(void)g_unlink(folder->file);
	g_assert_cmpint(g_rmdir(folder->path), ==, 0);
	g_free(folder->file);
	g_free(folder->path);
}

static void write_file(const Folder *folder, const gchar *content, mode_t mode)
{
	g_assert_true(g_file_set_contents(folder->file, content, -1, NULL));
	g_assert_cmpint(g_chmod(folder->file, (int)mode), ==, 0);
}

static TfSecret *read_file(const Folder *folder, GError **error)
{
	const TfSecretSource source = { .kind = TF_SECRET_SOURCE_FILE, .fd = -1, .path = folder->file };

	return tf_secret_source_read(&source, error);
}

static void assert_secret(const TfSecret *secret, const gchar *wanted)
{
	g_assert_nonnull(secret);
	g_assert_cmpuint(tf_secret_length(secret), ==, strlen(wanted));
	g_assert_cmpint(memcmp(tf_secret_peek(secret), wanted, strlen(wanted)), ==, 0);
}

static void assert_file_gives(const Folder *folder, const gchar *content, const gchar *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = NULL;

	write_file(folder, content, 0600);
	secret = read_file(folder, &error);

	g_assert_no_error(error);
	assert_secret(secret, wanted);
}

static void assert_file_refused(const Folder *folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = read_file(folder, &error);

	g_assert_null(secret);
	g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
}

static void test_forms(void)
{
	g_autoptr(GError) error = NULL;
	TfSecretSource source;

	g_assert_true(tf_secret_source_parse(NULL, &source, &error));
	g_assert_cmpint(source.kind, ==, TF_SECRET_SOURCE_TERMINAL);
	g_assert_true(tf_secret_source_parse("tty", &source, &error));
	g_assert_cmpint(source.kind, ==, TF_SECRET_SOURCE_TERMINAL);
	g_assert_true(tf_secret_source_parse("pinpad", &source, &error));
	g_assert_cmpint(source.kind, ==, TF_SECRET_SOURCE_PINPAD);
	g_assert_true(tf_secret_source_parse("fd:7", &source, &error));
	g_assert_cmpint(source.kind, ==, TF_SECRET_SOURCE_DESCRIPTOR);
	g_assert_cmpint(source.fd, ==, 7);
	g_assert_true(tf_secret_source_parse("file:a:b", &source, &error));
	g_assert_cmpint(source.kind, ==, TF_SECRET_SOURCE_FILE);
	g_assert_cmpstr(source.path, ==, "a:b");
}

static void test_other_forms(void)
{
	const gchar *const texts[] = { "", "1234", "fd:", "fd:-1", "fd:1x", "fd:99999999999",
		"file:", "env:PIN", "TTY" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		TfSecretSource source;

		g_assert_false(tf_secret_source_parse(texts[i], &source, &error));
		g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
	}
}

static void test_file_lines(Folder *folder, gconstpointer data)
{
	(void)data;
	assert_file_gives(folder, "123456\n", "123456");
	assert_file_gives(folder, "123456\r\n", "123456");
	assert_file_gives(folder, "123456", "123456");
	assert_file_gives(folder, " 鍵 \n", " 鍵 ");
	assert_file_gives(folder, "\n", "");
	assert_file_gives(folder, "", "");
}

static void test_several_lines(Folder *folder, gconstpointer data)
{
	(void)data;
	write_file(folder, "123456\n654321\n", 0600);

	assert_file_refused(folder);
}

static void test_permissions(Folder *folder, gconstpointer data)
{
	const mode_t modes[] = { 0640, 0604, 0660, 0620, 0601 };

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
		write_file(folder, "123456\n", modes[i]);
		assert_file_refused(folder);
	}
}

static void test_link(Folder *folder, gconstpointer data)
{
	g_autofree gchar *target = g_build_filename(folder->path, "target", NULL);

	(void)data;
	write_file(folder, "123456\n", 0600);
	g_assert_cmpint(g_rename(folder->file, target), ==, 0);
	g_assert_cmpint(symlink(target, folder->file), ==, 0);

	assert_file_refused(folder);

	g_assert_cmpint(g_unlink(target), ==, 0);
}

static void test_fifo(Folder *folder, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(mkfifo(folder->file, 0600), ==, 0);

	assert_file_refused(folder);
}

static void test_long_file(Folder *folder, gconstpointer data)
{
	g_autofree gchar *content = g_strnfill(TF_SECRET_LIMIT + 1, '1');

	(void)data;
	write_file(folder, content, 0600);

	assert_file_refused(folder);
}

static void test_missing_file(Folder *folder, gconstpointer data)
{
	(void)data;
	assert_file_refused(folder);
}

static int pipe_with(const gchar *content)
{
	int ends[2];

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(tf_file_write_all(ends[1], content, strlen(content)), ==, 0);
	g_assert_cmpint(close(ends[1]), ==, 0);

	return ends[0];
}

static void test_descriptor_lines(void)
{
	TF_AUTO_FD int fd = pipe_with("first\nsecond\r\nthird");
	const TfSecretSource source = { .kind = TF_SECRET_SOURCE_DESCRIPTOR, .fd = fd };
	g_autoptr(TfSecret) first = tf_secret_source_read(&source, NULL);
	g_autoptr(TfSecret) second = tf_secret_source_read(&source, NULL);
	g_autoptr(TfSecret) third = tf_secret_source_read(&source, NULL);

	assert_secret(first, "first");
	assert_secret(second, "second");
	assert_secret(third, "third");
}

static void test_long_descriptor(void)
{
	g_autofree gchar *content = g_strnfill(TF_SECRET_LIMIT + 2, '1');
	TF_AUTO_FD int fd = pipe_with(content);
	const TfSecretSource source = { .kind = TF_SECRET_SOURCE_DESCRIPTOR, .fd = fd };
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = tf_secret_source_read(&source, &error);

	g_assert_null(secret);
	g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
}

static void test_closed_descriptor(void)
{
	const TfSecretSource source = { .kind = TF_SECRET_SOURCE_DESCRIPTOR, .fd = 1000000 };
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = tf_secret_source_read(&source, &error);

	g_assert_null(secret);
	g_assert_error(error, TF_ERROR, TF_ERROR_SECRET_SOURCE);
}

static void add(const gchar *path, void (*test)(Folder *, gconstpointer))
{
	g_test_add(path, Folder, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret-source/the four forms are known", test_forms);
	g_test_add_func("/secret-source/anything else is refused", test_other_forms);
	add("/secret-source/a file's newline does not belong to the secret", test_file_lines);
	add("/secret-source/a file of several lines is refused", test_several_lines);
	add("/secret-source/a file that others may touch is refused", test_permissions);
	add("/secret-source/a symbolic link is refused", test_link);
	add("/secret-source/a FIFO is refused and not waited for", test_fifo);
	add("/secret-source/a file that is too long is refused", test_long_file);
	add("/secret-source/a missing file is refused", test_missing_file);
	g_test_add_func("/secret-source/one descriptor gives one line at a time", test_descriptor_lines);
	g_test_add_func("/secret-source/a line that is too long is refused", test_long_descriptor);
	g_test_add_func("/secret-source/a closed descriptor is refused", test_closed_descriptor);

	return g_test_run();
}
