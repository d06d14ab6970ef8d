/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What lies between a file system and its disks. */
#include "base/secret.h"
#include "device-private.h"
#include "sysfs.h"

#define LVM "LVM-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A volume on a disk, through what LVM calls 'inner' when there is such a layer. */
static TfDevice *inspect_volume(const gchar *inner)
{
	g_autofree gchar *root = tf_fixture_directory();
	const gchar *below = inner != NULL ? "devices/virtual/block/dm-1" : TF_FIXTURE_SATA "/block/sda";
	TfDevice *device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-0/dm/uuid", LVM);
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-0/slaves/below", below);
	if (inner != NULL) {
		tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-1", "1", "0");
		tf_fixture_sysfs_put(root, "devices/virtual/block/dm-1/dm/uuid", inner);
		tf_fixture_sysfs_link(
			root, "devices/virtual/block/dm-1/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	}
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = tf_fixture_sysfs_device(root, 0);
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

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/bcache0", "1", "0");
	tf_fixture_sysfs_link(root, "devices/virtual/block/bcache0/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/bcache0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_true(device->is_layered);
	tf_fixture_remove(root);
}

/* An array of two disks; 'policy' is how md keeps it consistent. */
static TfDevice *inspect_array(const gchar *policy)
{
	g_autofree gchar *root = tf_fixture_directory();
	TfDevice *device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sdb", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/md0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/md0/md/consistency_policy", policy);
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_link(root, "devices/virtual/block/md0/slaves/sdb", TF_FIXTURE_SATA "/block/sdb");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/md0");
	device = tf_fixture_sysfs_device(root, 0);
	tf_fixture_remove(root);

	return device;
}

static void test_arrays(void)
{
	static const struct {
		const gchar *policy;
		gboolean is_layered;
	} rows[] = {
		{ "none", FALSE },
		{ "resync", FALSE },
		{ "bitmap", FALSE },
		{ "journal", TRUE },
		{ "ppl", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TfDevice) device = inspect_array(rows[i].policy);

		g_assert_cmpint(device->is_layered, ==, rows[i].is_layered);
	}
}

static void test_compressed_memory(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, "devices/virtual/block/zram0", "0", "0");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/zram0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_true(device->is_layered);
	tf_fixture_remove(root);
}

/* A device of device-mapper on a disk, with what its kind calls itself. */
static TfDevice *inspect_mapped(const gchar *uuid)
{
	g_autofree gchar *root = tf_fixture_directory();
	TfDevice *device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-0/dm/uuid", uuid);
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-0/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = tf_fixture_sysfs_device(root, 0);
	tf_fixture_remove(root);

	return device;
}

static void assert_mapped(const gchar *uuid, TfTristate is_encrypted, gboolean is_layered)
{
	g_autoptr(TfDevice) device = inspect_mapped(uuid);

	g_assert_cmpint(device->is_encrypted, ==, is_encrypted);
	g_assert_cmpint(device->is_layered, ==, is_layered);
}

static void test_ciphers(void)
{
	assert_mapped("CRYPT-LUKS1-0123-home", TF_YES, FALSE);
	assert_mapped("CRYPT-LUKS2-0123-home", TF_YES, FALSE);
	assert_mapped("CRYPT-PLAIN-swap", TF_YES, FALSE);
	assert_mapped("CRYPT-BITLK-0123-windows", TF_YES, FALSE);
}

static void test_checksums(void)
{
	assert_mapped("CRYPT-VERITY-0123-root", TF_NO, FALSE);
	assert_mapped("CRYPT-INTEGRITY-0123-home", TF_NO, TRUE);
}

static void test_unknown_kind(void)
{
	assert_mapped("", TF_UNKNOWN, TRUE);
	assert_mapped("stratis-1-private-0123-thin-fs-4567", TF_UNKNOWN, TRUE);
	assert_mapped("CRYPT-SUBDEV-0123-home_dif", TF_UNKNOWN, TRUE);
}

static void test_paths_to_a_disk(void)
{
	assert_mapped("mpath-36001405", TF_NO, FALSE);
	assert_mapped("part1-mpath-36001405", TF_NO, FALSE);
}

/* LUKS with a checksum of each block: dm-crypt on dm-integrity. */
static void test_cipher_with_checksums(void)
{
	g_autofree gchar *root = tf_fixture_directory();
	g_autoptr(TfDevice) device = NULL;

	tf_fixture_sysfs_disk(root, TF_FIXTURE_SATA "/block/sda", "1", "0");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-1", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-1/dm/uuid", "CRYPT-INTEGRITY-0123-home_dif");
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-1/slaves/sda", TF_FIXTURE_SATA "/block/sda");
	tf_fixture_sysfs_disk(root, "devices/virtual/block/dm-0", "1", "0");
	tf_fixture_sysfs_put(root, "devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-home");
	tf_fixture_sysfs_link(root, "devices/virtual/block/dm-0/slaves/dm-1", "devices/virtual/block/dm-1");
	tf_fixture_sysfs_link(root, "dev/block/8:0", "devices/virtual/block/dm-0");
	device = tf_fixture_sysfs_device(root, 0);

	g_assert_cmpint(device->is_encrypted, ==, TF_YES);
	g_assert_true(device->is_layered);
	tf_fixture_remove(root);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/device-layers/a volume on a disk has no layer beneath", test_plain_volume);
	g_test_add_func(
		"/device-layers/a volume with snapshots has a layer beneath", test_volume_with_snapshots);
	g_test_add_func("/device-layers/a thin volume has a layer beneath", test_thin_volume);
	g_test_add_func("/device-layers/a cached disk has a layer beneath", test_cached_device);
	g_test_add_func("/device-layers/an array with a journal or a log of parities has a layer beneath",
		test_arrays);
	g_test_add_func("/device-layers/compressed memory is a layer", test_compressed_memory);
	g_test_add_func("/device-layers/what dm-crypt does is encryption", test_ciphers);
	g_test_add_func(
		"/device-layers/checksums do not encrypt, and their journal is a layer", test_checksums);
	g_test_add_func("/device-layers/LUKS with checksums is encrypted and has a layer beneath",
		test_cipher_with_checksums);
	g_test_add_func(
		"/device-layers/a mapping of an unknown kind is a layer that may encrypt", test_unknown_kind);
	g_test_add_func("/device-layers/several paths to a disk are no layer", test_paths_to_a_disk);

	return g_test_run();
}
