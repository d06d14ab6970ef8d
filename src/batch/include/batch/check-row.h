/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What an opener found in a .p12, held against the row of the manifest that names it, the campaign, and the
 * rows before it. Decides nothing: a batch has nobody to ask, so that every problem stops its member.
 */
#pragma once

#include <glib.h>

#include "batch/manifest.h"
#include "key/certificate.h"
#include "key/openssl.h"
#include "profile/campaign.h"

typedef struct TfOpenedSource {
	X509 *certificate;
	const TfX509Stack *chain;  /* issuer first; may be empty */
	gboolean holds_one_secret; /* law 3 */
	gboolean is_weak;
} TfOpenedSource; /* borrowed */

/* What the operator is told, and what stops nobody. */
typedef enum TfRowNotice {
	TF_ROW_NOTICE_WEAK = 1 << 0,	  /* RSA below 2048 bits */
	TF_ROW_NOTICE_KEPT = 1 << 1,	  /* the file holds another secret: it will not be wiped (law 3) */
	TF_ROW_NOTICE_NO_SERIAL = 1 << 2, /* no token_serial, though cards are given by it */
} TfRowNotice;

/* A clause in the person's language ("the file holds another secret …"). */
const gchar *tf_row_notice_text(TfRowNotice notice);

typedef struct TfRowFindings {
	guint notices; /* TfRowNotice */
	TfRevocation revocation;
} TfRowFindings;

/* The rules, what they need to be read only once (the revocation list, the letter's font), and which
 * certificates were seen: about 16 bytes for each. */
typedef struct TfRowChecks TfRowChecks;

/* 'manifest' is its path, for errors; NULL: rows are not held against each other. 'campaign' and 'crl' (a
 * path, read with the first row) may be NULL; borrowed. 'now' in seconds since the epoch; 0: that of each
 * row. */
TfRowChecks *tf_row_checks_new(
	const gchar *manifest, const TfCampaign *campaign, const gchar *crl, gint64 now);
void tf_row_checks_free(TfRowChecks *checks);

/* The name can be printed on a letter: FALSE with TF_ERROR_LETTER_GLYPH. */
gboolean tf_row_checks_glyphs(TfRowChecks *checks, const gchar *name, GError **error);
/* Any name can: FALSE with TF_ERROR_LETTER_FAILED (the font is not installed). */
gboolean tf_row_checks_font(TfRowChecks *checks, GError **error);

/*
 * GError of every problem, none for a good row; the caller frees the array. TF_ERROR_CERTIFICATE_NAME (the
 * certificate's common name is not the row's, compared as --name is), _ISSUER, _VALIDITY, _EXPIRED,
 * _NOT_YET_VALID, _REVOKED; TF_ERROR_CRL_UNUSABLE, which hides none of the others;
 * TF_ERROR_MANIFEST_INVALID when an earlier row of another line had the same certificate. NULL with errors of
 * reading the CRL.
 */
GPtrArray *tf_row_checks_hold(TfRowChecks *checks, const TfManifestRow *row, const TfOpenedSource *source,
	TfRowFindings *ret_findings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfRowChecks, tf_row_checks_free)
