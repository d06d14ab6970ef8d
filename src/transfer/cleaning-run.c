/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cleaning-run.h"

#include "base/error.h"
#include "claim.h"
#include "ledger/stray-wipe.h"
#include "transfer/durable.h"
#include "transfer/wiped.h"

void tf_cleaning_keep(
	TfCleaning *cleaning, const gchar *path, const gchar *kind, TfKeptWhy why, const gchar *detail)
{
	TfOutcome *outcome = cleaning->outcome;

	tf_outcome_add_kept(outcome, path, kind, why, detail);
	if (outcome->status == TF_STATUS_DONE && why != TF_KEPT_BACKUP)
		outcome->status = TF_STATUS_KEPT;
	tf_dialogue_tell(cleaning->dialogue, TF_NEWS_KEPT,
		&(TfNewsContext){
			.path = path, .kept = g_ptr_array_index(outcome->kept, outcome->kept->len - 1) });
}

static void keep_for(
	TfCleaning *cleaning, const gchar *path, const gchar *kind, gboolean was_begun, const GError *problem)
{
	g_autofree gchar *sentence = tf_error_sentence(problem);
	gboolean is_begun = was_begun || g_error_matches(problem, TF_ERROR, TF_ERROR_WIPE_INCOMPLETE);

	tf_cleaning_keep(
		cleaning, path, kind, is_begun ? TF_KEPT_WIPE_INCOMPLETE : TF_KEPT_WIPE_REFUSED, sentence);
}

gboolean tf_cleaning_record_wiped(TfCleaning *cleaning, gint64 row, const gchar *path, const gchar *kind,
	const TfWipeResult *result, GError **error)
{
	TfOutcome *outcome = cleaning->outcome;
	g_autofree gchar *detail = tf_wiped_detail(result);
	guint n_kept = outcome->kept->len;

	if (!tf_ledger_end_stray_wipe(cleaning->ledger, row, detail, error))
		return FALSE;
	tf_wiped_add(outcome, path, kind, result);
	tf_wiped_tell(cleaning->dialogue, outcome, path, n_kept);

	return TRUE;
}

gboolean tf_cleaning_settle_problem(TfCleaning *cleaning, const gchar *path, const gchar *kind,
	gboolean was_begun, GError *problem, GError **error)
{
	if (g_error_matches(problem, TF_ERROR, TF_ERROR_WIPE_REFUSED) ||
		g_error_matches(problem, TF_ERROR, TF_ERROR_WIPE_INCOMPLETE) ||
		g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_MISSING)) {
		keep_for(cleaning, path, kind, was_begun, problem);
		g_error_free(problem);
		return TRUE;
	}
	g_propagate_error(error, problem);

	return FALSE;
}

gboolean tf_cleaning_accept_evidence(TfCleaning *cleaning, gboolean *ret_is_accepted, GError **error)
{
	TfOutcome *outcome = cleaning->outcome;
	const TfPlacement *placement = g_ptr_array_index(outcome->placements, 0);

	if (!cleaning->is_judged && (!tf_claim_accept(placement->evidence, placement->token,
					     cleaning->dialogue, outcome, &cleaning->is_accepted, error) ||
					    !tf_durable(cleaning->dialogue, error)))
		return FALSE;
	cleaning->is_judged = TRUE;
	if (!cleaning->is_accepted)
		outcome->status = TF_STATUS_CLAIMED;
	*ret_is_accepted = cleaning->is_accepted;

	return TRUE;
}
