/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"
#include "device-private.h"
#include "sysfs.h"

static void test_rotating_disk(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_SATA "/block/sda/sda1/partition", "1");
	tf_fixture_sysfs_link(root, "dev/block/8:1", TF_FIXTURE_SATA "/block/sda/sda1");
	device = tf_fixture_sysfs_device(root, 1);

	g_assert_cmpint(device->place, ==, TF_PLACE_LOCAL);
	g_assert_cmpint(device->is_flash, ==, TF_NO);
	g_assert_cmpint(device->is_encrypted, ==, TF_NO);
	g_assert_false(device->is_read_only);
	tf_fixture_remove(root);
}

static void test_solid_state_disk(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "0", "0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->is_flash, ==, TF_YES);
	tf_fixture_remove(root);
}

static void test_virtual_disk(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_SATA "/block/sda/device/model", "QEMU HARDDISK");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

/* Most USB sticks say 0 in 'removable' and 1 in 'rotational'. */
static void test_usb_stick(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_USB "/block/sdb", "1", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_USB "/block/sdb/sdb1/partition", "1");
	tf_fixture_sysfs_link(root, "dev/block/8:17", TF_FIXTURE_USB "/block/sdb/sdb1");
	device = tf_fixture_sysfs_device(root, 17);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

static void test_removable_attribute(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sr0", "1", "1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sr0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	tf_fixture_remove(root);
}

static void test_memory_card(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_MMC "/block/mmcblk0", "0", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_MMC "/block/mmcblk0/device/type", "SD");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_MMC "/block/mmcblk0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_flash, ==, TF_YES);
	tf_fixture_remove(root);
}

static void test_soldered_emmc(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_MMC "/block/mmcblk0", "0", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_MMC "/block/mmcblk0/device/type", "MMC");
	tf_fixture_sysfs_put(root, TF_FIXTURE_MMC "/block/mmcblk0/mmcblk0boot0/ro", "1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_MMC "/block/mmcblk0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_LOCAL);
	tf_fixture_remove(root);
}

static void test_encrypted_volume_on_a_stick(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_USB "/block/sdb", "0", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_USB "/block/sdb/sdb1/partition", "1");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "0", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-stick");
	tf_fixture_sysfs_link(
		root, "devices/virtual/block/dm-0/slaves/sdb1", TF_FIXTURE_USB "/block/sdb/sdb1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_encrypted, ==, TF_YES);
	g_assert_cmpint(device->is_flash, ==, TF_YES);
	tf_fixture_remove(root);
}

/* One half in the clear is enough to read the file from. */
static void test_mirror_of_unlike_disks(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, TF_FIXTURE_USB "/block/sdb", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-half");
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-0/slaves/sdb", TF_FIXTURE_USB "/block/sdb");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/md0", "1", "0");
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/dm-0", "devices/virtual/block/dm-0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/md0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_encrypted, ==, TF_NO);
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

/* The kernel marks what is plugged into a socket that faces outwards, at the PCI device. */
static void test_thunderbolt_disk(void)
{
	static const gchar dock[] = "devices/pci0000:00/0000:00:07.0/0000:03:00.0";
	g_autofree gchar *root = tf_fixture_directory();
	g_autofree gchar *disk = g_strconcat(dock, "/0000:04:00.0/nvme/nvme1/nvme1n1", NULL);
	g_autofree gchar *removable = g_strconcat(dock, "/removable", NULL);
	g_autofree gchar *fixed = g_strconcat(TF_FIXTURE_SATA, "/removable", NULL);
	g_autoptr(TfDevice) outside = NULL;
	g_autoptr(TfDevice) inside = NULL;

	tf_fixture_sysfs_disk(root, disk, "0", "0");
	tf_fixture_sysfs_put(root, removable, "removable");
	tf_fixture_sysfs_link(root, "dev/block/8:0", disk);
	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "0", "0");
	tf_fixture_sysfs_put(root, fixed, "fixed");
	tf_fixture_sysfs_link(root, "dev/block/8:1", TF_FIXTURE_SATA "/block/sda");
	outside = tf_fixture_sysfs_device(root, 0);
	inside = tf_fixture_sysfs_device(root, 1);

	g_assert_cmpint(outside->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(inside->place, ==, TF_PLACE_LOCAL);
	tf_fixture_remove(root);
}

static void test_btrfs_of_several_disks(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_disk(root, TF_FIXTURE_USB "/block/sdb", "1", "0");
	tf_fixture_sysfs_link(root, "fs/btrfs/0123/devices/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_link(root, "fs/btrfs/0123/devices/sdb", TF_FIXTURE_USB "/block/sdb");
	tf_fixture_sysfs_put(root, "fs/btrfs/features/raid1c34", "0");
	tf_fixture_sysfs_put(root, "fs/btrfs/0123/devinfo/1/missing", "0");
	tf_fixture_sysfs_put(root, "fs/btrfs/0123/devinfo/2/missing", "0");
	device = tf_device_of_btrfs(root, 8, 0);

	g_assert_nonnull(device);
	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	g_assert_false(device->is_layered);
	tf_fixture_remove(root);
}

/* The other half of a mirror, in a drawer, has what was written before. */
static void test_btrfs_that_misses_a_disk(void)
{
	static const gchar *const missing[] = { "1", NULL }; /* NULL: not told */

	for (gsize i = 0; i < G_N_ELEMENTS(missing); i++) {
		g_autofree gchar *root = tf_fixture_directory();
		g_autoptr(TfDevice) device = NULL;

		tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
		tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
		tf_fixture_sysfs_link(root, "fs/btrfs/0123/devices/sda", TF_FIXTURE_SATA "/block/sda");
		if (missing[i] != NULL) {
			tf_fixture_sysfs_put(root, "fs/btrfs/0123/devinfo/1/missing", "0");
			tf_fixture_sysfs_put(root, "fs/btrfs/0123/devinfo/2/missing", missing[i]);
		}
		device = tf_device_of_btrfs(root, 8, 0);

		g_assert_true(device->is_layered);
		tf_fixture_remove(root);
	}
}

static void test_array_that_misses_a_disk(void)
{
	static const gchar *const degraded[] = { "0", "1" };

	for (gsize i = 0; i < G_N_ELEMENTS(degraded); i++) {
		g_autofree gchar *root = tf_fixture_directory();
		g_autoptr(TfDevice) device = NULL;

		tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
		tf_fixture_sysfs_disk(root, "devices/virtual/block/md0", "1", "0");
		tf_fixture_sysfs_put(root, "devices/virtual/block/md0/md/degraded", degraded[i]);
		tf_fixture_sysfs_link(
			root, "devices/virtual/block/md0/slaves/sda", TF_FIXTURE_SATA "/block/sda");
		tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/md0");
		device = tf_fixture_sysfs_device(root, 0);

		g_assert_cmpint(device->is_layered, ==, degraded[i][0] == '1');
		tf_fixture_remove(root);
	}
}

static void test_btrfs_whose_disks_are_not_told(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
	device = tf_device_of_btrfs(root, 8, 0);

	g_assert_null(device);
	tf_fixture_remove(root);
}

static void test_discard(void)
{
	static const struct {
		const gchar *most; /* of the second disk */
		guint64 expected;
	} rows[] = { { "0", 0 }, { "1048576", 8192 } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree gchar *root = tf_fixture_directory();
		g_autoptr(TfDevice) device = NULL;

		tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
		tf_fixture_sysfs_put(root, TF_FIXTURE_SATA "/block/sda/queue/discard_max_bytes", "1048576");
		tf_fixture_sysfs_put(root, TF_FIXTURE_SATA "/block/sda/queue/discard_granularity", "512");
		tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
		tf_fixture_sysfs_disk(root, TF_FIXTURE_USB "/block/sdb", "1", "0");
		tf_fixture_sysfs_put(root, TF_FIXTURE_USB "/block/sdb/queue/discard_max_bytes", rows[i].most);
		tf_fixture_sysfs_put(root, TF_FIXTURE_USB "/block/sdb/queue/discard_granularity", "8192");
		tf_fixture_sysfs_link(root, "fs/btrfs/0123/devices/sda", TF_FIXTURE_SATA "/block/sda");
		tf_fixture_sysfs_link(root, "fs/btrfs/0123/devices/sdb", TF_FIXTURE_USB "/block/sdb");
		device = tf_device_of_btrfs(root, 8, 0);

		g_assert_cmpuint(device->discard_granularity, ==, rows[i].expected);
		tf_fixture_remove(root);
	}
}

static void test_network_block_device(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, "devices/virtual/block/nbd0", "0", "0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/nbd0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_NETWORK);
	tf_fixture_remove(root);
}

static void test_write_protected(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_put(root, TF_FIXTURE_SATA "/block/sda/ro", "1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", TF_FIXTURE_SATA "/block/sda");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_true(device->is_read_only);
	tf_fixture_remove(root);
}

static gboolean names_image(const TfDevice *device, const gchar *loop, const gchar *path)
{
	for (guint i = 0; i < device->images->len; i++) {
		const TfImage *image = g_ptr_array_index(device->images, i);

		if (g_str_equal(image->loop, loop) && g_str_equal(image->path, path))
			return TRUE;
	}

	return FALSE;
}

static void test_loop_device_names_its_image(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, "devices/virtual/block/loop0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/loop0/loop/backing_file", "/media/stick/box.img");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/loop0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpuint(device->images->len, ==, 1);
	g_assert_true(names_image(device, "loop0", "/media/stick/box.img"));
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

static void test_mirror_of_loop_devices(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, "devices/virtual/block/loop0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/loop0/loop/backing_file", "/srv/box.img");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/loop1", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/loop1/loop/backing_file", "/media/stick/box.img");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/md0", "1", "0");
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/loop0", "devices/virtual/block/loop0");
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/loop1", "devices/virtual/block/loop1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/md0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpuint(device->images->len, ==, 2);
	g_assert_true(names_image(device, "loop0", "/srv/box.img"));
	g_assert_true(names_image(device, "loop1", "/media/stick/box.img"));
	tf_fixture_remove(root);
}

static void test_unknown_device(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = tf_device_of(root, 8, 0);

	g_assert_null(device);
	tf_fixture_remove(root);
}

/* A chain that bites its own tail, and one that leads out of sysfs. */
static void test_endless_chain(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "1", "0");
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-0/slaves/dm-0", "devices/virtual/block/dm-0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = tf_device_of(root, 8, 0);

	g_assert_null(device);
	tf_fixture_remove(root);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/device/a partition of a rotating disk is local and no flash", test_rotating_disk);
	g_test_add_func("/device/a disk that does not rotate is flash", test_solid_state_disk);
	g_test_add_func("/device/a virtual disk may be flash beneath", test_virtual_disk);
	g_test_add_func("/device/a disk behind USB is removable whatever it says", test_usb_stick);
	g_test_add_func("/device/the removable attribute is believed", test_removable_attribute);
	g_test_add_func("/device/a memory card is removable", test_memory_card);
	g_test_add_func("/device/a soldered eMMC is a fixed disk", test_soldered_emmc);
	g_test_add_func(
		"/device/LUKS on a stick is removable and encrypted", test_encrypted_volume_on_a_stick);
	g_test_add_func("/device/of several disks the one that asks for most care counts",
		test_mirror_of_unlike_disks);
	g_test_add_func(
		"/device/a disk behind a socket that faces outwards is removable", test_thunderbolt_disk);
	g_test_add_func("/device/btrfs lies on all its disks", test_btrfs_of_several_disks);
	g_test_add_func("/device/btrfs that misses a disk is layered", test_btrfs_that_misses_a_disk);
	g_test_add_func("/device/an array that misses a disk is layered", test_array_that_misses_a_disk);
	g_test_add_func(
		"/device/btrfs whose disks are not told is no device", test_btrfs_whose_disks_are_not_told);
	g_test_add_func("/device/free space is discarded where every disk takes part", test_discard);
	g_test_add_func("/device/a network block device is on the network", test_network_block_device);
	g_test_add_func("/device/a write-protected disk is read-only", test_write_protected);
	g_test_add_func("/device/a loop device names its image", test_loop_device_names_its_image);
	g_test_add_func("/device/a mirror of loop devices names all images", test_mirror_of_loop_devices);
	g_test_add_func("/device/a device that sysfs does not know is no device", test_unknown_device);
	g_test_add_func("/device/an endless chain is no device", test_endless_chain);

	return g_test_run();
}
