/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raw-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

#define SIZE 50000

typedef struct Fixture {
	TfFixtureVolume *volume;
	TfFixtureSource *source;
	int fd;
	TfExtents *extents;
	TfRaw *raw;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->volume = tf_fixture_volume_ext4("extent,has_journal", "rw");
	fixture->source = tf_fixture_marker(fixture->volume->mount_point, SIZE);
	fixture->fd = open(fixture->source->path, O_RDWR | O_CLOEXEC);
	fixture->extents = tf_extents_of(fixture->fd);
	fixture->raw = tf_raw_open(fixture->fd);
	g_assert_nonnull(fixture->raw);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_raw_free(fixture->raw);
	tf_extents_free(fixture->extents);
	tf_file_close(&fixture->fd);
	tf_fixture_source_free(fixture->source);
	tf_fixture_volume_free(fixture->volume);
}

static gboolean holds_file(const Fixture *fixture)
{
	return tf_raw_holds_file(fixture->raw, fixture->fd, SIZE, fixture->extents);
}

static void test_finds_file(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_true(holds_file(fixture));
}

/* The device is asked, not the page cache: what is not written yet is not there. */
static void test_asks_device(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(pwrite(fixture->fd, "x", 1, SIZE - 1), ==, 1);
	g_assert_false(holds_file(fixture));

	g_assert_cmpint(fsync(fixture->fd), ==, 0);
	g_assert_true(holds_file(fixture));
}

/* As btrfs would tell them: addresses that are not the device's. */
static void test_other_address(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_array_index(fixture->extents->runs, TfExtent, 0).physical += 1u << 20;

	g_assert_false(holds_file(fixture));
}

static void test_beyond_the_end(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_array_index(fixture->extents->runs, TfExtent, 0).physical = (guint64)1 << 40;

	g_assert_false(holds_file(fixture));
}

static void test_unknown_extents(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->extents->is_known = FALSE;

	g_assert_false(holds_file(fixture));
}

static void test_pattern(Fixture *fixture, gconstpointer data)
{
	TfWipeTrace trace = { .name = (gchar *)"a", .new_name = (gchar *)"b", .inode = 1, .size = SIZE };
	g_autoptr(TfPattern) pattern = tf_pattern_new(&trace);
	guint64 block = tf_overwrite_block(fixture->fd);
	guint64 end = tf_overwrite_end(SIZE, block);

	(void)data;
	g_assert_false(tf_raw_holds_pattern(fixture->raw, pattern, end, fixture->extents));
	g_assert_cmpint(tf_overwrite(fixture->fd, SIZE, block, fixture->extents, pattern), ==, 0);
	g_assert_true(tf_raw_holds_pattern(fixture->raw, pattern, end, fixture->extents));

	g_assert_cmpint(pwrite(fixture->fd, "x", 1, (goffset)end - 1), ==, 1);
	g_assert_cmpint(fsync(fixture->fd), ==, 0);
	g_assert_false(tf_raw_holds_pattern(fixture->raw, pattern, end, fixture->extents));
}

static void test_no_device(void)
{
	TF_AUTO_FD int fd = open("/dev/shm", O_RDONLY | O_CLOEXEC);
	g_autoptr(TfRaw) raw = tf_raw_open(fd);

	g_assert_cmpint(fd, >=, 0);
	g_assert_null(raw);
}

static const struct {
	const gchar *path;
	void (*test)(Fixture *fixture, gconstpointer data);
} tests[] = {
	{ "/raw/finds a file's bytes where its extents are", test_finds_file },
	{ "/raw/asks the device and not the page cache", test_asks_device },
	{ "/raw/finds nothing at another address", test_other_address },
	{ "/raw/finds nothing beyond the end of the device", test_beyond_the_end },
	{ "/raw/finds nothing where extents are not known", test_unknown_extents },
	{ "/raw/finds a pattern to the end of its last block", test_pattern },
};

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
	g_test_add_func("/raw/a file in memory lies on no device", test_no_device);

	return g_test_run();
}
