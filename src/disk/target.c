/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "target-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

gboolean tf_target_refuse(const gchar *path, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_WIPE_REFUSED, path, reason, NULL);
}

int tf_target_open_directory(const gchar *path)
{
	return tf_file_open_without_links(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
}

int tf_target_open_file(int directory, const gchar *name, int flags)
{
	return tf_file_open_without_links(directory, name, flags | O_NONBLOCK | O_NOCTTY);
}

static gboolean is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && S_ISREG(b->st_mode);
}

gboolean tf_target_is_at(const TfTarget *target, const gchar *name)
{
	struct stat status;

	return fstatat(target->directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       is_same_file(&target->status, &status);
}

TfTarget *tf_target_new(
	int fd, const gchar *directory_path, const gchar *name, TfMounts *mounts, GError **error)
{
	g_autoptr(TfTarget) target = g_new0(TfTarget, 1);

	target->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	target->directory = tf_target_open_directory(directory_path);
	target->directory_path = g_strdup(directory_path);
	target->name = g_strdup(name);
	target->path = g_build_filename(directory_path, name, NULL);
	if (target->directory < 0 && errno == ENOENT) {
		tf_raise(error, TF_ERROR_SOURCE_MISSING, target->path, NULL);
		return NULL;
	}
	if (target->fd < 0 || target->directory < 0 || fstat(target->fd, &target->status) != 0) {
		tf_target_refuse(target->path, g_strerror(errno), error);
		return NULL;
	}
	if (!tf_target_is_at(target, name)) {
		tf_target_refuse(target->path, _("it was replaced or changed since it was read"), error);
		return NULL;
	}
	target->media = tf_media_of(target->fd, mounts, error);
	if (target->media == NULL)
		return NULL;

	return g_steal_pointer(&target);
}

/* A write lease is refused while another open file description of the inode exists (fcntl(2), F_SETLEASE);
 * other errors mean that this file system has none, or that the file is not ours, and tell nothing.
 * SIGURG, whose default is to be ignored: SIGIO would end us when somebody opens the file in between. */
static gboolean lease(int fd, gint type)
{
	(void)fcntl(fd, F_SETSIG, SIGURG);

	return fcntl(fd, F_SETLEASE, type) == 0 || errno != EAGAIN;
}

static gboolean is_protected(int fd)
{
	struct statx status;

	return statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) == 0 &&
	       (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

/* In a folder like /tmp names are removed by those whose the file or the folder is. */
static gboolean may_be_removed(const TfTarget *target)
{
	uid_t person = geteuid();
	struct stat folder;

	if (faccessat(target->directory, ".", W_OK | X_OK, AT_EACCESS) != 0)
		return FALSE;
	if (fstat(target->directory, &folder) != 0)
		return FALSE;
	if ((folder.st_mode & S_ISVTX) == 0 || person == 0 || person == folder.st_uid ||
		person == target->status.st_uid)
		return TRUE;
	errno = EPERM;

	return FALSE;
}

gboolean tf_target_is_free_to_go(const TfTarget *target, GError **error)
{
	if (target->media->is_read_only)
		return tf_target_refuse(target->path, _("the file system is read-only"), error);
	if (is_protected(target->fd) || is_protected(target->directory))
		return tf_target_refuse(
			target->path, _("it or its folder is marked immutable or append-only"), error);
	if (target->status.st_nlink != 1)
		return tf_target_refuse(target->path, _("it has further names (hard links)"), error);
	if (!may_be_removed(target))
		return tf_target_refuse(target->path, g_strerror(errno), error);
	if (!lease(target->fd, F_WRLCK))
		return tf_target_refuse(target->path, _("another program has it open"), error);
	(void)lease(target->fd, F_UNLCK);

	return TRUE;
}

/* An own file without write permission gets it. By name once more, and not by /proc/self/fd: that folder is
 * closed to a process that may not be dumped. */
static int open_for_writing(TfTarget *target)
{
	TF_AUTO_FD int fd = tf_target_open_file(target->directory, target->name, O_RDWR);

	if (fd < 0 && errno == EACCES && target->status.st_uid == geteuid()) {
		if (fchmod(target->fd, (target->status.st_mode & 07777) | S_IRUSR | S_IWUSR) != 0)
			return -1;
		target->undo_mode = TRUE;
		fd = tf_target_open_file(target->directory, target->name, O_RDWR);
	}

	return tf_file_steal(&fd);
}

gboolean tf_target_prepare(TfTarget *target, GError **error)
{
	TF_AUTO_FD int fd = -1;
	struct stat status;

	if (!tf_target_is_free_to_go(target, error))
		return FALSE;
	fd = open_for_writing(target);
	if (fd < 0 || fstat(fd, &status) != 0)
		return tf_target_refuse(target->path, g_strerror(errno), error);
	if (!is_same_file(&target->status, &status) || status.st_size != target->status.st_size ||
		status.st_nlink != 1)
		return tf_target_refuse(
			target->path, _("it was replaced or changed since it was read"), error);
	tf_file_close(&target->fd);
	target->fd = tf_file_steal(&fd);

	return TRUE;
}

gboolean tf_target_hold(TfTarget *target, GError **error)
{
	if (!lease(target->fd, F_WRLCK))
		return tf_target_refuse(target->path, _("another program has it open"), error);

	return TRUE;
}

void tf_target_free(TfTarget *target)
{
	if (target == NULL)
		return;

	if (target->undo_mode)
		(void)fchmod(target->fd, target->status.st_mode & 07777);
	if (target->fd >= 0)
		(void)lease(target->fd, F_UNLCK);
	tf_file_close(&target->fd);
	tf_file_close(&target->directory);
	tf_media_free(target->media);
	g_free(target->path);
	g_free(target->directory_path);
	g_free(target->name);
	g_free(target);
}
