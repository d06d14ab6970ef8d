/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop-private.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"

#define LOOP_MAJOR 7u

TfTristate tf_loop_lies_on(const gchar *name, int fd)
{
	g_autofree gchar *path = g_build_filename("/dev", name, NULL);
	TF_AUTO_FD int device = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	struct loop_info64 info = { 0 };
	struct stat status;
	struct stat file;

	if (device < 0 || fstat(device, &status) != 0 || !S_ISBLK(status.st_mode) ||
		major(status.st_rdev) != LOOP_MAJOR || ioctl(device, LOOP_GET_STATUS64, &info) != 0 ||
		fstat(fd, &file) != 0)
		return TF_UNKNOWN;

	return info.lo_device == file.st_dev && info.lo_inode == file.st_ino ? TF_YES : TF_NO;
}
