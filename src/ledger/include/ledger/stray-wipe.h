/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The durable record of left-over copies that a search destroys: as of a migration's file, the trace is here
 * before the first octet is overwritten (law 5), so that the next search finishes what a dead one began.
 * Errors as in ledger.h. A ledger opened to read that an earlier version wrote has none.
 */
#pragma once

#include "ledger/ledger.h"

typedef struct TfStrayWipe {
	gint64 id;
	gint64 created; /* seconds since the epoch */
	gchar *path;
	gchar *kind;			    /* as reports call it: "pkcs12" */
	guint8 sha256[TF_SHA256_SIZE];	    /* of its content */
	guint8 spki_sha256[TF_SHA256_SIZE]; /* of the key in it */
	guint exposures; /* of 1 << TfExposure (record/stray.h): why others may know the key */
	TfWipeTrace *wipe;
	gchar *detail; /* what was reached; NULL until it is ended, and when that was not said */
} TfStrayWipe;
void tf_stray_wipe_free(TfStrayWipe *stray);

/* The trace is durable when it returns. 'id', 'created' and 'detail' of 'stray' are not asked for. */
gboolean tf_ledger_begin_stray_wipe(
	TfLedger *ledger, const TfStrayWipe *stray, gint64 *ret_id, GError **error);

/* 'detail' says what was reached. TF_ERROR_LEDGER_NO_RUN when there is none that was not ended. */
gboolean tf_ledger_end_stray_wipe(TfLedger *ledger, gint64 id, const gchar *detail, GError **error);

/* The file is whole: nothing of it was overwritten, and there is nothing to tell. The same error. */
gboolean tf_ledger_drop_stray_wipe(TfLedger *ledger, gint64 id, GError **error);

/* TfStrayWipe, those begun and not ended, oldest first; NULL is an error. */
GPtrArray *tf_ledger_stray_wipes_left(TfLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Those of one key (SPKI SHA-256) that were ended, and that no report has told of: the run that ended them
 * died, or could not write it. And that a report has told of all of them now. */
GPtrArray *tf_ledger_stray_wipes_untold(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_ledger_tell_stray_wipes(
	TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error);

/* tf_pkcs12_export_sha256() of the files that a key (SPKI SHA-256; NULL: any) was moved from: a GBytes of
 * TF_SHA256_SIZE each, for the search that comes after. NULL is an error. */
GPtrArray *tf_ledger_exports(
	TfLedger *ledger, const guint8 *spki_sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfStrayWipe, tf_stray_wipe_free)
