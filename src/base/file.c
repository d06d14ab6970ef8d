/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <linux/openat2.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

typedef EVP_MD_CTX Digest;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Digest, EVP_MD_CTX_free)

void tf_file_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

int tf_file_steal(int *fd)
{
	int stolen = *fd;

	*fd = -1;

	return stolen;
}

gchar *tf_file_resolve(const gchar *path, GError **error)
{
	g_autofree gchar *directory = g_path_get_dirname(path);
	g_autofree gchar *name = g_path_get_basename(path);
	g_autofree gchar *resolved = NULL;
	char *real = realpath(directory, NULL);

	if (real == NULL) {
		if (errno == ENOENT || errno == ENOTDIR)
			tf_raise(error, TF_ERROR_SOURCE_MISSING, path, NULL);
		else
			tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);
		return NULL;
	}
	resolved = g_build_filename(real, name, NULL);
	free(real);

	return g_steal_pointer(&resolved);
}

/* What openat2(2) and fstat(2) say, for people. */
static const gchar *why_not_opened(int failure)
{
	if (failure == ELOOP)
		return _("it is a symbolic link");
	if (failure == EXDEV)
		return _("it leads out of its folder");

	return g_strerror(failure);
}

const gchar *tf_file_below(const gchar *path, const gchar *folder)
{
	gsize length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	if (strcmp(path, folder) == 0)
		return "";

	return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length : NULL;
}

static int open_resolved(int directory, const gchar *path, int flags, guint64 resolve)
{
	const struct open_how how = {
		.flags = (guint64)(guint)(flags | O_NOFOLLOW | O_CLOEXEC),
		.resolve = resolve | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int tf_file_open_without_links(int directory, const gchar *path, int flags)
{
	return open_resolved(directory, path, flags, directory != AT_FDCWD ? RESOLVE_BENEATH : 0u);
}

int tf_file_open_on_mount(int directory, const gchar *path, int flags)
{
	return open_resolved(directory, path, flags, RESOLVE_BENEATH | RESOLVE_NO_XDEV);
}

int tf_file_open_unnoticed(const gchar *path, int flags)
{
	int fd = tf_file_open_without_links(AT_FDCWD, path, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? tf_file_open_without_links(AT_FDCWD, path, flags) : fd;
}

/* 'name' is for errors. */
static int open_regular(int directory, const gchar *path, const gchar *name, GError **error)
{
	TF_AUTO_FD int fd = tf_file_open_without_links(directory, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		tf_raise(error, TF_ERROR_SOURCE_MISSING, name, NULL);
		return -1;
	}
	if (fd < 0 || fstat(fd, &status) != 0) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, name, why_not_opened(errno), NULL);
		return -1;
	}
	if (!S_ISREG(status.st_mode)) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, name, _("it is not a regular file"), NULL);
		return -1;
	}

	return tf_file_steal(&fd);
}

int tf_file_open(const gchar *path, gchar **ret_path, GError **error)
{
	g_autofree gchar *resolved = tf_file_resolve(path, error);
	int fd = -1;

	if (resolved == NULL)
		return -1;
	fd = open_regular(AT_FDCWD, resolved, path, error);
	if (fd >= 0 && ret_path != NULL)
		*ret_path = g_steal_pointer(&resolved);

	return fd;
}

int tf_file_open_beneath(int directory, const gchar *path, const gchar *name, GError **error)
{
	return open_regular(directory, path, name, error);
}

const gchar *tf_file_why_not_private(int fd)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return g_strerror(errno);
	if (!S_ISREG(status.st_mode))
		return _("it is not a regular file");
	if (status.st_uid != geteuid())
		return _("it belongs to somebody else");
	if ((status.st_mode & 0077) != 0)
		return _("others may read it; 'chmod 600' puts that right");

	return NULL;
}

/* The pieces may hold a key, so they pass through the secure heap. Returns 0 or an errno value. */
static int digest_content(int fd, goffset size, guint8 ret_digest[TF_SHA256_SIZE])
{
	g_autoptr(Digest) digest = EVP_MD_CTX_new();
	g_autoptr(TfSecret) piece = tf_secret_new(65536);
	goffset at = 0;

	if (digest == NULL || piece == NULL || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
		return ENOMEM;
	while (at < size) {
		gssize n = pread(fd, tf_secret_buffer(piece), tf_secret_capacity(piece), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return EIO;
		if (EVP_DigestUpdate(digest, tf_secret_peek(piece), (gsize)n) != 1)
			return ENOMEM;
		at += n;
	}

	return EVP_DigestFinal_ex(digest, ret_digest, NULL) == 1 ? 0 : ENOMEM;
}

gboolean tf_file_identify(int fd, const gchar *path, TfFileIdentity *ret_identity, GError **error)
{
	TfFileIdentity identity;
	struct stat status;
	int failure = 0;

	memset(&identity, 0, sizeof identity);
	if (fstat(fd, &status) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);
	identity.device = status.st_dev;
	identity.inode = status.st_ino;
	identity.size = status.st_size;
	identity.changed = status.st_ctim;
	failure = digest_content(fd, status.st_size, identity.sha256);
	if (failure != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(failure), NULL);
	*ret_identity = identity;

	return TRUE;
}

gboolean tf_file_identity_equal(const TfFileIdentity *a, const TfFileIdentity *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec &&
	       memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

static gboolean size_within(int fd, const gchar *path, gsize limit, gsize *ret_size, GError **error)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);
	if (status.st_size < 0 || (guint64)status.st_size > limit)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(EFBIG), NULL);
	*ret_size = (gsize)status.st_size;

	return TRUE;
}

/* A file that shrinks while it is read is an error; one that grows is read to the size seen first. */
static gboolean read_exactly(int fd, const gchar *path, guint8 *buffer, gsize size, GError **error)
{
	gsize at = 0;

	while (at < size) {
		gssize n = pread(fd, buffer + at, size - at, (goffset)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path,
				g_strerror(n < 0 ? errno : EIO), NULL);
		at += (gsize)n;
	}

	return TRUE;
}

TfSecret *tf_file_read_secret(int fd, const gchar *path, gsize limit, GError **error)
{
	g_autoptr(TfSecret) content = NULL;
	gsize size = 0;

	if (!size_within(fd, path, limit, &size, error))
		return NULL;
	content = tf_secret_new(size);
	if (content == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(ENOMEM), NULL);
		return NULL;
	}
	if (!read_exactly(fd, path, tf_secret_buffer(content), size, error))
		return NULL;
	tf_secret_set_length(content, size);

	return g_steal_pointer(&content);
}

GBytes *tf_file_read(int fd, const gchar *path, gsize limit, GError **error)
{
	g_autofree guint8 *content = NULL;
	gsize size = 0;

	if (!size_within(fd, path, limit, &size, error))
		return NULL;
	content = g_malloc(size + 1);
	if (!read_exactly(fd, path, content, size, error))
		return NULL;

	return g_bytes_new_take(g_steal_pointer(&content), size);
}

GBytes *tf_file_load(const gchar *path, gsize limit, GError **error)
{
	TF_AUTO_FD int fd = tf_file_open(path, NULL, error);

	if (fd < 0)
		return NULL;

	return tf_file_read(fd, path, limit, error);
}

int tf_file_open_directory(const gchar *path, GError **error)
{
	TF_AUTO_FD int fd = -1;
	struct stat status;

	if (g_mkdir_with_parents(path, 0700) != 0) {
		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, g_strerror(errno), NULL);
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0) {
		const gchar *reason = errno == ELOOP || errno == ENOTDIR
					      ? _("it is a symbolic link or not a folder")
					      : g_strerror(errno);

		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, reason, NULL);
		return -1;
	}
	if (status.st_uid != geteuid()) {
		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, _("it belongs to somebody else"), NULL);
		return -1;
	}
	if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, _("others may write to it"), NULL);
		return -1;
	}

	return tf_file_steal(&fd);
}

int tf_file_write_all(int fd, gconstpointer bytes, gsize length)
{
	const guint8 *at = bytes;

	while (length > 0) {
		gssize n = write(fd, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		at += n;
		length -= (gsize)n;
	}

	return 0;
}

gboolean tf_file_create(int directory, const gchar *name, gconstpointer bytes, gsize length, GError **error)
{
	TF_AUTO_FD int fd =
		openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int failure = 0;

	if (fd < 0)
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, name, g_strerror(errno), NULL);
	failure = tf_file_write_all(fd, bytes, length);
	if (failure == 0 && (fsync(fd) != 0 || fsync(directory) != 0))
		failure = errno;
	if (failure != 0) {
		(void)unlinkat(directory, name, 0);
		return tf_raise(error, TF_ERROR_OUTPUT_FAILED, name, g_strerror(failure), NULL);
	}

	return TRUE;
}
