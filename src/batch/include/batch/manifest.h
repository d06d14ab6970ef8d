/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The manifest of a batch: CSV (RFC 4180; UTF-8 with or without BOM, or CP932), header
 * 'number,name,p12[,password][,token_serial]' in any order, read as a stream in constant memory.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "profile/campaign.h"

typedef struct TfManifestRow {
	guint line; /* of the file, from 1; of the row's first line */
	const gchar *number, *name;
	const gchar *path;	   /* as written */
	const TfSecret *password;  /* NULL: none in this row (column absent or cell empty) */
	const gchar *token_serial; /* NULL: none */
} TfManifestRow;		   /* borrowed, until the next row */

/* A row without a defect. FALSE stops the reading. */
typedef gboolean (*TfManifestRowFunc)(const TfManifestRow *row, gpointer user_data, GError **error);

/* A defect of one row or of the whole: told, and the reading goes on. FALSE stops the reading. */
typedef gboolean (*TfManifestProblemFunc)(
	guint line, const GError *problem, gpointer user_data, GError **error);

/*
 * Opens (tf_file_open: no link, regular) and reads. Normalises nothing. Problems: TF_ERROR_MANIFEST_INVALID
 * with line and reason (bad encoding, quotes, missing, unknown or doubled column, too few or many cells,
 * empty number, name or p12, over-long cell, NUL, control characters, a name with a character lost in CP932
 * (U+FFFD,
 * '?' or '〓' in its place) or of the user's own, a number in full-width digits or unfit to name a file, a
 * path that is absolute or leaves the manifest's directory by '..', no row at all); TF_ERROR_NUMBER_FORMAT
 * (the campaign's digits; a number one digit short says so: a zero lost in a spreadsheet). 'campaign' NULL:
 * no rule for numbers. A row is handed over only if it has no problem. A problem of header or encoding ends
 * the reading: what follows would be guesswork.
 *
 * A password column makes the file a secret: it must then be owner-only (TF_ERROR_MANIFEST_INVALID), and its
 * bytes are read into TfSecret buffers only.
 *
 * TRUE when the end was reached, problems or not. FALSE: TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE,
 * TF_ERROR_SYSTEM (the system knows no CP932), or a callback's error.
 */
gboolean tf_manifest_read(const gchar *path, const TfCampaign *campaign, TfManifestRowFunc row,
	TfManifestProblemFunc problem, gpointer user_data, GError **error);

/*
 * Opens the .p12 of a row below the manifest's directory (which itself may be reached through links):
 * openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS), regular file. *ret_path: resolved,
 * absolute; may be NULL. -1 with TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE.
 */
int tf_manifest_open_source(
	const gchar *manifest, const gchar *path, gchar **ret_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
