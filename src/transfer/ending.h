/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of the source once the key is proven on the token: kept, moved or wiped; and the outcome
 * recorded. */
#pragma once

#include "destination.h"
#include "disk/wipe.h"
#include "record/outcome.h"
#include "transfer/keeping.h"

/*
 * Decides, asks, wipes. 'destinations' are all proven. Fills 'outcome' and records it as done or kept in the
 * row of the first destination. An error leaves the row where the next run goes on.
 */
gboolean tf_ending_run(TfRun *run, const GPtrArray *destinations, const TfSource *source, TfOutcome *outcome,
	GError **error);

/* What a wipe of this run may do besides: more as root, which this PC's owner is. */
TfWipeOptions tf_ending_wipe_options(const TfRun *run);

/* --wipe-backup names this very file or store (law 4). */
gboolean tf_ending_names_backup(const TfRun *run, const TfSource *source);

/* Laws 3 and 4, and what the person asked for: FALSE when none of them keeps the source. The one planner of a
 * run and of its rehearsal. */
gboolean tf_ending_keeps(const TfRun *run, const TfSource *source, TfKeeping *ret_keeping);

/* Law 5: durable before the first byte is overwritten or the first object destroyed. 'outcome' goes with it
 * as a draft; 'is_backup': it names the backup that is given up. */
gboolean tf_ending_record_wiping(TfRun *run, gint64 row, const TfWipeTrace *trace, TfOutcome *outcome,
	gboolean is_backup, GError **error);

/* Asks whether what is kept is reported as completed nevertheless: the member's own exception, which the
 * outcome then bears. Nothing is asked where nothing is kept. */
gboolean tf_ending_confirm_completion(TfRun *run, TfOutcome *outcome, GError **error);

/* The last two records of a wipe, shared with its resumption. */
gboolean tf_ending_record_wiped(TfRun *run, gint64 row, const gchar *kind, const gchar *path,
	const TfWipeResult *result, TfOutcome *outcome, GError **error);
gboolean tf_ending_record_outcome(TfRun *run, gint64 row, TfOutcome *outcome, GError **error);
/* The same row's outcome with what was added to it; 'finished' stays, and 'completed_at' says when it was
 * completed. */
gboolean tf_ending_amend_outcome(TfRun *run, gint64 row, const TfOutcome *outcome, GError **error);
