/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <unistd.h>

#include "base/secret.h"
#include "device-private.h"
#include "fixtures.h"

#define SATA "devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
#define USB  "devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0"
#define MMC  "devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"

/* A sysfs of our own, below a temporary directory. */
static void put(const gchar *root, const gchar *path, const gchar *value)
{
	g_autofree gchar *file = g_build_filename(root, path, NULL);
	g_autofree gchar *directory = g_path_get_dirname(file);
	g_autofree gchar *line = g_strconcat(value, "\n", NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, line, -1, NULL));
}

static void link_to(const gchar *root, const gchar *path, const gchar *target)
{
	g_autofree gchar *link = g_build_filename(root, path, NULL);
	g_autofree gchar *directory = g_path_get_dirname(link);
	g_autofree gchar *absolute = g_build_filename(root, target, NULL);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0700), ==, 0);
	g_assert_cmpint(symlink(absolute, link), ==, 0);
}

static void put_disk(const gchar *root, const gchar *disk, const gchar *rotational, const gchar *removable)
{
	g_autofree gchar *a = g_strconcat(disk, "/queue/rotational", NULL);
	g_autofree gchar *b = g_strconcat(disk, "/removable", NULL);
	g_autofree gchar *c = g_strconcat(disk, "/ro", NULL);

	put(root, a, rotational);
	put(root, b, removable);
	put(root, c, "0");
}

static TfDevice *inspect(const gchar *root, guint device_minor)
{
	TfDevice *device = tf_device_of(root, 8, device_minor);

	g_assert_nonnull(device);

	return device;
}

static void test_rotating_disk(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, SATA "/block/sda", "1", "0");
	put(root, SATA "/block/sda/sda1/partition", "1");
	link_to(root, "dev/block/8:1", SATA "/block/sda/sda1");
	device = inspect(root, 1);

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

	put_disk(root, SATA "/block/sda", "0", "0");
	link_to(root, "dev/block/8:0", SATA "/block/sda");
	device = inspect(root, 0);

	g_assert_cmpint(device->is_flash, ==, TF_YES);
	tf_fixture_remove(root);
}

static void test_virtual_disk(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, SATA "/block/sda", "1", "0");
	put(root, SATA "/block/sda/device/model", "QEMU HARDDISK");
	link_to(root, "dev/block/8:0", SATA "/block/sda");
	device = inspect(root, 0);

	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

/* Most USB sticks say 0 in 'removable' and 1 in 'rotational'. */
static void test_usb_stick(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, USB "/block/sdb", "1", "0");
	put(root, USB "/block/sdb/sdb1/partition", "1");
	link_to(root, "dev/block/8:17", USB "/block/sdb/sdb1");
	device = inspect(root, 17);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

static void test_removable_attribute(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, SATA "/block/sr0", "1", "1");
	link_to(root, "dev/block/8:0", SATA "/block/sr0");
	device = inspect(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	tf_fixture_remove(root);
}

static void test_memory_card(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, MMC "/block/mmcblk0", "0", "0");
	put(root, MMC "/block/mmcblk0/device/type", "SD");
	link_to(root, "dev/block/8:0", MMC "/block/mmcblk0");
	device = inspect(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_flash, ==, TF_YES);
	tf_fixture_remove(root);
}

static void test_soldered_emmc(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, MMC "/block/mmcblk0", "0", "0");
	put(root, MMC "/block/mmcblk0/device/type", "MMC");
	put(root, MMC "/block/mmcblk0/mmcblk0boot0/ro", "1");
	link_to(root, "dev/block/8:0", MMC "/block/mmcblk0");
	device = inspect(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_LOCAL);
	tf_fixture_remove(root);
}

static void test_encrypted_volume_on_a_stick(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, USB "/block/sdb", "0", "0");
	put(root, USB "/block/sdb/sdb1/partition", "1");
	put_disk(root, "devices/virtual/block/dm-0", "0", "0");
	put(root, "devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-stick");
	link_to(root, "devices/virtual/block/dm-0/slaves/sdb1", USB "/block/sdb/sdb1");
	link_to(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = inspect(root, 0);

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

	put_disk(root, SATA "/block/sda", "1", "0");
	put_disk(root, USB "/block/sdb", "1", "0");
	put_disk(root, "devices/virtual/block/dm-0", "1", "0");
	put(root, "devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-half");
	link_to(root, "devices/virtual/block/dm-0/slaves/sdb", USB "/block/sdb");
	put_disk(root, "devices/virtual/block/md0", "1", "0");
	link_to(root, "devices/virtual/block/md0/slaves/sda", SATA "/block/sda");
	link_to(root, "devices/virtual/block/md0/slaves/dm-0", "devices/virtual/block/dm-0");
	link_to(root, "dev/block/8:0", "devices/virtual/block/md0");
	device = inspect(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_REMOVABLE);
	g_assert_cmpint(device->is_encrypted, ==, TF_NO);
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
	tf_fixture_remove(root);
}

#define LVM "LVM-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A volume on a disk, through what LVM calls 'inner' when there is such a layer. */
static TfDevice *inspect_volume(const gchar *inner)
{
	g_autofree gchar *root = tf_fixture_directory();
	const gchar *below = inner != NULL ? "devices/virtual/block/dm-1" : SATA "/block/sda";
	TfDevice *device = NULL;

	put_disk(root, SATA "/block/sda", "1", "0");
	put_disk(root, "devices/virtual/block/dm-0", "1", "0");
	put(root, "devices/virtual/block/dm-0/dm/uuid", LVM);
	link_to(root, "devices/virtual/block/dm-0/slaves/below", below);
	if (inner != NULL) {
		put_disk(root, "devices/virtual/block/dm-1", "1", "0");
		put(root, "devices/virtual/block/dm-1/dm/uuid", inner);
		link_to(root, "devices/virtual/block/dm-1/slaves/sda", SATA "/block/sda");
	}
	link_to(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = inspect(root, 0);
	tf_fixture_remove(root);

	return device;
}

static void test_plain_volume(void)
{
	g_autoptr(TfDevice) device = inspect_volume(NULL);

	g_assert_false(device->is_layered);
	g_assert_cmpint(device->is_flash, ==, TF_NO);
}

static void test_volume_with_snapshots(void)
{
	g_autoptr(TfDevice) device = inspect_volume(LVM "-real");

	g_assert_true(device->is_layered);
}

static void test_thin_volume(void)
{
	g_autoptr(TfDevice) device = inspect_volume(LVM "-tpool");

	g_assert_true(device->is_layered);
}

static void test_cached_device(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, SATA "/block/sda", "1", "0");
	put_disk(root, "devices/virtual/block/bcache0", "1", "0");
	link_to(root, "devices/virtual/block/bcache0/slaves/sda", SATA "/block/sda");
	link_to(root, "dev/block/8:0", "devices/virtual/block/bcache0");
	device = inspect(root, 0);

	g_assert_true(device->is_layered);
	tf_fixture_remove(root);
}

static void test_network_block_device(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, "devices/virtual/block/nbd0", "0", "0");
	link_to(root, "dev/block/8:0", "devices/virtual/block/nbd0");
	device = inspect(root, 0);

	g_assert_cmpint(device->place, ==, TF_PLACE_NETWORK);
	tf_fixture_remove(root);
}

static void test_write_protected(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, SATA "/block/sda", "1", "0");
	put(root, SATA "/block/sda/ro", "1");
	link_to(root, "dev/block/8:0", SATA "/block/sda");
	device = inspect(root, 0);

	g_assert_true(device->is_read_only);
	tf_fixture_remove(root);
}

static void test_loop_device_names_its_image(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	put_disk(root, "devices/virtual/block/loop0", "1", "0");
	put(root, "devices/virtual/block/loop0/loop/backing_file", "/media/stick/box.img");
	link_to(root, "dev/block/8:0", "devices/virtual/block/loop0");
	device = inspect(root, 0);

	g_assert_cmpstr(device->backing_file, ==, "/media/stick/box.img");
	g_assert_cmpint(device->is_flash, ==, TF_UNKNOWN);
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

	put_disk(root, "devices/virtual/block/dm-0", "1", "0");
	link_to(root, "devices/virtual/block/dm-0/slaves/dm-0", "devices/virtual/block/dm-0");
	link_to(root, "dev/block/8:0", "devices/virtual/block/dm-0");
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
	g_test_add_func("/device/a volume on a disk has no layer beneath", test_plain_volume);
	g_test_add_func("/device/a volume with snapshots has a layer beneath", test_volume_with_snapshots);
	g_test_add_func("/device/a thin volume has a layer beneath", test_thin_volume);
	g_test_add_func("/device/a cached disk has a layer beneath", test_cached_device);
	g_test_add_func("/device/a network block device is on the network", test_network_block_device);
	g_test_add_func("/device/a write-protected disk is read-only", test_write_protected);
	g_test_add_func("/device/a loop device names its image", test_loop_device_names_its_image);
	g_test_add_func("/device/a device that sysfs does not know is no device", test_unknown_device);
	g_test_add_func("/device/an endless chain is no device", test_endless_chain);

	return g_test_run();
}
