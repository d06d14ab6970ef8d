/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A left-over key that a search of the PC came upon: what is said of it, and nothing of the key itself. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/search.h"

typedef enum TfRank {
	TF_RANK_SAME_KEY,    /* the key that was moved */
	TF_RANK_SAME_EXPORT, /* a copy of the file it was moved from: the same salts, not opened */
	TF_RANK_ANOTHER_KEY,
	TF_RANK_UNKNOWN, /* not opened, or held against no key, and nothing else tells whose it is */
	TF_N_RANKS
} TfRank;

/* How the rank is known. */
typedef enum TfRankBasis {
	TF_BASIS_NONE,
	TF_BASIS_CONTENT, /* SHA-256 equals that of the file that was migrated */
	TF_BASIS_OPENED,  /* the PIN code opened it, or nothing was locked, and its public key was compared */
	TF_BASIS_CERTIFICATE, /* an unencrypted certificate in it is that key's */
	TF_BASIS_SALTS,
	TF_BASIS_NO_KEY, /* it was opened, and there was no key to hold it against */
	TF_BASIS_KEY_ID, /* the digest of its public half that names it in a browser's database */
	TF_N_BASES
} TfRankBasis;

typedef struct TfStray {
	gchar *path;
	gchar *member; /* "inner.zip: a.p12"; NULL: the file is nothing else */
	gchar *form;   /* "pkcs12" */
	TfRank rank;
	TfRankBasis basis;
	gboolean is_damaged;
	gboolean is_unprotected; /* anyone who has the file has the key */
	gboolean is_weak;	 /* under a cipher of 40 bits, or single DES */
	gboolean is_removable;	 /* on a medium: the member's backup (law 4) */
	gboolean is_readable_by_others;
	gboolean is_in_mail;
	gboolean is_offered; /* in a folder that this PC offers on the network */
	gchar *synced_by;    /* what copies its folder to somewhere else: "Dropbox"; NULL: nothing known */
	gchar *trashed_from; /* where it lay before it went to the trash; NULL: it is not there */
} TfStray;

TfStray *tf_stray_new(const gchar *path, const gchar *member, const gchar *form) G_GNUC_WARN_UNUSED_RESULT;
TfStray *tf_stray_copy(const TfStray *stray) G_GNUC_WARN_UNUSED_RESULT;
void tf_stray_free(TfStray *stray);

const gchar *tf_rank_name(TfRank rank);		    /* "same-key" */
const gchar *tf_rank_basis_name(TfRankBasis basis); /* "content" */

/* Why this copy of the moved key may have made it known to others: of 1 << TfExposure. 0 for another key. */
guint tf_stray_exposures(const TfStray *stray);

/* The caller adds "type". */
json_t *tf_stray_to_json(const TfStray *stray) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStray, tf_stray_free)
