/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/volume-id.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/hex.h"

#define UUID 16u

/* The first version of the geometry, which every kernel knows; only of its library in a header. */
#define XFS_GEOMETRY _IOC(_IOC_READ, 'X', 100, 112)
#define XFS_UUID     64u

typedef struct FileSystemUuid {
	guint8 length;
	guint8 uuid[UUID];
} FileSystemUuid;

#define GET_UUID _IOR(0x15, 0, FileSystemUuid)

/* No device has such a number. */
#define IS_OF_FILE_SYSTEM (G_GUINT64_CONSTANT(1) << 63)

static guint64 fold(guint64 kind, gconstpointer bytes, gsize length)
{
	guint8 text[sizeof kind + UUID] = { 0 };
	guint8 digest[TF_SHA256_SIZE];
	guint64 id = 0;

	memcpy(text, &kind, sizeof kind);
	memcpy(text + sizeof kind, bytes, MIN(length, UUID));
	tf_sha256(text, sizeof text, digest);
	memcpy(&id, digest, sizeof id);

	return id | IS_OF_FILE_SYSTEM;
}

/* 0: it has none. */
static guint64 id_of_file_system(int fd)
{
	guint8 geometry[112] = { 0 };
	FileSystemUuid uuid = { 0 };
	struct statfs status;

	if (fstatfs(fd, &status) != 0)
		return 0;
	if (status.f_type == EXT4_SUPER_MAGIC || status.f_type == BTRFS_SUPER_MAGIC)
		return fold((guint64)status.f_type, &status.f_fsid, sizeof status.f_fsid);
	if (status.f_type == XFS_SUPER_MAGIC && ioctl(fd, XFS_GEOMETRY, geometry) == 0)
		return fold((guint64)status.f_type, geometry + XFS_UUID, UUID);
	if (ioctl(fd, GET_UUID, &uuid) == 0 && uuid.length > 0)
		return fold((guint64)status.f_type, uuid.uuid, MIN(uuid.length, UUID));

	return 0;
}

static guint64 number_of_device(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? status.st_dev : 0;
}

guint64 tf_volume_id(int fd)
{
	guint64 id = id_of_file_system(fd);

	return id != 0 ? id : number_of_device(fd);
}

gboolean tf_volume_is(int fd, guint64 id)
{
	return id != 0 && (id == id_of_file_system(fd) || id == number_of_device(fd));
}
