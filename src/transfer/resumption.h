/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finishing what an earlier run began, when the source cannot be opened any more because that run was wiping
 * it. */
#pragma once

#include "destination.h"
#include "record/outcome.h"

/* What an earlier run for the plan's source left to be done. */
typedef struct TfLeft {
	enum {
		/* The journey starts at its beginning: an unfinished import or proof is found again by its
		 * token. */
		TF_LEFT_NOTHING,
		TF_LEFT_WIPE, /* to be finished, or only to be recorded */
		/* Nothing was overwritten, or taken out of the store: the stored proof says nothing of the
		 * token as it is now, and the journey goes on from its beginning. */
		TF_LEFT_WHOLE,
		TF_LEFT_REPORT /* all is done and the file gone: the outcome is given again */
	} what;
	TfLedgerRow *row;     /* NULL with TF_LEFT_NOTHING */
	gboolean is_replaced; /* another file stands at the path: after the wipe, a journey of its own */
} TfLeft;
void tf_left_clear(TfLeft *left);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfLeft, tf_left_clear)

/* What the ledger and the file say; changes neither. The one planner of a run and of its rehearsal. The
 * errors of tf_resumption_check(). */
gboolean tf_resumption_plan(const TfTransferPlan *plan, TfLedger *ledger, TfLeft *ret_left, GError **error);

/*
 * The row's run was for the member, campaign and tokens that the plan names, as far as it names them: its
 * outcome answers for nobody else. TF_ERROR_CERTIFICATE_NAME, TF_ERROR_CERTIFICATE_ISSUER,
 * TF_ERROR_TOKEN_OF_OTHER_RUN, and TF_ERROR_USAGE for what the certificate does not say. A slot is not
 * compared: it changes. A revocation list that the plan names is looked at: TF_ERROR_CERTIFICATE_REVOKED,
 * TF_ERROR_CRL_UNUSABLE and errors of reading.
 */
gboolean tf_resumption_check(
	const TfTransferPlan *plan, TfLedger *ledger, const TfLedgerRow *row, GError **error);

/*
 * *ret_outcome: the outcome of a run for the plan's source that only had its end to finish; NULL, with TRUE,
 * when there is none and the journey starts at its beginning (an unfinished import or proof is found again by
 * its token).
 */
gboolean tf_resumption_run(TfRun *run, TfOutcome **ret_outcome, GError **error);

/* *ret_row: of the plan's store, the row of the run that took the plan's member's key out of it, when that
 * was the last one; NULL for none, and for a file. */
gboolean tf_resumption_emptied(const TfRun *run, TfLedgerRow **ret_row, GError **error);

/* For a store that turned out to hold no key that is meant: the outcome of that run, given again. */
gboolean tf_resumption_repeat(TfRun *run, const TfLedgerRow *row, TfOutcome **ret_outcome, GError **error);

/* For a search, which has the key's fresh proof: the end of the file's wipe that this row's run did not come
 * to, and of its outcome, which is returned. Not for a store that is not wiped, nor for a batch's row. As
 * tf_wipe_resume_key() and tf_wipe_resume(); TF_ERROR_WIPE_REFUSED also for a file that is whole when no
 * proof of the row was stored. */
TfOutcome *tf_resumption_finish(
	TfRun *run, const TfLedgerRow *row, const TfProof *fresh, GError **error) G_GNUC_WARN_UNUSED_RESULT;
