/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writes a key pair onto a token by raw Cryptoki: private key, public key, certificate, intermediates, laid
 * out so that every client finds them (same non-empty CKA_ID; certificate public). CKA_EXTRACTABLE=FALSE,
 * CKA_SENSITIVE=TRUE and every usage flag are sent explicitly, from the certificate's KeyUsage. A template is
 * adapted in steps where a token refuses an attribute, and each dropped attribute is told.
 * CKA_EXTRACTABLE=FALSE is never dropped silently either: it is listed.
 */
#pragma once

#include <glib.h>

#include "key/keypair.h"
#include "token/key-files.h"
#include "token/session.h"

/* The CKA_ID for this key: SHA-1 of the modulus or point (the rule of NSS). */
GBytes *tf_import_plan_id(const TfKeypair *keypair) G_GNUC_WARN_UNUSED_RESULT;

/* The same by the public half alone, for whoever does not hold the key. NULL for one that is neither RSA nor
 * on a named prime curve. */
GBytes *tf_import_plan_id_of(EVP_PKEY *public) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the objects of a key that the source calls so bear this very CKA_LABEL; FALSE for NULL, too. */
gboolean tf_import_carries_label(const gchar *label);

/* Before any write: can this token take the key? C_GetMechanismInfo key sizes and signing mechanisms.
 * TF_ERROR_TOKEN_UNSUPPORTED. */
gboolean tf_import_check(TfSession *session, const TfKeypair *keypair, GError **error);

/* What a logged-in look finds under the planned CKA_ID, and of this key anywhere. */
typedef struct TfImportSurvey {
	guint n_keys_under_id;	    /* private keys with the planned CKA_ID, whatever key they are */
	gboolean key_under_id_fits; /* exactly one, and its public half (attributes or certificate) is this
				       key's */
	gboolean id_is_foreign;	    /* an object under the planned CKA_ID belongs to another key */
	guint n_fragments; /* objects without CKA_ID that show no key, or this one: what a write cut short
			      leaves */
	guint n_same_elsewhere; /* private keys of the same modulus or point under another CKA_ID */
	gboolean is_empty;	/* no object of any kind */
} TfImportSurvey;
gboolean tf_import_survey(TfSession *session, const TfKeypair *keypair, GBytes *key_id,
	TfImportSurvey *ret_survey, GError **error);

typedef struct TfImportOptions {
	GBytes *key_id;	    /* the planned CKA_ID, durable in the ledger already */
	const gchar *label; /* CKA_LABEL; one that is not carried (above) is replaced by the common name, or
			       the key's short digest */
	/* A run of ours planned the key: what lies under the CKA_ID is ours. A fitting key is kept and what
	 * is missing beside it is written, anything else of ours is removed and written again. */
	gboolean is_resumed;
	/* And that run did not come to the end of its write: a key that looks whole may lack parts, so all of
	 * ours is removed and written again. */
	gboolean is_unfinished;
	/* No fragment lay on the token before that write, so all there are now are of it, and are removed. */
	gboolean owns_fragments;
	/* Where a write that fails leaves files that no module shows: removed before an unfinished one is
	 * made again, and after one that succeeded at the second attempt only. */
	TfKeyFiles key_files;
	/* The order and the objects of the token's family (profile/token-profile.h). */
	gboolean certificate_first;
	gboolean makes_public_key; /* shown by the token itself, from the certificate: none is written */
	/* A module of files writes an object anew for each attribute that it adds of itself, but a copy as a
	 * whole: what is public is made in the session and copied to the token. Where that is refused, it is
	 * written as everywhere. And when such a token was empty, what lies on it is what this import wrote,
	 * which is not looked for before it is written. */
	gboolean copies_public;
} TfImportOptions;

/*
 * Nothing is written when the key or the CKA_ID is on the token already and this is no resumed run:
 * TF_ERROR_TOKEN_KEY_EXISTS, TF_ERROR_TOKEN_ID_TAKEN. On any failure what this call wrote is removed again,
 * ghosts of a failed C_CreateObject included (object handles before and after are compared); when the token
 * is gone that is left to the next run. *ret_dropped: names (gchar) of attributes the token refused to take,
 * "private key: CKA_COPYABLE". TF_ERROR_TOKEN_FULL, TF_ERROR_TOKEN_REMOVED, TF_ERROR_TOKEN_WRITE_PROTECTED,
 * TF_ERROR_TOKEN_FAILED.
 */
gboolean tf_import(TfSession *session, const TfKeypair *keypair, const TfImportOptions *options,
	GPtrArray **ret_dropped, GError **error);

/*
 * Removes what a run with this intent wrote: the objects under 'key_id' whose public half is of 'certificate'
 * (or that are ghosts without one), and intermediates of 'chain' (may be NULL) that no other certificate on
 * the token needs. Never touches another key (law 1).
 */
gboolean tf_import_remove(
	TfSession *session, GBytes *key_id, X509 *certificate, const TfX509Stack *chain, GError **error);
