/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/volume-id.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/secret.h"
#include "volume.h"

#define MOST_OTHERS 20u

static guint64 id_of(const gchar *path, dev_t *ret_device)
{
	TF_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	g_assert_cmpint(fstat(fd, &status), ==, 0);
	*ret_device = status.st_dev;
	g_assert_true(tf_volume_is(fd, tf_volume_id(fd)));
	g_assert_true(tf_volume_is(fd, status.st_dev));
	g_assert_false(tf_volume_is(fd, tf_volume_id(fd) + 1));
	g_assert_false(tf_volume_is(fd, 0));

	return tf_volume_id(fd);
}

/* Another loop device stands for another order in which disks are found. Which one a mount gets depends on
 * what other tests let go meanwhile: the devices it must not get again are taken one by one. */
static void mount_on_another_device(
	TfFixtureVolume *volume, const gchar *type, dev_t before, GPtrArray *others)
{
	dev_t after = before;

	for (guint i = 0; i < MOST_OTHERS && after == before; i++) {
		tf_fixture_volume_unmount(volume);
		g_ptr_array_add(others, tf_fixture_volume_btrfs());
		tf_fixture_volume_mount(volume, type, "rw");
		(void)id_of(volume->mount_point, &after);
	}
	g_assert_cmpuint(after, !=, before);
}

static void assert_known_again(TfFixtureVolume *volume, const gchar *type)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func((GDestroyNotify)tf_fixture_volume_free);
	dev_t before = 0;
	dev_t after = 0;
	guint64 id = id_of(volume->mount_point, &before);

	mount_on_another_device(volume, type, before, others);

	g_assert_cmpuint(id_of(volume->mount_point, &after), ==, id);
	for (guint i = 0; i < others->len; i++) {
		const TfFixtureVolume *other = g_ptr_array_index(others, i);

		g_assert_cmpuint(id_of(other->mount_point, &after), !=, id);
	}
}

static void a_file_system_is_known_again_on_another_device(void)
{
	g_autoptr(TfFixtureVolume) ext4 = tf_fixture_volume_ext4("has_journal", "rw");
	g_autoptr(TfFixtureVolume) xfs = tf_fixture_volume_xfs();
	g_autoptr(TfFixtureVolume) btrfs = tf_fixture_volume_btrfs();

	assert_known_again(ext4, "ext4");
	assert_known_again(xfs, "xfs");
	assert_known_again(btrfs, "btrfs");
}

static void subvolumes_are_told_apart(void)
{
	g_autoptr(TfFixtureVolume) volume = tf_fixture_volume_btrfs();
	g_autofree gchar *inner = g_build_filename(volume->mount_point, "inner", NULL);
	dev_t device = 0;

	tf_fixture_run(volume->mount_point, "btrfs", "-q", "subvolume", "create", "inner", NULL);

	g_assert_cmpuint(id_of(volume->mount_point, &device), !=, id_of(inner, &device));
}

static void what_has_no_identity_is_known_by_its_device(void)
{
	dev_t device = 0;
	guint64 id = id_of("/proc", &device);

	g_assert_cmpuint(id, ==, device);
	g_assert_cmpuint(tf_volume_id(-1), ==, 0);
	g_assert_false(tf_volume_is(-1, 0));
}

int main(int argc, char **argv)
{
	tf_fixture_mount_namespace(argc, argv);
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/volume-id/a file system is known again on another device",
		a_file_system_is_known_again_on_another_device);
	g_test_add_func("/volume-id/subvolumes are told apart", subvolumes_are_told_apart);
	g_test_add_func("/volume-id/what has no identity is known by its device",
		what_has_no_identity_is_known_by_its_device);

	return g_test_run();
}
