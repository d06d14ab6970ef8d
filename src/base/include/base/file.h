/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files: opened once, then known by descriptor; replaced and created durably; never through a symbolic link.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>
#include <time.h>

#include "base/hex.h"
#include "base/secret.h"

/* What makes a file that file, and that content. */
typedef struct TfFileIdentity {
	dev_t device;
	ino_t inode;
	goffset size;
	struct timespec changed; /* st_ctim */
	guint8 sha256[TF_SHA256_SIZE];
} TfFileIdentity;

/* Closes a descriptor on leaving the scope: TF_AUTO_FD int fd = -1; */
void tf_file_close(int *fd);
#define TF_AUTO_FD __attribute__((cleanup(tf_file_close)))
int tf_file_steal(int *fd);

/* The absolute path of a file that may not exist: its directory resolved, its own name kept.
 * TF_ERROR_SOURCE_MISSING when the directory does not exist, TF_ERROR_SOURCE_UNREADABLE. */
gchar *tf_file_resolve(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * openat2(2) with O_NOFOLLOW and O_CLOEXEC and no symbolic or magic link anywhere in 'path'; below an open
 * folder no way out of it, either (RESOLVE_BENEATH). -1 with errno.
 */
int tf_file_open_without_links(int directory, const gchar *path, int flags);

/* The same of a path, for reading that leaves access times alone where that is allowed (O_NOATIME: own files,
 * or root). */
int tf_file_open_unnoticed(const gchar *path, int flags);

/* The same below an open folder, and no way onto another mount: EXDEV where one begins, before anything is
 * asked of it. */
int tf_file_open_on_mount(int directory, const gchar *path, int flags);

/*
 * Opens a regular file for reading. The directory part may hold symbolic links (it is resolved first); the
 * file itself may not be one. *ret_path is then the resolved absolute path. Returns the descriptor, or -1
 * with TF_ERROR_SOURCE_MISSING or TF_ERROR_SOURCE_UNREADABLE (a link, a device, a FIFO, no permission).
 */
int tf_file_open(const gchar *path, gchar **ret_path, GError **error);

/*
 * The same for 'path' below the open folder 'directory': no part of it may be a link, and none may lead out
 * of the folder (openat2(2), RESOLVE_BENEATH). 'name' is what errors call the file.
 */
int tf_file_open_beneath(int directory, const gchar *path, const gchar *name, GError **error);

/* NULL when an open file may hold a secret: regular, ours, and nobody else may read it. Else why not, in the
 * person's language; borrowed. */
const gchar *tf_file_why_not_private(int fd);

/* fstat and SHA-256 of the content, by descriptor; the file offset is not used and stays. 'path' is for
 * errors. */
gboolean tf_file_identify(int fd, const gchar *path, TfFileIdentity *ret_identity, GError **error);
gboolean tf_file_identity_equal(const TfFileIdentity *a, const TfFileIdentity *b);

/* The whole content as a secret (private keys) or as plain bytes; at most 'limit' bytes.
 * TF_ERROR_SOURCE_UNREADABLE when larger or unreadable. */
TfSecret *tf_file_read_secret(
	int fd, const gchar *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *tf_file_read(int fd, const gchar *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What follows 'folder' in 'path': "" for the folder itself; NULL when it does not lie there. Only the texts
 * are compared, of absolute paths without links. */
const gchar *tf_file_below(const gchar *path, const gchar *folder);

/* tf_file_open() and tf_file_read() of a public file: certificate, CRL, profile, report. */
GBytes *tf_file_load(const gchar *path, gsize limit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A directory of ours for output: created 0700 with its missing parents, or existing, owned by us, not
 * writable by group or others, and not a symbolic link. Returns its descriptor, or -1 with
 * TF_ERROR_OUTPUT_UNSAFE.
 */
int tf_file_open_directory(const gchar *path, GError **error);

/* A new file 0600, written whole, fsynced with its directory. TF_ERROR_OUTPUT_FAILED, nothing left, when the
 * name exists already or writing fails. 'name' has no slash. */
gboolean tf_file_create(int directory, const gchar *name, gconstpointer bytes, gsize length, GError **error);

/* Every byte written or an errno value returned; 0 is success. Retries on EINTR and short writes. */
int tf_file_write_all(int fd, gconstpointer bytes, gsize length);
