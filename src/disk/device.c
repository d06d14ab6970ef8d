/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device-private.h"

#include <stdlib.h>
#include <string.h>

/* LUKS on LVM on RAID on partitions is four; anything deeper is no sane stack. */
#define DEPTH_LIMIT 8

/* What a component of the device's path in sysfs says. Most USB disks call themselves not removable. */
static const struct {
	const gchar *fragment;
	TfPlace place;
} path_places[] = {
	{ "/usb", TF_PLACE_REMOVABLE },
	{ "/session", TF_PLACE_NETWORK }, /* iSCSI */
	{ "/block/nbd", TF_PLACE_NETWORK },
	{ "/block/rbd", TF_PLACE_NETWORK },
	{ "/block/drbd", TF_PLACE_NETWORK },
};

/* Virtual disks say that they rotate, whatever lies beneath; so do most USB sticks. */
static const gchar *const path_doubts[] = { "/virtual/", "/virtio", "/vmbus", "/VMBUS", "/xen", "/vbd",
	"/usb", "/session" };
static const gchar *const model_doubts[] = { "QEMU", "VMware", "VBOX", "Virtual", "Msft", "LIO-ORG" };

/* Of the virtual disks, those that write elsewhere than where they are told to. */
static const gchar *const path_layers[] = { "/block/bcache", "/block/zd", "/block/zram" };

/* Of the arrays of md, those that write to a journal, or parities to a log, before they write in place. */
static const gchar *const array_journals[] = { "journal", "ppl" };

/* "LVM-", the volume group's and the volume's identifier; what LVM keeps to itself has a suffix: "-real"
 * beneath a volume with snapshots or a cache, "-tpool" beneath a thin one. */
#define LVM_PREFIX "LVM-"
#define LVM_LENGTH (4u + 32u + 32u)

/* What device-mapper is used for, as the UUID begins; dm-integrity keeps a journal of what is written, and
 * dm-verity is not written to. What is not listed (Stratis, a volume of no tool's) may do anything. */
static const struct Kind {
	const gchar *prefix;
	TfTristate is_encrypted;
	gboolean is_layer;
} kinds[] = {
	{ "CRYPT-LUKS1-", TF_YES, FALSE },
	{ "CRYPT-LUKS2-", TF_YES, FALSE },
	{ "CRYPT-PLAIN-", TF_YES, FALSE },
	{ "CRYPT-LOOPAES-", TF_YES, FALSE },
	{ "CRYPT-TCRYPT-", TF_YES, FALSE },
	{ "CRYPT-BITLK-", TF_YES, FALSE },
	{ "CRYPT-FVAULT2-", TF_YES, FALSE },
	{ "CRYPT-INTEGRITY-", TF_NO, TRUE },
	{ "CRYPT-VERITY-", TF_NO, FALSE },
	{ LVM_PREFIX, TF_NO, FALSE },
	{ "mpath-", TF_NO, FALSE },
	{ "part", TF_NO, FALSE }, /* "part1-mpath-": a partition of what lies beneath */
	{ "DMRAID-", TF_NO, FALSE },
};

static gchar *resolve(const gchar *path)
{
	char *real = realpath(path, NULL);
	gchar *resolved = g_strdup(real);

	free(real);

	return resolved;
}

static gchar *read_attribute(const gchar *directory, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);
	gchar *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return NULL;

	return g_strstrip(text);
}

static gboolean attribute_is(const gchar *directory, const gchar *name, const gchar *value)
{
	g_autofree gchar *text = read_attribute(directory, name);

	return g_strcmp0(text, value) == 0;
}

/* 0 where it says nothing. */
static guint64 number_of(const gchar *directory, const gchar *name)
{
	g_autofree gchar *text = read_attribute(directory, name);

	return text != NULL ? g_ascii_strtoull(text, NULL, 10) : 0;
}

static gboolean has_entry(const gchar *directory, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(directory, name, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean holds_any(const gchar *text, const gchar *const *words, gsize n_words)
{
	for (gsize i = 0; text != NULL && i < n_words; i++)
		if (strstr(text, words[i]) != NULL)
			return TRUE;

	return FALSE;
}

/* A soldered eMMC is the fixed disk of many small PCs; what tells it from a card are its boot areas. */
static gboolean is_card(const gchar *disk)
{
	g_autofree gchar *type = read_attribute(disk, "device/type");
	g_autofree gchar *name = g_path_get_basename(disk);
	g_autofree gchar *boot_area = g_strconcat(name, "boot0", NULL);

	if (!g_str_has_prefix(name, "mmcblk"))
		return FALSE;

	return g_strcmp0(type, "MMC") != 0 || !has_entry(disk, boot_area);
}

/* Behind a socket that faces outwards, Thunderbolt's first of all: the kernel says so at the PCI device. */
static gboolean is_external(const gchar *disk, gsize root_length)
{
	g_autofree gchar *directory = g_strdup(disk);

	while (strlen(directory) > root_length) {
		gchar *parent = g_path_get_dirname(directory);

		g_free(directory);
		directory = parent;
		if (attribute_is(directory, "removable", "removable"))
			return TRUE;
	}

	return FALSE;
}

static TfPlace leaf_place(const gchar *disk, const gchar *path)
{
	if (attribute_is(disk, "removable", "1") || is_card(disk) ||
		is_external(disk, strlen(disk) - strlen(path)))
		return TF_PLACE_REMOVABLE;
	for (gsize i = 0; i < G_N_ELEMENTS(path_places); i++)
		if (strstr(path, path_places[i].fragment) != NULL)
			return path_places[i].place;

	return TF_PLACE_LOCAL;
}

static TfTristate leaf_is_flash(const gchar *disk, const gchar *path)
{
	g_autofree gchar *rotational = read_attribute(disk, "queue/rotational");
	g_autofree gchar *vendor = read_attribute(disk, "device/vendor");
	g_autofree gchar *model = read_attribute(disk, "device/model");

	if (g_strcmp0(rotational, "0") == 0 || strstr(path, "/block/mmcblk") != NULL)
		return TF_YES;
	if (g_strcmp0(rotational, "1") != 0 || holds_any(path, path_doubts, G_N_ELEMENTS(path_doubts)) ||
		holds_any(vendor, model_doubts, G_N_ELEMENTS(model_doubts)) ||
		holds_any(model, model_doubts, G_N_ELEMENTS(model_doubts)))
		return TF_UNKNOWN;

	return TF_NO;
}

TfPlace tf_place_careful(TfPlace a, TfPlace b)
{
	static const TfPlace by_care[] = { TF_PLACE_REMOVABLE, TF_PLACE_NETWORK, TF_PLACE_UNKNOWN };

	for (gsize i = 0; i < G_N_ELEMENTS(by_care); i++)
		if (a == by_care[i] || b == by_care[i])
			return by_care[i];

	return TF_PLACE_LOCAL;
}

static TfTristate either(TfTristate a, TfTristate b)
{
	if (a == TF_YES || b == TF_YES)
		return TF_YES;

	return a == TF_UNKNOWN || b == TF_UNKNOWN ? TF_UNKNOWN : TF_NO;
}

static TfTristate both(TfTristate a, TfTristate b)
{
	if (a == TF_NO || b == TF_NO)
		return TF_NO;

	return a == TF_UNKNOWN || b == TF_UNKNOWN ? TF_UNKNOWN : TF_YES;
}

/* All have to take part. */
static guint64 coarser(guint64 a, guint64 b)
{
	return a == 0 || b == 0 ? 0 : MAX(a, b);
}

static guint64 granularity_of(const gchar *disk)
{
	if (number_of(disk, "queue/discard_max_bytes") == 0)
		return 0;

	return MAX(number_of(disk, "queue/discard_granularity"), 1);
}

static TfDevice *inspect(const gchar *root, const gchar *directory, guint depth);

static void image_free(TfImage *image)
{
	g_free(image->path);
	g_free(image->loop);
	g_free(image);
}

static void add_image(TfDevice *device, const gchar *path, const gchar *loop)
{
	TfImage *image = g_new0(TfImage, 1);

	if (device->images == NULL)
		device->images = g_ptr_array_new_with_free_func((GDestroyNotify)image_free);
	image->path = g_strdup(path);
	image->loop = g_strdup(loop);
	g_ptr_array_add(device->images, image);
}

static void add(TfDevice *sum, const TfDevice *one)
{
	sum->place = tf_place_careful(sum->place, one->place);
	sum->is_flash = either(sum->is_flash, one->is_flash);
	sum->is_encrypted = both(sum->is_encrypted, one->is_encrypted);
	sum->is_read_only = sum->is_read_only || one->is_read_only;
	sum->is_layered = sum->is_layered || one->is_layered;
	sum->discard_granularity = coarser(sum->discard_granularity, one->discard_granularity);
	for (guint i = 0; one->images != NULL && i < one->images->len; i++) {
		const TfImage *image = g_ptr_array_index(one->images, i);

		add_image(sum, image->path, image->loop);
	}
}

/* The devices that are listed in a folder, as one; NULL when there are none, or one of them cannot be told.
 */
static TfDevice *inspect_all(const gchar *root, const gchar *path, guint depth)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	g_autoptr(TfDevice) sum = NULL;
	const gchar *name = NULL;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree gchar *link = g_build_filename(path, name, NULL);
		g_autoptr(TfDevice) one = inspect(root, link, depth);

		if (one == NULL)
			return NULL;
		if (sum == NULL)
			sum = g_steal_pointer(&one);
		else
			add(sum, one);
	}

	return g_steal_pointer(&sum);
}

static TfDevice *inspect_leaf(const gchar *root, const gchar *disk)
{
	g_autoptr(TfDevice) device = g_new0(TfDevice, 1);
	g_autofree gchar *image = read_attribute(disk, "loop/backing_file");
	const gchar *path = disk + strlen(root);

	device->place = leaf_place(disk, path);
	device->is_flash = leaf_is_flash(disk, path);
	device->is_encrypted = TF_NO;
	device->discard_granularity = granularity_of(disk);
	if (image != NULL) {
		g_autofree gchar *name = g_path_get_basename(disk);

		add_image(device, image, name);
	}

	return g_steal_pointer(&device);
}

static gboolean has_slaves(const gchar *slaves)
{
	g_autoptr(GDir) directory = g_dir_open(slaves, 0, NULL);

	return directory != NULL && g_dir_read_name(directory) != NULL;
}

/* What a device of device-mapper does to what passes through it. */
static void add_kind(TfDevice *device, const gchar *uuid)
{
	static const struct Kind unlisted = { "", TF_UNKNOWN, TRUE };
	const struct Kind *kind = &unlisted;

	for (gsize i = 0; uuid != NULL && i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(uuid, kinds[i].prefix))
			kind = &kinds[i];
	device->is_encrypted = either(device->is_encrypted, kind->is_encrypted);
	if (kind->is_layer || (strcmp(kind->prefix, LVM_PREFIX) == 0 && strlen(uuid) > LVM_LENGTH))
		device->is_layered = TRUE;
}

static void add_layer(TfDevice *device, const gchar *disk, const gchar *path)
{
	g_autofree gchar *uuid = read_attribute(disk, "dm/uuid");
	g_autofree gchar *policy = read_attribute(disk, "md/consistency_policy");
	g_autofree gchar *n_missing = read_attribute(disk, "md/degraded");

	if (has_entry(disk, "dm"))
		add_kind(device, uuid);
	if (holds_any(path, path_layers, G_N_ELEMENTS(path_layers)) ||
		holds_any(policy, array_journals, G_N_ELEMENTS(array_journals)) ||
		(n_missing != NULL && strcmp(n_missing, "0") != 0))
		device->is_layered = TRUE;
}

static TfDevice *inspect(const gchar *root, const gchar *directory, guint depth)
{
	g_autofree gchar *node = depth < DEPTH_LIMIT ? resolve(directory) : NULL;
	g_autofree gchar *disk = NULL;
	g_autofree gchar *slaves = NULL;
	g_autoptr(TfDevice) device = NULL;

	if (node == NULL || !g_str_has_prefix(node, root))
		return NULL;

	disk = has_entry(node, "partition") ? g_path_get_dirname(node) : g_strdup(node);
	slaves = g_build_filename(disk, "slaves", NULL);
	device = has_slaves(slaves) ? inspect_all(root, slaves, depth + 1) : inspect_leaf(root, disk);
	if (device == NULL)
		return NULL;
	g_free(device->name);
	device->name = g_path_get_basename(node);
	add_layer(device, disk, disk + strlen(root));
	device->discard_granularity = coarser(device->discard_granularity, granularity_of(disk));
	if (attribute_is(node, "ro", "1") || attribute_is(disk, "ro", "1"))
		device->is_read_only = TRUE;

	return g_steal_pointer(&device);
}

TfDevice *tf_device_of(const gchar *sysfs, guint device_major, guint device_minor)
{
	g_autofree gchar *root = resolve(sysfs);
	g_autofree gchar *link = NULL;

	if (root == NULL)
		return NULL;
	link = g_strdup_printf("%s/dev/block/%u:%u", root, device_major, device_minor);

	return inspect(root, link, 0);
}

/* "fs/btrfs/UUID", among whose disks the device is; NULL when there is none. */
static gchar *find_btrfs(const gchar *root, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(root, "fs/btrfs", NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const gchar *uuid = NULL;

	while (directory != NULL && (uuid = g_dir_read_name(directory)) != NULL) {
		g_autofree gchar *devices = g_build_filename(path, uuid, "devices", NULL);

		if (has_entry(devices, name))
			return g_build_filename(path, uuid, NULL);
	}

	return NULL;
}

/* A disk that is not plugged in is none of its devices, and keeps what was written to it. */
static gboolean misses_disk(const gchar *btrfs)
{
	g_autofree gchar *path = g_build_filename(btrfs, "devinfo", NULL);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const gchar *number = NULL;

	while (directory != NULL && (number = g_dir_read_name(directory)) != NULL) {
		g_autofree gchar *disk = g_build_filename(path, number, NULL);

		if (!attribute_is(disk, "missing", "0"))
			return TRUE;
	}

	return directory == NULL;
}

TfDevice *tf_device_of_btrfs(const gchar *sysfs, guint device_major, guint device_minor)
{
	g_autofree gchar *root = resolve(sysfs);
	g_autoptr(TfDevice) one = tf_device_of(sysfs, device_major, device_minor);
	g_autofree gchar *btrfs = root != NULL && one != NULL ? find_btrfs(root, one->name) : NULL;
	g_autofree gchar *devices = btrfs != NULL ? g_build_filename(btrfs, "devices", NULL) : NULL;
	TfDevice *all = devices != NULL ? inspect_all(root, devices, 0) : NULL;

	if (all != NULL && misses_disk(btrfs))
		all->is_layered = TRUE;

	return all;
}

void tf_device_free(TfDevice *device)
{
	if (device == NULL)
		return;

	g_free(device->name);
	g_clear_pointer(&device->images, g_ptr_array_unref);
	g_free(device);
}
