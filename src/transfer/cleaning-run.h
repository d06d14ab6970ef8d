/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run of a cleaning, and what each of its parts does alike. */
#pragma once

#include "disk/known.h"
#include "disk/wipe.h"
#include "key/proof.h"
#include "transfer/cleaning.h"

typedef struct TfCleaning {
	const TfCleaningPlan *plan;
	TfLedger *ledger;
	const TfDialogue *dialogue;
	TfProof *proof; /* fresh, by the token of this run */
	TfKnown *known;
	TfMounts *mounts;   /* outlive what was caught */
	GPtrArray *catches; /* TfCatch */
	GHashTable *needed; /* of tf_needed_find() */
	TfOutcome *outcome;
	guint exposures;      /* of what an earlier run wiped and told nobody */
	gboolean is_judged;   /* whether the evidence suffices is known */
	gboolean is_accepted; /* then */
} TfCleaning;

void tf_cleaning_keep(
	TfCleaning *cleaning, const gchar *path, const gchar *kind, TfKeptWhy why, const gchar *detail);

/* After the last octet; the row is closed only now. */
gboolean tf_cleaning_record_wiped(TfCleaning *cleaning, gint64 row, const gchar *path, const gchar *kind,
	const TfWipeResult *result, GError **error);

/* What was refused is unchanged, and what could not be finished the next run goes on with; 'was_begun': by an
 * earlier run. Both are kept, for the other files' sake. Any other failure stops the run. 'problem' is taken
 * over. */
gboolean tf_cleaning_settle_problem(TfCleaning *cleaning, const gchar *path, const gchar *kind,
	gboolean was_begun, GError *problem, GError **error);

/* Asked once, before the first file would be touched; and what the evidence is of is made durable. */
gboolean tf_cleaning_accept_evidence(TfCleaning *cleaning, gboolean *ret_is_accepted, GError **error);

/* What a dead run wiped and told nobody, and what it began: of this key, by the evidence of this run's token,
 * which may be another (cleaning-left.c). */
gboolean tf_cleaning_finish_left(TfCleaning *cleaning, GError **error);
