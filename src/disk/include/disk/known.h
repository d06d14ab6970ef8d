/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a search compares with: the keys that were moved, and the files they came from. */
#pragma once

#include <glib.h>

#include "base/hex.h"
#include "disk/contents.h"
#include "key/openssl.h"
#include "key/pkcs12.h"
#include "record/stray.h"

typedef struct TfKnown TfKnown;

TfKnown *tf_known_new(void) G_GNUC_WARN_UNUSED_RESULT;
void tf_known_free(TfKnown *known);

/* A key, by its certificate's SubjectPublicKeyInfo. */
void tf_known_add_key(TfKnown *known, const guint8 spki_sha256[TF_SHA256_SIZE]);

/* The content of a file that held such a key; whether no other secret was in it, who opened it knew. */
void tf_known_add_content(TfKnown *known, const guint8 sha256[TF_SHA256_SIZE],
	const guint8 spki_sha256[TF_SHA256_SIZE], gboolean holds_one_secret);

/* FALSE: no such content was added; nothing is set then. */
gboolean tf_known_content(const TfKnown *known, const guint8 sha256[TF_SHA256_SIZE],
	guint8 ret_spki_sha256[TF_SHA256_SIZE], gboolean *ret_holds_one_secret);

/* The salts of a file that held such a key (tf_pkcs12_export_sha256()). */
void tf_known_add_export(TfKnown *known, const guint8 digest[TF_SHA256_SIZE]);

guint tf_known_n_keys(const TfKnown *known);

/*
 * Whose key the piece is, into 'stray': rank, basis, and how it is protected. 'password' (NULL: none) is
 * tried once, as a person typed it; so is the empty one. A PKCS#12 that was opened and held a known key
 * teaches 'known' its salts: a copy of the same export is then known without being opened. Without any key
 * added a key that was opened stays unknown. FALSE: it was opened, and no key and no other secret is in it.
 */
gboolean tf_known_rank(TfKnown *known, const TfPiece *piece, const TfSecret *password,
	const TfLibrary *library, TfStray *stray);

/* Whether a further password may tell more of the piece than was ranked. */
gboolean tf_known_may_open(const TfPiece *piece, const TfStray *stray);

/* How a PKCS#12 is protected, into 'stray'; what was opened shows more of it. 'opens_to_all': by an empty
 * password, which is no secret. */
void tf_known_note_protection(const TfPkcs12 *pkcs12, gboolean opens_to_all, TfStray *stray);

/* The CKA_ID that the ledger planned for a key is the one that NSS gives it: the SHA-1 of its modulus or
 * point. */
void tf_known_add_key_id(TfKnown *known, GBytes *key_id);

/* Of a browser's database (TF_FORM_NSS) that as a whole is the open file 'fd', and not a part of another: the
 * moved key's when its CKA_ID stands in it. The database is not opened; else 'stray' stays as it is. */
void tf_known_rank_database(const TfKnown *known, int fd, TfStray *stray);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfKnown, tf_known_free)
