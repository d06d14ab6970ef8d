/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "resumption.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "destination-private.h"
#include "disk/wipe.h"
#include "emptying.h"
#include "ending.h"
#include "profile/campaign.h"
#include "transfer/checks.h"
#include "transfer/durable.h"
#include "transfer/wiped.h"

static X509 *read_certificate(const TfRun *run, const TfLedgerRow *row, GError **error)
{
	return tf_certificate_parse(row->certificate_der, tf_ledger_path(run->ledger), error);
}

/* The stored proof of this very row, verified again; it may finish the wipe of the source it names, and
 * nothing else. */
static TfProof *load_proof(TfRun *run, const TfLedgerRow *row, X509 *certificate, GError **error)
{
	TfDestination destination = { .token = row->token, .row = row->id };
	TfSubject subject = { .certificate = certificate };
	TfChallengeContext expected;

	memcpy(subject.source_sha256, row->source_sha256, TF_SHA256_SIZE);
	expected = tf_destination_context(run, &destination, &subject);

	return tf_proof_load(row->statement, row->signature, certificate, &expected, error);
}

/* A key that decrypts leaves nothing that could be verified again: the token is asked anew. */
static TfProof *make_proof(TfRun *run, const TfLedgerRow *row, X509 *certificate, GError **error)
{
	g_autoptr(TfDestination) destination = tf_destination_of_row(run, row, error);
	TfSubject subject = { .certificate = certificate };
	g_auto(TfOpenToken) open = { NULL, NULL };

	if (destination == NULL)
		return NULL;
	memcpy(subject.source_sha256, row->source_sha256, TF_SHA256_SIZE);
	if (!tf_destination_open(run, destination, &open, error))
		return NULL;
	tf_open_token_clear(&open);
	if (!tf_destination_prove_again(run, destination, &subject, error))
		return NULL;

	return g_steal_pointer(&destination->proof);
}

/* *ret_is_whole: the key is in the store still, and nothing was done. */
static gboolean finish_wipe(
	TfRun *run, const TfLedgerRow *row, TfOutcome *outcome, gboolean *ret_is_whole, GError **error)
{
	g_autoptr(X509) certificate = read_certificate(run, row, error);
	g_autoptr(TfProof) proof = NULL;
	const TfWipeOptions options = tf_ending_wipe_options(run);
	g_auto(TfWipeResult) result = { 0 };

	if (certificate == NULL)
		return FALSE;
	proof = row->statement != NULL ? load_proof(run, row, certificate, error)
				       : make_proof(run, row, certificate, error);
	/* The run that recorded it may have been of a version that did not see to this. */
	if (proof == NULL || !tf_durable(run->dialogue, error))
		return FALSE;
	if (tf_wipe_trace_is_of_store(row->wipe))
		return tf_emptying_finish(run, row, certificate, proof, outcome, ret_is_whole, error);
	tf_dialogue_tell(run->dialogue, TF_NEWS_WIPING, &(TfNewsContext){ .path = row->source_path });
	if (!tf_wipe_resume(row->wipe, proof, row->source_sha256, &options, &result, error))
		return FALSE;

	return tf_ending_record_wiped(run, row->id, TF_KIND_FILE, row->source_path, &result, outcome, error);
}

/* What is half overwritten is known by what the wipe wrote. Whose key a whole file holds, the ledger only
 * says: that takes the proof that names this file, too. */
static gboolean finish_freshly(
	TfRun *run, const TfLedgerRow *row, const TfProof *fresh, TfOutcome *outcome, GError **error)
{
	const TfWipeOptions options = tf_ending_wipe_options(run);
	g_auto(TfWipeResult) result = { 0 };
	gboolean is_whole = FALSE;

	if (!tf_wipe_resume_key(row->wipe, fresh, row->spki_sha256, row->source_sha256, &options, &is_whole,
		    &result, error))
		return FALSE;
	if (!is_whole)
		return tf_ending_record_wiped(
			run, row->id, TF_KIND_FILE, row->source_path, &result, outcome, error);
	if (row->statement == NULL)
		return tf_raise(error, TF_ERROR_WIPE_REFUSED, row->source_path,
			_("it is whole still, and 'tokenferry migrate' with this file wipes it"), NULL);

	return finish_wipe(run, row, outcome, &is_whole, error);
}

/* A run that died between the two records: what became of the source became of the spare's row as well. */
static gboolean close_spares(TfRun *run, gint64 first, GError **error)
{
	g_autoptr(TfLedgerRow) done = tf_ledger_load(run->ledger, first, error);
	g_autoptr(GPtrArray) rows = NULL;

	if (done == NULL)
		return FALSE;
	rows = tf_ledger_unfinished(run->ledger, done->source_path, error);
	if (rows == NULL)
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (row->spare_of == first && row->step == TF_STEP_PROVED &&
			!tf_ledger_record_outcome(run->ledger, row->id, TF_STEP_DONE, done->outcome, error))
			return FALSE;
	}

	return TRUE;
}

/* 'fresh' NULL: by the proof of the row. NULL without an error: *ret_is_whole. */
static TfOutcome *finish_row(
	TfRun *run, const TfLedgerRow *row, const TfProof *fresh, gboolean *ret_is_whole, GError **error)
{
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(run->ledger, row, error);

	*ret_is_whole = FALSE;
	if (outcome == NULL)
		return NULL;

	run->where = TF_WHERE_TOKEN;
	tf_dialogue_tell(run->dialogue, TF_NEWS_RESUMED,
		&(TfNewsContext){ .step = row->step, .token = row->token, .path = row->source_path });
	outcome->status = TF_STATUS_DONE;
	if (row->step == TF_STEP_WIPING &&
		!(fresh != NULL ? finish_freshly(run, row, fresh, outcome, error)
				: finish_wipe(run, row, outcome, ret_is_whole, error)))
		return NULL;
	if (*ret_is_whole)
		return NULL;
	if (row->step == TF_STEP_WIPED)
		tf_wiped_add_recorded(outcome, row->source_path,
			tf_wipe_trace_is_of_store(row->wipe) ? TF_KIND_STORE : TF_KIND_FILE, row->detail);
	if (!tf_ending_record_outcome(run, row->id, outcome, error) || !close_spares(run, row->id, error))
		return NULL;

	return g_steal_pointer(&outcome);
}

/* That it is the certificate's was checked (tf_resumption_check()). */
static void supply_name(const gchar *name, TfOutcome *outcome)
{
	if (name == NULL || outcome->member_name != NULL)
		return;

	outcome->member_name = g_strdup(name);
	for (guint i = outcome->unchecked->len; i > 0; i--) {
		if (g_array_index(outcome->unchecked, TfUnchecked, i - 1) == TF_UNCHECKED_NAME)
			g_array_remove_index(outcome->unchecked, i - 1);
	}
}

static gboolean supply_number(const TfTransferPlan *plan, TfOutcome *outcome, GError **error)
{
	g_autoptr(TfCampaign) campaign = NULL;

	if (plan->member_number == NULL || outcome->member_number != NULL)
		return TRUE;
	if (outcome->campaign != NULL) {
		campaign = tf_campaign_load(outcome->campaign, plan->profiles, error);
		if (campaign == NULL || !tf_campaign_check_number(campaign, plan->member_number, error))
			return FALSE;
	}
	outcome->member_number = g_strdup(plan->member_number);

	return TRUE;
}

/* TRUE when it was not known before. */
static gboolean supply_infection(const TfTransferPlan *plan, TfOutcome *outcome)
{
	guint before = outcome->exposures;

	if (!plan->was_infected)
		return FALSE;
	outcome->knows_exposure = TRUE;
	outcome->exposures |= 1u << TF_EXPOSURE_INFECTED;

	return outcome->exposures != before;
}

static void supply_posture(const TfTransferPlan *plan, TfOutcome *outcome)
{
	if (plan->posture != NULL)
		tf_outcome_set_posture(outcome, plan->posture);
	if (plan->accepts_pc)
		tf_outcome_accept_pc(outcome);
}

/* Who left name or number out, which the mail needs, may give them now, and who has put the PC in order has
 * it looked at again; a later report has them as well. What is complete only by that is so from now on. */
static gboolean supply(TfRun *run, gint64 row, TfOutcome *outcome, GError **error)
{
	const TfTransferPlan *plan = run->plan;
	gboolean was_named = outcome->member_name != NULL;
	gboolean was_numbered = outcome->member_number != NULL;
	gboolean is_amended = FALSE;
	gboolean was_kept = FALSE;
	gboolean was_complete = tf_outcome_may_claim_completion(outcome);

	supply_name(plan->member_name, outcome);
	if (!supply_number(plan, outcome, error))
		return FALSE;
	supply_posture(plan, outcome);
	was_kept = tf_outcome_has_exception(outcome, TF_EXCEPTION_KEPT);
	is_amended = tf_wiped_review(outcome);
	if (!tf_ending_confirm_completion(run, outcome, error))
		return FALSE;
	is_amended = supply_infection(plan, outcome) || is_amended ||
		     was_kept != tf_outcome_has_exception(outcome, TF_EXCEPTION_KEPT);
	if (!is_amended && plan->posture == NULL && !plan->accepts_pc &&
		was_named == (outcome->member_name != NULL) &&
		was_numbered == (outcome->member_number != NULL))
		return TRUE;
	if (!was_complete && tf_outcome_may_claim_completion(outcome))
		outcome->completed_at = g_get_real_time() / G_USEC_PER_SEC;

	return tf_ending_amend_outcome(run, row, outcome, error);
}

/* Its report is given again, nothing is claimed anew. */
static gboolean repeat_done(TfRun *run, const TfLedgerRow *row, TfOutcome **ret_outcome, GError **error)
{
	g_autoptr(TfOutcome) outcome = NULL;

	run->where = TF_WHERE_TOKEN;
	tf_dialogue_tell(run->dialogue, TF_NEWS_RESUMED,
		&(TfNewsContext){ .step = row->step, .token = row->token, .path = row->source_path });
	outcome = close_spares(run, row->id, error) ? tf_ledger_row_outcome(run->ledger, row, error) : NULL;
	if (outcome == NULL || !supply(run, row->id, outcome, error))
		return FALSE;
	*ret_outcome = g_steal_pointer(&outcome);

	return TRUE;
}

/* As if the wipe had not begun: the row is kept, and gone on with. */
static gboolean take_back(TfRun *run, const TfLedgerRow *row, GError **error)
{
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(run->ledger, row, error);
	const gchar *kind = tf_wipe_trace_is_of_store(row->wipe) ? TF_KIND_STORE : TF_KIND_FILE;

	if (outcome == NULL)
		return FALSE;
	run->exposures = outcome->exposures;
	outcome->status = TF_STATUS_KEPT;
	if (run->plan->keeps_source)
		tf_outcome_add_kept(outcome, row->source_path, kind, TF_KEPT_ASKED, NULL);
	else
		tf_outcome_add_kept(outcome, row->source_path, kind, TF_KEPT_WIPE_REFUSED,
			_("the run that was to wipe it was interrupted"));

	return tf_ending_record_outcome(run, row->id, outcome, error);
}

/* What a dead run had begun is ended, or said to be in the way; a new file at the path is a journey of its
 * own, which that outcome says nothing of. */
static gboolean finish(TfRun *run, const TfLeft *left, TfOutcome **ret_outcome, GError **error)
{
	g_autoptr(GError) problem = NULL;
	gboolean is_whole = FALSE;
	g_autoptr(TfOutcome) outcome = finish_row(run, left->row, NULL, &is_whole, &problem);

	if (is_whole)
		return take_back(run, left->row, error);
	if (left->is_replaced) {
		run->where = TF_WHERE_UNKNOWN;
		return TRUE;
	}
	if (outcome == NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	*ret_outcome = g_steal_pointer(&outcome);

	return TRUE;
}

gboolean tf_resumption_run(TfRun *run, TfOutcome **ret_outcome, GError **error)
{
	g_auto(TfLeft) left = { 0 };

	if (!tf_resumption_plan(run->plan, run->ledger, &left, error))
		return FALSE;
	switch (left.what) {
	case TF_LEFT_NOTHING:
		return TRUE;
	case TF_LEFT_WIPE:
		return finish(run, &left, ret_outcome, error);
	case TF_LEFT_WHOLE:
		return take_back(run, left.row, error);
	case TF_LEFT_REPORT:
		return repeat_done(run, left.row, ret_outcome, error);
	}
	g_assert_not_reached();
}

gboolean tf_resumption_emptied(const TfRun *run, TfLedgerRow **ret_row, GError **error)
{
	const TfTransferPlan *plan = run->plan;
	g_autofree gchar *path = NULL;
	g_autoptr(TfLedgerRow) newest = NULL;
	g_autoptr(X509) certificate = NULL;
	g_autoptr(TfCertificateFacts) facts = NULL;

	*ret_row = NULL;
	if (!plan->is_from_store || run->ledger == NULL)
		return TRUE;
	path = tf_file_resolve(plan->source, error);
	if (path == NULL || !tf_ledger_newest_of_source(run->ledger, path, &newest, error))
		return FALSE;
	if (newest == NULL || !tf_step_is_finished(newest->step))
		return TRUE;
	certificate = read_certificate(run, newest, error);
	if (certificate == NULL)
		return FALSE;
	facts = tf_certificate_describe(certificate);
	if (plan->member_name == NULL || tf_names_equal(facts->common_name, plan->member_name))
		*ret_row = g_steal_pointer(&newest);

	return TRUE;
}

gboolean tf_resumption_repeat(TfRun *run, const TfLedgerRow *row, TfOutcome **ret_outcome, GError **error)
{
	return tf_resumption_check(run->plan, run->ledger, row, error) &&
	       repeat_done(run, row, ret_outcome, error);
}

TfOutcome *tf_resumption_finish(TfRun *run, const TfLedgerRow *row, const TfProof *fresh, GError **error)
{
	gboolean is_whole = FALSE;

	return finish_row(run, row, fresh, &is_whole, error);
}
