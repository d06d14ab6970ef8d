/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/recognise.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "key/certificate.h"
#include "recognise-private.h"
#include "whole-key-private.h"
#include "xattrs-private.h"

struct TfFound {
	int fd;
	gchar *path;
	TfFileIdentity identity;
	TfMedia *media;
	TfMounts *mounts; /* borrowed */
	guint8 spki_sha256[TF_SHA256_SIZE];
	TfEstablished established;
	gboolean holds_one_secret;
};

/* The folder's real name, for a path that may hold links; NULL when it is gone. */
static gchar *resolve(const gchar *path)
{
	g_autofree gchar *directory = g_path_get_dirname(path);
	g_autofree gchar *name = g_path_get_basename(path);
	g_autofree gchar *resolved = NULL;
	char *real = realpath(directory, NULL);

	if (real == NULL)
		return NULL;
	resolved = g_build_filename(real, name, NULL);
	free(real);

	return g_steal_pointer(&resolved);
}

/* 'fd' is taken over, on failure too. */
static TfFound *found_new(int fd, const gchar *path, TfMounts *mounts, GError **error)
{
	g_autoptr(TfFound) found = g_new0(TfFound, 1);

	found->fd = fd;
	found->path = resolve(path);
	if (found->path == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_MISSING, path, NULL);
		return NULL;
	}
	if (!tf_file_identify(fd, path, &found->identity, error))
		return NULL;
	found->mounts = mounts;
	found->media = tf_media_of(fd, mounts, error);
	if (found->media == NULL)
		return NULL;

	return g_steal_pointer(&found);
}

/* A key pair is of this file when the file yields it again; never because a caller says so. */
static gboolean yields(TfPkcs12 *pkcs12, const TfKeypair *keypair, const guint8 spki_sha256[TF_SHA256_SIZE])
{
	for (guint i = 0; i < tf_pkcs12_n_keys(pkcs12); i++) {
		g_autoptr(TfKeypair) own =
			tf_pkcs12_keypair(pkcs12, i, tf_keypair_certificate(keypair), NULL);
		guint8 digest[TF_SHA256_SIZE];

		if (own == NULL)
			continue;
		tf_keypair_spki_sha256(own, digest);
		if (memcmp(digest, spki_sha256, sizeof digest) == 0)
			return TRUE;
	}

	return FALSE;
}

TfFound *tf_recognise_opened(
	int fd, const gchar *path, TfPkcs12 *pkcs12, const TfKeypair *keypair, GError **error)
{
	g_autoptr(TfFound) found = found_new(fd, path, NULL, error);
	guint8 digest[TF_SHA256_SIZE];

	if (found == NULL)
		return NULL;
	tf_pkcs12_sha256(pkcs12, digest);
	if (memcmp(digest, found->identity.sha256, sizeof digest) != 0) {
		tf_raise(
			error, TF_ERROR_SOURCE_UNREADABLE, path, _("it was changed while it was read"), NULL);
		return NULL;
	}
	tf_keypair_spki_sha256(keypair, found->spki_sha256);
	if (!yields(pkcs12, keypair, found->spki_sha256)) {
		tf_raise(error, TF_ERROR_SOURCE_MISMATCH, path, NULL);
		return NULL;
	}
	found->established = TF_ESTABLISHED_OPENED;
	found->holds_one_secret = tf_pkcs12_holds_one_secret(pkcs12) && !tf_xattrs_may_hide_key(found->fd);

	return g_steal_pointer(&found);
}

TfFound *tf_recognise_copy(int fd, const gchar *path, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret, TfMounts *mounts, GError **error)
{
	g_autoptr(TfFound) found = found_new(fd, path, mounts, error);

	if (found == NULL)
		return NULL;
	if (memcmp(found->identity.sha256, sha256, TF_SHA256_SIZE) != 0) {
		tf_raise(error, TF_ERROR_WIPE_REFUSED, path, _("it is not the file that was migrated"), NULL);
		return NULL;
	}
	memcpy(found->spki_sha256, spki_sha256, TF_SHA256_SIZE);
	found->established = TF_ESTABLISHED_SAME_CONTENT;
	found->holds_one_secret = holds_one_secret && !tf_xattrs_may_hide_key(found->fd);

	return g_steal_pointer(&found);
}

TfFound *tf_recognise_recorded(const gchar *path, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret, TfMounts *mounts, GError **error)
{
	g_autofree gchar *resolved = NULL;
	TF_AUTO_FD int fd = tf_file_open(path, &resolved, error);

	if (fd < 0)
		return NULL;

	return tf_recognise_copy(
		tf_file_steal(&fd), resolved, sha256, spki_sha256, holds_one_secret, mounts, error);
}

/* What was read is what the identity was taken of. */
static gboolean is_same_content(const TfSecret *content, const TfFileIdentity *identity)
{
	guint8 digest[TF_SHA256_SIZE];

	tf_sha256(tf_secret_peek(content), tf_secret_length(content), digest);

	return memcmp(digest, identity->sha256, sizeof digest) == 0;
}

gboolean tf_recognise_key(int fd, const gchar *path, const TfSecret *password, const TfLibrary *library,
	TfMounts *mounts, TfFound **ret_found, TfUnwipeable *ret_why, GError **error)
{
	static const TfUnwipeable whys[] = {
		[TF_WHOLE_OTHER_SECRET] = TF_UNWIPEABLE_OTHER_SECRET,
		[TF_WHOLE_WITHIN] = TF_UNWIPEABLE_WITHIN,
		[TF_WHOLE_LOCKED] = TF_UNWIPEABLE_LOCKED,
	};
	g_autoptr(TfFound) found = found_new(fd, path, mounts, error);
	g_autoptr(TfLibrary) own = found != NULL && library == NULL ? tf_library_new(error) : NULL;
	g_autoptr(TfSecret) content = NULL;
	TfWhole whole = TF_WHOLE_WITHIN;

	if (found == NULL || (library == NULL && own == NULL))
		return FALSE;
	/* No key file is so large. */
	if (found->identity.size <= TF_PKCS12_SIZE_LIMIT) {
		content = tf_file_read_secret(found->fd, path, TF_PKCS12_SIZE_LIMIT, error);
		if (content == NULL)
			return FALSE;
		if (!is_same_content(content, &found->identity))
			return tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path,
				_("it was changed while it was read"), NULL);
		whole = tf_whole_key_read(
			content, path, password, own != NULL ? own : library, found->spki_sha256);
	}
	if (whole == TF_WHOLE_KEY && tf_xattrs_may_hide_key(found->fd))
		whole = TF_WHOLE_OTHER_SECRET;
	*ret_found = NULL;
	if (whole != TF_WHOLE_KEY) {
		*ret_why = whys[whole];
		return TRUE;
	}
	found->established = TF_ESTABLISHED_OPENED;
	found->holds_one_secret = TRUE;
	*ret_found = g_steal_pointer(&found);

	return TRUE;
}

void tf_found_free(TfFound *found)
{
	if (found == NULL)
		return;

	tf_file_close(&found->fd);
	tf_media_free(found->media);
	g_free(found->path);
	g_free(found);
}

void tf_found_replace_fd(TfFound *found, int fd)
{
	tf_file_close(&found->fd);
	found->fd = fd;
}

int tf_found_fd(const TfFound *found)
{
	return found->fd;
}

gboolean tf_found_is_whole(const TfFound *found)
{
	TfFileIdentity now;
	struct stat status;

	return fstat(found->fd, &status) == 0 && status.st_nlink > 0 &&
	       tf_file_identify(found->fd, found->path, &now, NULL) &&
	       memcmp(now.sha256, found->identity.sha256, TF_SHA256_SIZE) == 0;
}

const gchar *tf_found_path(const TfFound *found)
{
	return found->path;
}

const TfFileIdentity *tf_found_identity(const TfFound *found)
{
	return &found->identity;
}

const TfMedia *tf_found_media(const TfFound *found)
{
	return found->media;
}

TfMounts *tf_found_mounts(const TfFound *found)
{
	return found->mounts;
}

const guint8 *tf_found_spki_sha256(const TfFound *found)
{
	return found->spki_sha256;
}

TfEstablished tf_found_established(const TfFound *found)
{
	return found->established;
}

gboolean tf_found_holds_one_secret(const TfFound *found)
{
	return found->holds_one_secret;
}
