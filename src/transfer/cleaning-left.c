/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What runs that died left: copies and sources half wiped, and wipes that nobody was told of. */
#include <glib/gi18n.h>
#include <string.h>

#include "cleaning-plan.h"
#include "cleaning-run.h"
#include "ledger/stray-wipe.h"
#include "resumption.h"
#include "transfer/half-wiped.h"
#include "transfer/wiped.h"

static gboolean finish(TfCleaning *cleaning, const TfStrayWipe *left, GError **error)
{
	const TfWipeOptions options = tf_cleaning_wipe_options(cleaning->plan);
	g_auto(TfWipeResult) result = { 0 };
	GError *problem = NULL;
	gboolean is_whole = FALSE;

	tf_dialogue_tell(cleaning->dialogue, TF_NEWS_WIPING, &(TfNewsContext){ .path = left->path });
	if (!tf_wipe_resume_key(left->wipe, cleaning->proof, left->spki_sha256, left->sha256, &options,
		    &is_whole, &result, &problem))
		return tf_cleaning_settle_problem(cleaning, left->path, left->kind, TRUE, problem, error);
	/* Then the search finds it, and whose key it is. */
	if (is_whole)
		return tf_ledger_drop_stray_wipe(cleaning->ledger, left->id, error);

	return tf_cleaning_record_wiped(cleaning, left->id, left->path, left->kind, &result, error);
}

/* What a dead run wiped and told nobody. */
static gboolean tell_untold(TfCleaning *cleaning, GError **error)
{
	g_autoptr(GPtrArray) untold =
		tf_ledger_stray_wipes_untold(cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), error);

	for (guint i = 0; untold != NULL && i < untold->len; i++) {
		const TfStrayWipe *wipe = g_ptr_array_index(untold, i);

		cleaning->exposures |= wipe->exposures;
		tf_wiped_add_recorded(cleaning->outcome, wipe->path, wipe->kind, wipe->detail);
	}

	return untold != NULL;
}

static gboolean may_finish(
	TfCleaning *cleaning, const gchar *path, const gchar *kind, gboolean *ret_may, GError **error)
{
	if (!tf_cleaning_accept_evidence(cleaning, ret_may, error))
		return FALSE;
	if (!*ret_may)
		tf_cleaning_keep(cleaning, path, kind, TF_KEPT_EVIDENCE, NULL);

	return TRUE;
}

/* The file of a migration; its own outcome has an end then, too. */
static gboolean finish_source(TfCleaning *cleaning, const TfLedgerRow *row, GError **error)
{
	const TfTransferPlan plan = { .may_discard = cleaning->plan->may_discard };
	TfRun run = { .plan = &plan, .ledger = cleaning->ledger, .dialogue = cleaning->dialogue };
	GError *problem = NULL;
	g_autoptr(TfOutcome) ended = tf_resumption_finish(&run, row, cleaning->proof, &problem);

	if (ended == NULL)
		return tf_cleaning_settle_problem(
			cleaning, row->source_path, TF_KIND_FILE, TRUE, problem, error);
	cleaning->exposures |= tf_outcome_exposures(ended);
	tf_wiped_move(cleaning->outcome, ended);

	return TRUE;
}

/* A store is opened by its password, and a batch ends what is its own. */
static gboolean settle_source(TfCleaning *cleaning, const TfLedgerRow *row, GError **error)
{
	const gchar *path = row->source_path;
	TfFinisher finisher = TF_FINISHER_SWEEP;
	gboolean may = FALSE;

	if (!tf_half_wiped_finisher(cleaning->ledger, row, &finisher, error))
		return FALSE;
	switch (finisher) {
	case TF_FINISHER_SWEEP:
		return may_finish(cleaning, path, TF_KIND_FILE, &may, error) &&
		       (!may || finish_source(cleaning, row, error));
	case TF_FINISHER_STORE:
		tf_cleaning_keep(cleaning, path, TF_KIND_STORE, TF_KEPT_IN_STORE, NULL);
		return TRUE;
	case TF_FINISHER_BATCH:
		if (row->step == TF_STEP_WIPING)
			tf_cleaning_keep(cleaning, path, TF_KIND_FILE, TF_KEPT_WIPE_REFUSED,
				_("a batch began to wipe it; the same 'tokenferry batch' finishes that"));
		return TRUE;
	case TF_N_FINISHERS:
		break;
	}
	g_assert_not_reached();
}

/* What a dead migration of this key left. */
static gboolean finish_sources(TfCleaning *cleaning, GError **error)
{
	g_autoptr(GPtrArray) rows =
		tf_ledger_wipes_left(cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), error);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		if (!settle_source(cleaning, g_ptr_array_index(rows, i), error))
			return FALSE;
	}

	return rows != NULL;
}

/* What a dead run began, of this key: by the evidence of this run's token, which may be another. */
static gboolean finish_all(TfCleaning *cleaning, GError **error)
{
	g_autoptr(GPtrArray) left = tf_ledger_stray_wipes_left(cleaning->ledger, error);

	for (guint i = 0; left != NULL && i < left->len; i++) {
		const TfStrayWipe *wipe = g_ptr_array_index(left, i);
		gboolean may = FALSE;

		if (memcmp(wipe->spki_sha256, tf_proof_spki_sha256(cleaning->proof), TF_SHA256_SIZE) != 0)
			continue;
		cleaning->exposures |= wipe->exposures;
		if (!may_finish(cleaning, wipe->path, wipe->kind, &may, error) ||
			(may && !finish(cleaning, wipe, error)))
			return FALSE;
	}

	return left != NULL;
}

gboolean tf_cleaning_finish_left(TfCleaning *cleaning, GError **error)
{
	return tell_untold(cleaning, error) && finish_sources(cleaning, error) && finish_all(cleaning, error);
}
