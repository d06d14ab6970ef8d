/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TfFound: a file known to hold a key, and whose. Only this file makes one, and a wipe takes nothing else. */
#pragma once

#include <glib.h>

#include "base/file.h"
#include "disk/media.h"
#include "key/keypair.h"
#include "key/openssl.h"
#include "key/pkcs12.h"

typedef enum TfEstablished {
	TF_ESTABLISHED_OPENED,	     /* its PIN code opened it, and this key was in it */
	TF_ESTABLISHED_SAME_CONTENT, /* SHA-256 equals that of a file opened before (the ledger row's source)
				      */
} TfEstablished;

typedef struct TfFound TfFound;

/* Why a file that holds a key may not be destroyed for it. */
typedef enum TfUnwipeable {
	TF_UNWIPEABLE_WITHIN,	    /* it lies in something: an archive, a mail, a text, a database */
	TF_UNWIPEABLE_LOCKED,	    /* it could not be opened: what else is in it is not known */
	TF_UNWIPEABLE_OTHER_SECRET, /* law 3 */
} TfUnwipeable;

/*
 * The file 'fd' (taken over even on failure, closed with the TfFound), whose content 'pkcs12' was read from
 * this very descriptor and opened: the content is hashed again and must be the same, and the file must yield
 * the key of 'keypair' again. TF_ERROR_SOURCE_UNREADABLE, TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_MISMATCH.
 */
TfFound *tf_recognise_opened(int fd, const gchar *path, TfPkcs12 *pkcs12, const TfKeypair *keypair,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file at 'path', when its content has this SHA-256: what a ledger row's source was. 'mounts', which live
 * as long, are for whoever wipes many files; NULL.
 * TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE; TF_ERROR_WIPE_REFUSED when the content is another. */
TfFound *tf_recognise_recorded(const gchar *path, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret, TfMounts *mounts,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The open file 'fd' (taken over, on failure too), when as a whole it is one private key that 'password'
 * (NULL: none) opens, with 'library' (NULL: one of its own), and nothing beside it is secret; whose key, the
 * TfFound says. *ret_found is NULL, and
 * *ret_why set, when that is not so: a copy of an export whose salts agree but which was not opened, too,
 * since salts say nothing of what else is in it. FALSE: TF_ERROR_SOURCE_UNREADABLE, TF_ERROR_SOURCE_MISSING,
 * TF_ERROR_SYSTEM.
 */
gboolean tf_recognise_key(int fd, const gchar *path, const TfSecret *password, const TfLibrary *library,
	TfMounts *mounts, TfFound **ret_found, TfUnwipeable *ret_why, GError **error);

/* The same as tf_recognise_recorded() for a file that is open already: a copy with that content. 'fd' is
 * taken over, on failure too. */
TfFound *tf_recognise_copy(int fd, const gchar *path, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret, TfMounts *mounts,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

void tf_found_free(TfFound *found);

/* Borrowed. */
int tf_found_fd(const TfFound *found);
const gchar *tf_found_path(const TfFound *found); /* resolved, absolute */
const TfFileIdentity *tf_found_identity(const TfFound *found);
const TfMedia *tf_found_media(const TfFound *found);
const guint8 *tf_found_spki_sha256(const TfFound *found);
TfEstablished tf_found_established(const TfFound *found);
gboolean tf_found_holds_one_secret(const TfFound *found); /* law 3 */

/* The file still has a name and the content it was recognised by, as a look at it now shows. */
gboolean tf_found_is_whole(const TfFound *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfFound, tf_found_free)
