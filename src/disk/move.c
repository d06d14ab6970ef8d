/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/move.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "target-private.h"

#define PIECE 65536u

/* A copy in the making; freeing it removes the file, unless it was finished. */
typedef struct Copy {
	int directory;
	int fd;
	gchar *name;
	gchar *path;
	gboolean undo;
} Copy;

static void copy_free(Copy *copy)
{
	if (copy == NULL)
		return;

	if (copy->undo) {
		(void)unlinkat(copy->directory, copy->name, 0);
		(void)fsync(copy->directory);
	}
	tf_file_close(&copy->fd);
	tf_file_close(&copy->directory);
	g_free(copy->name);
	g_free(copy->path);
	g_free(copy);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Copy, copy_free)

static gboolean is_removable(int directory, const gchar *path, GError **error)
{
	g_autoptr(TfMedia) media = tf_media_of(directory, NULL, error);

	if (media == NULL)
		return FALSE;
	if (media->place != TF_PLACE_REMOVABLE)
		return tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, path, _("it is not a removable medium"), NULL);

	return TRUE;
}

static Copy *copy_new(const gchar *directory, const gchar *name, GError **error)
{
	g_autoptr(Copy) copy = g_new0(Copy, 1);
	char *real = realpath(directory, NULL);
	int failure = errno;

	copy->fd = -1;
	copy->directory = -1;
	if (real != NULL) {
		copy->path = g_build_filename(real, name, NULL);
		copy->directory = tf_target_open_directory(real);
		failure = errno;
		free(real);
	}
	if (copy->directory < 0) {
		tf_raise(error, TF_ERROR_OUTPUT_UNSAFE, directory, g_strerror(failure), NULL);
		return NULL;
	}
	copy->name = g_strdup(name);
	if (!is_removable(copy->directory, directory, error))
		return NULL;

	return g_steal_pointer(&copy);
}

static gboolean fail(const Copy *copy, int failure, GError **error)
{
	return tf_raise(error, TF_ERROR_OUTPUT_FAILED, copy->path, g_strerror(failure), NULL);
}

/* Returns 0 or an errno value. */
static int copy_bytes(int from, int to, goffset size)
{
	g_autoptr(TfSecret) piece = tf_secret_new(PIECE);
	goffset at = 0;

	if (piece == NULL)
		return ENOMEM;
	while (at < size) {
		gsize wanted = (gsize)MIN(size - at, (goffset)PIECE);
		gssize n = pread(from, tf_secret_buffer(piece), wanted, at);
		int failure = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		failure = tf_file_write_all(to, tf_secret_peek(piece), (gsize)n);
		if (failure != 0)
			return failure;
		at += n;
	}

	return 0;
}

/* What is compared must come from the medium, not from the pages just written. */
static int sync_and_drop(const Copy *copy)
{
	if (fsync(copy->fd) != 0)
		return errno;
	if (fsync(copy->directory) != 0 && errno != EINVAL && errno != EOPNOTSUPP)
		return errno;

	return posix_fadvise(copy->fd, 0, 0, POSIX_FADV_DONTNEED);
}

/* Opens the copy anew and compares it. */
static gboolean is_good(Copy *copy, const TfFileIdentity *wanted)
{
	TfFileIdentity identity;

	tf_file_close(&copy->fd);
	copy->fd = tf_target_open_file(copy->directory, copy->name, O_RDONLY);

	return copy->fd >= 0 && tf_file_identify(copy->fd, copy->path, &identity, NULL) &&
	       identity.size == wanted->size && memcmp(identity.sha256, wanted->sha256, TF_SHA256_SIZE) == 0;
}

/* A file of that name is there already. It is no copy when it is the source itself. */
static gboolean adopt(Copy *copy, const TfFileIdentity *wanted, GError **error)
{
	struct stat status;
	int failure = 0;

	if (!is_good(copy, wanted) || fstat(copy->fd, &status) != 0 ||
		(status.st_dev == wanted->device && status.st_ino == wanted->inode))
		return fail(copy, EEXIST, error);
	failure = sync_and_drop(copy);
	if (failure != 0)
		return fail(copy, failure, error);

	return is_good(copy, wanted) ? TRUE : fail(copy, EIO, error);
}

/* Whether the file of that name is shorter than the source and holds nothing but its beginning: what a run
 * that was killed here leaves. It is then open for writing. */
static gboolean is_begun(Copy *copy, int source, const TfFileIdentity *wanted)
{
	g_autoptr(TfSecret) theirs = NULL;
	g_autoptr(TfSecret) ours = NULL;
	struct stat status;
	gsize length = 0;

	copy->fd = tf_target_open_file(copy->directory, copy->name, O_RDWR);
	if (copy->fd < 0 || fstat(copy->fd, &status) != 0 || !S_ISREG(status.st_mode) ||
		status.st_nlink != 1 || status.st_uid != geteuid() || status.st_size >= wanted->size)
		return FALSE;
	length = (gsize)status.st_size;
	theirs = tf_secret_new(length);
	ours = tf_secret_new(length);

	return theirs != NULL && ours != NULL &&
	       pread(copy->fd, tf_secret_buffer(theirs), length, 0) == status.st_size &&
	       pread(source, tf_secret_buffer(ours), length, 0) == status.st_size &&
	       memcmp(tf_secret_buffer(theirs), tf_secret_buffer(ours), length) == 0;
}

/* A new file, or one that a killed run has begun. FALSE: there is another one, or none can be made. */
static gboolean open_new(Copy *copy, int source, const TfFileIdentity *wanted)
{
	copy->fd = openat(
		copy->directory, copy->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (copy->fd >= 0)
		return TRUE;
	if (errno != EEXIST)
		return FALSE;
	if (is_begun(copy, source, wanted))
		return TRUE;
	tf_file_close(&copy->fd);
	errno = EEXIST;

	return FALSE;
}

static gboolean write_copy(Copy *copy, int source, const TfFileIdentity *wanted, GError **error)
{
	int failure = 0;

	if (!open_new(copy, source, wanted))
		return errno == EEXIST ? adopt(copy, wanted, error) : fail(copy, errno, error);
	copy->undo = TRUE;
	failure = copy_bytes(source, copy->fd, wanted->size);
	if (failure == 0)
		failure = sync_and_drop(copy);
	if (failure != 0)
		return fail(copy, failure, error);
	if (!is_good(copy, wanted))
		return fail(copy, EIO, error);
	copy->undo = FALSE;

	return TRUE;
}

gboolean tf_move_to_medium(
	const TfFound *source, const gchar *destination_directory, gchar **ret_path, GError **error)
{
	g_autofree gchar *name = g_path_get_basename(tf_found_path(source));
	g_autoptr(Copy) copy = copy_new(destination_directory, name, error);
	const TfFileIdentity *wanted = tf_found_identity(source);
	TfFileIdentity now;

	if (copy == NULL)
		return FALSE;
	if (!tf_file_identify(tf_found_fd(source), tf_found_path(source), &now, error))
		return FALSE;
	if (memcmp(now.sha256, wanted->sha256, TF_SHA256_SIZE) != 0)
		return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, tf_found_path(source),
			_("it was changed while it was read"), NULL);
	if (!write_copy(copy, tf_found_fd(source), wanted, error))
		return FALSE;
	if (ret_path != NULL)
		*ret_path = g_strdup(copy->path);

	return TRUE;
}
