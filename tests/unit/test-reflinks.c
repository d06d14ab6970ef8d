/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which files share a file's blocks on xfs, which keeps no list of them. */
#include "reflinks-private.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

#define SIZE 100000

typedef struct Fixture {
	TfFixtureVolume *volume;
	TfFixtureSource *source;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->volume = tf_fixture_volume_xfs();
	fixture->source = tf_fixture_marker(fixture->volume->mount_point, SIZE);
	tf_fixture_run(
		fixture->volume->mount_point, "cp", "--reflink=never", "key.p12", "by-content.p12", NULL);
	tf_fixture_run(fixture->volume->mount_point, "ln", "-s", "key.p12", "link.p12", NULL);
	tf_fixture_run(fixture->volume->mount_point, "mkdir", "folder", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_fixture_source_free(fixture->source);
	tf_fixture_volume_unmount(fixture->volume);
	tf_fixture_volume_free(fixture->volume);
}

static GPtrArray *reflinks_of(const Fixture *fixture)
{
	TF_AUTO_FD int fd = open(fixture->source->path, O_RDONLY | O_CLOEXEC);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTarget) target = tf_target_new(fd, fixture->volume->mount_point, "key.p12", NULL, &error);
	g_autoptr(TfExtents) extents = tf_extents_of(fd);

	g_assert_no_error(error);

	return tf_reflinks_of(target, extents);
}

static void test_shared(Fixture *fixture, gconstpointer data)
{
	g_autofree gchar *path = g_build_filename(fixture->volume->mount_point, "folder", "copy.p12", NULL);
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	tf_fixture_run(
		fixture->volume->mount_point, "cp", "--reflink=always", "key.p12", "folder/copy.p12", NULL);
	paths = reflinks_of(fixture);

	g_assert_nonnull(paths);
	g_assert_cmpuint(paths->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(paths, 0), ==, path);
}

static void test_not_shared(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) paths = NULL;

	(void)data;
	paths = reflinks_of(fixture);

	g_assert_null(paths);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add("/reflinks/a copy that shares the blocks is named by its path", Fixture, NULL, set_up,
		test_shared, tear_down);
	g_test_add("/reflinks/a copy of the content, and a link, share no blocks", Fixture, NULL, set_up,
		test_not_shared, tear_down);

	return g_test_run();
}
