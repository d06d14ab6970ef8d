/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which snapshots share a file's blocks, as btrfs tells root, from a subvolume that is mounted by itself. */
#include "references-private.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

#define SIZE 100000

/* The subvolume "home" with the marker in it, and a snapshot of it; "home" is then mounted alone. */
static TfFixtureSource *put_home(TfFixtureVolume *volume, const gchar *snapshot)
{
	g_autofree gchar *home = g_build_filename(volume->mount_point, "home", NULL);
	TfFixtureSource *source = NULL;

	tf_fixture_run(volume->mount_point, "btrfs", "-q", "subvolume", "create", "home", NULL);
	source = tf_fixture_marker(home, SIZE);
	tf_fixture_run(volume->mount_point, "btrfs", "-q", "subvolume", "snapshot", "home", snapshot, NULL);
	tf_fixture_volume_unmount(volume);
	tf_fixture_volume_mount(volume, "btrfs", "subvol=home");

	return source;
}

static GPtrArray *references_to(const TfFixtureSource *source, const TfFixtureVolume *volume)
{
	g_autofree gchar *name = g_path_get_basename(source->path);
	g_autofree gchar *path = g_build_filename(volume->mount_point, name, NULL);
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	g_autoptr(GError) error = NULL;
	g_autoptr(TfTarget) target = tf_target_new(fd, volume->mount_point, name, NULL, &error);
	g_autoptr(TfExtents) extents = tf_extents_of(fd);

	g_assert_no_error(error);
	g_assert_true(extents->is_shared);

	return tf_references_of(target, extents);
}

static void expect_one(GPtrArray *references, const gchar *path)
{
	g_assert_nonnull(references);
	g_assert_cmpuint(references->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(references, 0), ==, path);
}

static void test_beside_the_mount(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureSource) source = put_home(volume, "snapshot");
	g_autoptr(GPtrArray) references = references_to(source, volume);

	expect_one(references, "btrfs:/snapshot/key.p12");
}

static void test_in_the_mount(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autoptr(TfFixtureSource) source = put_home(volume, "home/yesterday");
	g_autofree gchar *path = g_build_filename(volume->mount_point, "yesterday", "key.p12", NULL);
	g_autoptr(GPtrArray) references = references_to(source, volume);

	expect_one(references, path);
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/references/a snapshot that is not mounted is named from the top", test_beside_the_mount);
	g_test_add_func("/references/a snapshot that is mounted is named by its path", test_in_the_mount);

	return g_test_run();
}
