/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/media.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "device-private.h"
#include "extents-private.h"
#include "loop-private.h"
#include "mounts-private.h"

#define SYSFS	  "/sys"
#define EXT4_PROC "/proc/fs/ext4"

/* A loop device's image may lie on a stick, an overlay's upper layer on a loop device. */
#define DEPTH_LIMIT 4

typedef enum Where {
	ON_DEVICE,
	IN_MEMORY,
	ON_LAYER, /* overlay: where its upper layer lies, when that can be seen; else this PC */
	ON_NETWORK
} Where;

/*
 * Overwriting in place was measured for ext4, xfs, btrfs and overlay. tmpfs is UNKNOWN: it has no FIEMAP, and
 * its pages may have been swapped. FUSE on a block device (ntfs-3g) lies where the kernel says that device
 * does. What is not listed (all other FUSE first of all) lies at an unknown place.
 */
static const struct FileSystem {
	const gchar *name;
	Where where;
	TfTristate overwrites_in_place;
} file_systems[] = {
	{ "ext2", ON_DEVICE, TF_YES },
	{ "ext3", ON_DEVICE, TF_YES },
	{ "ext4", ON_DEVICE, TF_YES },
	{ "xfs", ON_DEVICE, TF_YES },
	{ "btrfs", ON_DEVICE, TF_NO }, /* FS_NOCOW_FL is looked at apart */
	{ "vfat", ON_DEVICE, TF_YES },
	{ "msdos", ON_DEVICE, TF_YES },
	{ "exfat", ON_DEVICE, TF_YES },
	{ "ntfs3", ON_DEVICE, TF_UNKNOWN },
	{ "ntfs", ON_DEVICE, TF_UNKNOWN },
	{ "fuseblk", ON_DEVICE, TF_UNKNOWN },
	{ "hfsplus", ON_DEVICE, TF_UNKNOWN },
	{ "jfs", ON_DEVICE, TF_UNKNOWN },
	{ "reiserfs", ON_DEVICE, TF_UNKNOWN },
	{ "f2fs", ON_DEVICE, TF_NO },
	{ "nilfs2", ON_DEVICE, TF_NO },
	{ "bcachefs", ON_DEVICE, TF_NO },
	{ "zfs", ON_DEVICE, TF_NO },
	{ "udf", ON_DEVICE, TF_UNKNOWN },
	{ "iso9660", ON_DEVICE, TF_NO },
	{ "squashfs", ON_DEVICE, TF_NO },
	{ "erofs", ON_DEVICE, TF_NO },
	{ "tmpfs", IN_MEMORY, TF_UNKNOWN },
	{ "ramfs", IN_MEMORY, TF_UNKNOWN },
	{ "overlay", ON_LAYER, TF_NO },
	{ "nfs", ON_NETWORK, TF_UNKNOWN },
	{ "nfs4", ON_NETWORK, TF_UNKNOWN },
	{ "cifs", ON_NETWORK, TF_UNKNOWN },
	{ "smb3", ON_NETWORK, TF_UNKNOWN },
	{ "ceph", ON_NETWORK, TF_UNKNOWN },
	{ "afs", ON_NETWORK, TF_UNKNOWN },
	{ "9p", ON_NETWORK, TF_UNKNOWN },
};

static TfMedia *inspect(TfMounts *mounts, int fd, guint depth, GError **error);

static const struct FileSystem *file_system_named(const gchar *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(file_systems); i++)
		if (strcmp(file_systems[i].name, name) == 0)
			return &file_systems[i];

	return NULL;
}

/* What lies beneath, for reading if it is a file and may be read: flags and blocks are asked of no path. -1:
 * it cannot be seen. */
static int open_beneath(const gchar *path, guint depth)
{
	struct stat status;
	int fd = -1;

	if (depth >= DEPTH_LIMIT || path == NULL || !g_path_is_absolute(path) || stat(path, &status) != 0)
		return -1;
	if (S_ISREG(status.st_mode))
		fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 ? fd : open(path, O_PATH | O_CLOEXEC);
}

/* A shared block is not overwritten: its copies keep it. */
static gboolean may_share(int fd, const TfMedia *media)
{
	static const gchar *const never[] = { "ext2", "ext3", "ext4", "vfat", "msdos", "exfat", NULL };
	g_autoptr(TfExtents) extents = NULL;

	if (g_strv_contains(never, media->file_system))
		return FALSE;
	extents = tf_extents_of(fd);

	return !extents->is_known || extents->is_shared;
}

/* What the image of a loop device adds: a layer, unless it is known to be this file, and to be overwritten in
 * place. One that cannot be seen (unlinked, below another mount, or in nobody's view but whoever mounted it)
 * may lie anywhere, on a stick too. */
static void add_image(TfMedia *media, TfMounts *mounts, const TfImage *image, guint depth)
{
	TF_AUTO_FD int fd = open_beneath(image->path, depth);
	TfTristate is_it = fd >= 0 ? tf_loop_lies_on(image->loop, fd) : TF_NO;
	g_autoptr(TfMedia) beneath = is_it != TF_NO ? inspect(mounts, fd, depth + 1, NULL) : NULL;

	media->place = tf_place_careful(media->place, beneath != NULL ? beneath->place : TF_PLACE_UNKNOWN);
	if (is_it != TF_YES || beneath == NULL || beneath->overwrites_in_place != TF_YES ||
		may_share(fd, beneath))
		media->is_layered = TRUE;
}

/* The mount's options are silent when the superblock asks for data=journal; the driver's own list is not.
 * Where that cannot be read, the place is not known. */
static void add_journal(TfMedia *media, const TfDevice *device)
{
	g_autofree gchar *path = g_build_filename(EXT4_PROC, device->name, "options", NULL);
	g_autofree gchar *text = NULL;
	g_auto(GStrv) options = NULL;

	if (strcmp(media->file_system, "ext3") != 0 && strcmp(media->file_system, "ext4") != 0)
		return;
	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		media->overwrites_in_place = TF_UNKNOWN;
		return;
	}
	options = g_strsplit(text, "\n", -1);
	if (g_strv_contains((const gchar *const *)options, "data=journal"))
		media->overwrites_in_place = TF_NO;
}

/* btrfs shows a device number of its own making; its mount names one of its disks. */
static void add_device(TfMedia *media, TfMounts *mounts, dev_t number, guint depth)
{
	g_autoptr(TfDevice) device = NULL;
	struct stat status;

	if (major(number) == 0 && stat(media->source, &status) == 0 && S_ISBLK(status.st_mode))
		number = status.st_rdev;
	device = strcmp(media->file_system, "btrfs") == 0
			 ? tf_device_of_btrfs(SYSFS, major(number), minor(number))
			 : tf_device_of(SYSFS, major(number), minor(number));
	if (device == NULL && media->overwrites_in_place == TF_YES)
		media->overwrites_in_place = TF_UNKNOWN;
	if (device == NULL)
		return;

	media->place = device->place;
	media->is_layered = device->is_layered;
	media->discard_granularity = device->discard_granularity;
	media->is_on_image = device->images != NULL;
	for (guint i = 0; device->images != NULL && i < device->images->len; i++)
		add_image(media, mounts, g_ptr_array_index(device->images, i), depth);
	add_journal(media, device);
	if (media->is_layered && media->overwrites_in_place == TF_YES)
		media->overwrites_in_place = TF_UNKNOWN;
	media->is_flash = device->is_flash;
	media->is_encrypted = device->is_encrypted;
	media->is_read_only = media->is_read_only || device->is_read_only;
}

static void add_layer(TfMedia *media, TfMounts *mounts, struct libmnt_fs *mount, guint depth)
{
	g_autofree gchar *upper = NULL;
	g_autoptr(TfMedia) beneath = NULL;
	TF_AUTO_FD int fd = -1;
	char *value = NULL;
	size_t length = 0;

	if (mnt_fs_get_option(mount, "upperdir", &value, &length) == 0 && value != NULL)
		upper = g_strndup(value, length);
	fd = open_beneath(upper, depth);
	beneath = fd >= 0 ? inspect(mounts, fd, depth + 1, NULL) : NULL;
	media->place = beneath != NULL ? beneath->place : TF_PLACE_LOCAL;
}

static void add_place(TfMedia *media, TfMounts *mounts, struct libmnt_fs *mount, dev_t number, guint depth)
{
	const struct FileSystem *file_system = file_system_named(media->file_system);

	if (file_system == NULL)
		return;

	media->overwrites_in_place = file_system->overwrites_in_place;
	switch (file_system->where) {
	case ON_DEVICE:
		add_device(media, mounts, number, depth);
		break;
	case IN_MEMORY:
		media->place = TF_PLACE_LOCAL;
		break;
	case ON_LAYER:
		add_layer(media, mounts, mount, depth);
		break;
	case ON_NETWORK:
		media->place = TF_PLACE_NETWORK;
		break;
	}
}

/* The file's own flags; file systems without them answer ENOTTY, and an O_PATH descriptor EBADF. */
static void add_flags(TfMedia *media, int fd)
{
	const guint elsewhere = FS_JOURNAL_DATA_FL | FS_COMPR_FL | FS_INLINE_DATA_FL;
	guint flags = 0;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
		return;

	if (strcmp(media->file_system, "btrfs") == 0 && (flags & FS_NOCOW_FL) != 0)
		media->overwrites_in_place = media->is_layered ? TF_UNKNOWN : TF_YES;
	if ((flags & elsewhere) != 0)
		media->overwrites_in_place = TF_NO;
}

static TfMedia *inspect(TfMounts *mounts, int fd, guint depth, GError **error)
{
	g_autoptr(TfMedia) media = g_new0(TfMedia, 1);
	struct libmnt_fs *mount = NULL;
	struct statvfs volume;
	struct statx status;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &status) != 0 ||
		fstatvfs(fd, &volume) != 0) {
		tf_raise(error, TF_ERROR_SYSTEM, "statx", g_strerror(errno), NULL);
		return NULL;
	}
	if ((status.stx_mask & STATX_MNT_ID) != 0)
		mount = tf_mounts_find(mounts, status.stx_mnt_id);
	media->mount_point = g_strdup(mount != NULL ? mnt_fs_get_target(mount) : "");
	media->file_system = g_strdup(mount != NULL ? mnt_fs_get_fstype(mount) : "");
	media->source = g_strdup(mount != NULL && mnt_fs_get_source(mount) ? mnt_fs_get_source(mount) : "");
	media->place = TF_PLACE_UNKNOWN;
	media->overwrites_in_place = TF_UNKNOWN;
	media->is_flash = TF_UNKNOWN;
	media->is_encrypted = TF_UNKNOWN;
	media->is_read_only = (volume.f_flag & ST_RDONLY) != 0;
	if (mount == NULL)
		return g_steal_pointer(&media);

	add_place(media, mounts, mount, makedev(status.stx_dev_major, status.stx_dev_minor), depth);
	add_flags(media, fd);
	if ((status.stx_attributes & STATX_ATTR_COMPRESSED) != 0)
		media->overwrites_in_place = TF_NO;
	if ((status.stx_attributes & STATX_ATTR_ENCRYPTED) != 0)
		media->is_encrypted = TF_YES;

	return g_steal_pointer(&media);
}

TfPlace tf_media_place_named(const gchar *name)
{
	const struct FileSystem *file_system = file_system_named(name);

	if (file_system == NULL)
		return TF_PLACE_UNKNOWN;

	return file_system->where == ON_NETWORK ? TF_PLACE_NETWORK : TF_PLACE_LOCAL;
}

TfMedia *tf_media_of(int fd, TfMounts *mounts, GError **error)
{
	g_autoptr(TfMounts) now = mounts == NULL ? tf_mounts_new() : NULL;

	return inspect(mounts != NULL ? mounts : now, fd, 0, error);
}

void tf_media_free(TfMedia *media)
{
	if (media == NULL)
		return;

	g_free(media->mount_point);
	g_free(media->file_system);
	g_free(media->source);
	g_free(media);
}
