/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Destroys a TfFound, and states what was reached (levels W0 to W3; W4, the raw read-back, is not claimed
 * here): W0 refused, nothing changed · W1 name gone · W2 overwritten, place unknown · W3 overwritten in place
 * and synced suffix F flash or unknown medium · E under disk encryption · G earlier generations not covered
 * Never says "unrecoverable". SIGKILL at any moment leaves either the whole file or one that tf_wipe_resume()
 * finishes.
 */
#pragma once

#include <glib.h>

#include "disk/recognise.h"
#include "key/proof.h"
#include "record/trace.h"

typedef struct TfWipeResult {
	guint level;	   /* 1..3 */
	gchar suffixes[8]; /* "FG" */
} TfWipeResult;

/* Makes the trace durable before the first byte is overwritten. FALSE with an error stops the wipe in W0. */
typedef gboolean (*TfWipeJournal)(const TfWipeTrace *trace, gpointer user_data, GError **error);

typedef struct TfWipeOptions {
	gboolean backup_is_named; /* the person named this very path: removable, network and unknown media too
				     (law 4) */
	TfWipeJournal journal;
	gpointer user_data;
} TfWipeOptions;

/*
 * Law 1: refuses (TF_ERROR_PROOF_INVALID, nothing changed) unless 'proof' is for the same key, and, if it is
 * a stored one, for this very source. Law 3: refuses unless the key is the only secret in the file.
 * TF_ERROR_WIPE_REFUSED (W0): read-only, removable, network or unknown place not named, immutable,
 * append-only, further hard links, open in another process, replaced under us since it was recognised.
 * TF_ERROR_WIPE_INCOMPLETE: writing failed half-way; the trace lets a next run finish.
 */
gboolean tf_wipe(TfFound *found, const TfProof *proof, const TfWipeOptions *options, TfWipeResult *ret_result,
	GError **error);

/* Finishes what 'trace' began. The trace is believed only where device, inode and size still agree.
 * *ret_result when the file is gone already: level 1 is all that can be said for it. Errors as above. */
gboolean tf_wipe_resume(const TfWipeTrace *trace, const TfProof *proof,
	const guint8 source_sha256[TF_SHA256_SIZE], TfWipeResult *ret_result, GError **error);
