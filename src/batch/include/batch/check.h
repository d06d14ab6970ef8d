/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A manifest looked through before a token is touched: every defect of the list, and, when its files are to
 * be opened, every defect of each file, told in the order of the rows. What only the whole list shows comes
 * last. Memory: about 100 bytes a row, and a bounded number of rows that wait for their files.
 */
#pragma once

#include "batch/check-row.h"
#include "batch/passwords.h"
#include "ledger/job.h"

typedef struct TfCheckPlan {
	const gchar *const
		*program; /* argv that a role's name is put behind; NULL: files are looked for only */
	const gchar *manifest;
	const TfCampaign *campaign; /* NULL: none */
	const gchar *crl;	    /* path; NULL: revocation is unknown */
	TfPasswords *passwords;	    /* of rows without one of their own; NULL: they have none */
	gboolean gives_by_serial;   /* who has no token_serial gets no card, and is named */
	gboolean makes_serials;	    /* tokens get a serial number when they are made: none can be demanded */
	TfLedger *ledger;	    /* whose token was begun needs no file any more; NULL: none is known */
} TfCheckPlan;

typedef struct TfCheckListener {
	/* 'number' NULL: the row cannot be read, or the list as a whole is not right. */
	void (*problem)(guint line, const gchar *number, const GError *problem, gpointer user_data);
	void (*notice)(guint line, const gchar *number, TfRowNotice notice, gpointer user_data);
	void (*row)(guint64 n_rows, gpointer user_data); /* so many are done; NULL: not wanted */
	gboolean (*is_interrupted)(gpointer user_data);	 /* NULL: never */
	gpointer user_data;
} TfCheckListener;

typedef struct TfCheckResult {
	guint64 n_rows; /* under the header, defective ones included */
	guint64 n_problems;
} TfCheckResult;

/*
 * TRUE when everything was looked at, problems or not. When files are opened, names are held against the
 * letter's font as well. FALSE: errors of tf_manifest_read(), TF_ERROR_LETTER_FAILED (the font is not
 * installed), TF_ERROR_WORKER_BROKEN (no opener can be started), TF_ERROR_INTERRUPTED.
 */
gboolean tf_check(
	const TfCheckPlan *plan, const TfCheckListener *listener, TfCheckResult *ret_result, GError **error);

/* A token was begun for this member, or is to be replaced: the file may be wiped. FALSE with
 * TF_ERROR_MANIFEST_CHANGED when that was under another name, and with the ledger's errors. */
gboolean tf_check_is_begun(
	TfLedger *ledger, const TfManifestRow *row, gboolean *ret_is_begun, GError **error);
