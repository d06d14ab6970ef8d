/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the key of a transfer comes from: a .p12, opened once, or the key store of a browser, closed again as
 * soon as the key is out of it. The key pair is held until it is on the token.
 */
#pragma once

#include "disk/recognise.h"
#include "key/certificate.h"
#include "key/keypair.h"
#include "transfer/transfer.h"

typedef struct TfSource {
	gchar *path;	      /* resolved, absolute: of the file, or of the folder of a store */
	TfFound *found;	      /* the file until it is wiped; NULL for a store */
	TfMedia *media;	      /* of a store; NULL for a file, whose TfFound knows */
	guint64 store_volume; /* of a store: which file its database of keys was when it was read */
	guint64 store_inode;
	TfSecret *store_password; /* that opened the store; NULL: it has none, or it is a file */
	TfKeypair *keypair;	  /* NULL after tf_source_close() */
	X509 *certificate;
	TfX509Stack *chain;
	TfCertificateFacts *facts;
	guint8 sha256[TF_SHA256_SIZE]; /* of the file's content; of a store see tf_source_of_store() */
	guint8 spki_sha256[TF_SHA256_SIZE];
	guint exposures;    /* of 1 << TfExposure: why others may know the key, by how it lay there */
	GBytes *export;	    /* what tells a copy of it without its PIN code; NULL: nothing does */
	gchar *label;	    /* for the objects on the token */
	GPtrArray *carried; /* attributes of file or store, gchar */
	GPtrArray *dropped;
} TfSource;

/* Opens the plan's file or store, asking for its PIN code or password as often as the person likes, and
 * chooses the key. 'was_emptied': an earlier run took the key that the plan means out of this store, so that
 * of what lies there now none is meant that does not fit (TF_ERROR_SOURCE_NO_KEY). */
TfSource *tf_source_open(const TfTransferPlan *plan, gboolean was_emptied, const TfDialogue *dialogue,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The same for a key store. A store has no content that stays the same, so its 'sha256' is that of the text
 * "tokenferry key store 1" LF path LF CKA_ID in hexadecimal LF SPKI SHA-256 in hexadecimal LF: this key in
 * this store at this place. The errors of disk/browser.h, token/nss-store.h and token/extract.h.
 */
TfSource *tf_source_of_store(const TfTransferPlan *plan, gboolean was_emptied, const TfDialogue *dialogue,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file or the key in the store is there as it was opened, as a look at it now shows. */
gboolean tf_source_is_whole(const TfSource *source);
gboolean tf_source_holds_one_secret(const TfSource *source); /* law 3; of a store only the key is removed */
const TfMedia *tf_source_media(const TfSource *source);

/* Which of several keys, by the plan or the person. 'certificates' are X509, borrowed, NULL for a key without
 * one. TF_ERROR_SOURCE_NO_KEY, TF_ERROR_SOURCE_SEVERAL_KEYS. */
gboolean tf_source_choose_key(const TfTransferPlan *plan, const TfDialogue *dialogue,
	const GPtrArray *certificates, const gchar *path, guint *ret_index, GError **error);
X509 *tf_source_certificate_given(const TfTransferPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Forgets the key: from here on none of it is in this process. */
void tf_source_close(TfSource *source);
void tf_source_free(TfSource *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfSource, tf_source_free)
