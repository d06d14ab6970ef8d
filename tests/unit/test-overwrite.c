/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "fixtures.h"
#include "overwrite-private.h"

/* Three whole pieces and a bit. */
#define SIZE 200001

typedef struct Fixture {
	gchar *directory;
	gchar *path;
	int fd;
	guint8 *content;
	guint8 sha256[TF_SHA256_SIZE];
	TfWipeTrace trace;
	TfPattern *pattern;
	TfExtents *extents;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->path = g_build_filename(fixture->directory, "file", NULL);
	fixture->content = g_malloc(SIZE);
	for (gsize i = 0; i < SIZE; i++)
		fixture->content[i] = (guint8)(i % 251);
	tf_sha256(fixture->content, SIZE, fixture->sha256);
	g_assert_true(g_file_set_contents(fixture->path, (const gchar *)fixture->content, SIZE, NULL));
	fixture->fd = open(fixture->path, O_RDWR | O_CLOEXEC);
	fixture->trace = (TfWipeTrace){ .directory = (gchar *)"/d",
		.name = (gchar *)"file",
		.new_name = (gchar *)"abcd",
		.device = 1,
		.inode = 2,
		.size = SIZE };
	fixture->pattern = tf_pattern_new(&fixture->trace);
	fixture->extents = tf_extents_of(fixture->fd);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_file_close(&fixture->fd);
	tf_pattern_free(fixture->pattern);
	tf_extents_free(fixture->extents);
	tf_fixture_remove(fixture->directory);
	g_free(fixture->content);
	g_free(fixture->path);
	g_free(fixture->directory);
}

static TfContent content_of(Fixture *fixture)
{
	TfContent content = TF_CONTENT_OTHER;

	g_assert_cmpint(tf_content_of(fixture->fd, SIZE, fixture->sha256, fixture->pattern, &content), ==, 0);

	return content;
}

static void overwrite(Fixture *fixture)
{
	g_assert_cmpint(tf_overwrite(fixture->fd, SIZE, 4096, fixture->extents, fixture->pattern), ==, 0);
}

static void test_every_byte(Fixture *fixture, gconstpointer data)
{
	g_autofree guint8 *after = g_malloc(SIZE);
	gsize same = 0;

	(void)data;
	overwrite(fixture);

	g_assert_cmpint(pread(fixture->fd, after, SIZE, 0), ==, SIZE);
	for (gsize i = 0; i + 16 <= SIZE; i += 16)
		same += memcmp(after + i, fixture->content + i, 16) == 0 ? 1 : 0;
	g_assert_cmpuint(same, ==, 0);
}

static void test_to_the_end_of_the_block(Fixture *fixture, gconstpointer data)
{
	struct stat status;

	(void)data;
	overwrite(fixture);

	g_assert_cmpint(fstat(fixture->fd, &status), ==, 0);
	g_assert_cmpint(status.st_size, ==, (SIZE + 4095) / 4096 * 4096);
}

static void test_whole_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_WHOLE);
}

static void test_begun_is_known(Fixture *fixture, gconstpointer data)
{
	guint8 sector[512];

	(void)data;
	g_assert_true(tf_pattern_fill(fixture->pattern, 131072, sector, sizeof sector));
	g_assert_cmpint(pwrite(fixture->fd, sector, sizeof sector, 131072), ==, sizeof sector);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_BEGUN);
}

static void test_finished_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	overwrite(fixture);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_BEGUN);
}

static void test_truncated_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(ftruncate(fixture->fd, 0), ==, 0);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_EMPTY);
}

static void test_another_is_known(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(pwrite(fixture->fd, "x", 1, 100000), ==, 1);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_OTHER);
}

static void test_shorter_is_another(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(ftruncate(fixture->fd, SIZE - 1), ==, 0);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_OTHER);
}

static void test_pattern_of_another_trace(Fixture *fixture, gconstpointer data)
{
	TfWipeTrace trace = fixture->trace;

	(void)data;
	overwrite(fixture);
	trace.new_name = (gchar *)"abce";
	tf_pattern_free(fixture->pattern);
	fixture->pattern = tf_pattern_new(&trace);

	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_OTHER);
}

/* A hole holds nothing to overwrite, and filling it would take room that may not be there. */
static void test_holes_stay(Fixture *fixture, gconstpointer data)
{
	struct stat before;
	struct stat after;

	(void)data;
	g_assert_cmpint(
		fallocate(fixture->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 65536, 65536), ==, 0);
	tf_extents_free(fixture->extents);
	fixture->extents = tf_extents_of(fixture->fd);
	g_assert_cmpint(fstat(fixture->fd, &before), ==, 0);
	if (!fixture->extents->is_known) /* then all is written, holes too */
		before.st_blocks += 128;
	overwrite(fixture);

	g_assert_cmpint(fstat(fixture->fd, &after), ==, 0);
	g_assert_cmpint(after.st_blocks, <=, before.st_blocks);
}

static void test_failed_write(Fixture *fixture, gconstpointer data)
{
	TF_AUTO_FD int fd = open(fixture->path, O_RDONLY | O_CLOEXEC);

	(void)data;
	g_assert_cmpint(tf_overwrite(fd, SIZE, 4096, fixture->extents, fixture->pattern), ==, EBADF);
	g_assert_cmpint(content_of(fixture), ==, TF_CONTENT_WHOLE);
}

static void add(const gchar *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/overwrite/no sixteen bytes of the file are left", test_every_byte);
	add("/overwrite/the last block is overwritten to its end", test_to_the_end_of_the_block);
	add("/overwrite/holes are not filled", test_holes_stay);
	add("/overwrite/a failed write is told", test_failed_write);
	add("/overwrite/a whole file is recognised", test_whole_is_known);
	add("/overwrite/one overwritten sector is recognised", test_begun_is_known);
	add("/overwrite/a file overwritten to its end is recognised", test_finished_is_known);
	add("/overwrite/a truncated file is recognised", test_truncated_is_known);
	add("/overwrite/another file of the same size is another", test_another_is_known);
	add("/overwrite/a shorter file is another", test_shorter_is_another);
	add("/overwrite/the pattern of another trace is another file", test_pattern_of_another_trace);

	return g_test_run();
}
