/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/cleaning.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "catch.h"
#include "cleaning-plan.h"
#include "cleaning-run.h"
#include "key/certificate.h"
#include "ledger/stray-wipe.h"
#include "ledger/supplement.h"
#include "needed.h"
#include "suspicion.h"
#include "transfer/checks.h"
#include "transfer/keeping.h"
#include "transfer/wiped.h"

static void cleaning_clear(TfCleaning *cleaning)
{
	g_clear_pointer(&cleaning->proof, tf_proof_free);
	g_clear_pointer(&cleaning->known, tf_known_free);
	g_clear_pointer(&cleaning->catches, g_ptr_array_unref);
	g_clear_pointer(&cleaning->mounts, tf_mounts_free);
	g_clear_pointer(&cleaning->needed, g_hash_table_unref);
	g_clear_pointer(&cleaning->outcome, tf_outcome_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfCleaning, cleaning_clear)

/* Only what the token has shown just now counts; what a ledger says of it does not. */
static gboolean take_proof(TfCleaning *cleaning, TfVerification *verification, GError **error)
{
	const TfEvidence *evidence = verification->placement->evidence;
	TfOutcome *outcome = cleaning->outcome;

	if (tf_evidence_grade(evidence) == TF_GRADE_REFUTED)
		return tf_raise(error, TF_ERROR_EVIDENCE_REFUTED, verification->placement->token->label,
			tf_evidence_leak(evidence), NULL);
	if (verification->proof == NULL)
		return tf_raise(
			error, TF_ERROR_PROOF_INVALID, _("the token did not answer the challenge"), NULL);
	cleaning->proof = g_steal_pointer(&verification->proof);
	/* As the challenge names it, which is of no row: who gets the report can hold both against each
	 * other.
	 */
	outcome->run = g_strdup_printf("%s/0", tf_ledger_uuid(cleaning->ledger));
	outcome->certificate = g_steal_pointer(&verification->certificate);
	outcome->certificate_der = g_steal_pointer(&verification->certificate_der);
	tf_dialogue_tell(cleaning->dialogue, TF_NEWS_AUDITED,
		&(TfNewsContext){ .token = verification->placement->token, .evidence = evidence });
	g_ptr_array_add(outcome->placements, g_steal_pointer(&verification->placement));

	return TRUE;
}

/* On a PC without the ledger of the migration the certificate alone tells what to look for. */
static gboolean know(TfCleaning *cleaning, GError **error)
{
	g_autoptr(X509) certificate = tf_certificate_parse(cleaning->outcome->certificate_der, "", error);

	if (certificate == NULL)
		return FALSE;
	tf_sweep_know_certificate(cleaning->known, certificate);

	return tf_sweep_know_key(
		cleaning->known, cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), error);
}

static void raise_several(const GPtrArray *keys, GError **error)
{
	const TfVerification *first = g_ptr_array_index(keys, 0);
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < keys->len; i++) {
		const TfVerification *key = g_ptr_array_index(keys, i);

		g_string_append_printf(names, "%s%s (%s)", i > 0 ? ", " : "", key->placement->key_id,
			key->certificate->common_name);
	}
	tf_raise(error, TF_ERROR_TOKEN_SEVERAL_KEYS, first->placement->token->label, TF_NUMBER(keys->len),
		names->str, NULL);
}

static gboolean is_meant(const TfCleaning *cleaning, const GPtrArray *keys, const TfVerification *key)
{
	if (cleaning->plan->key_id != NULL)
		return g_ascii_strcasecmp(key->placement->key_id, cleaning->plan->key_id) == 0;

	return keys->len == 1 || key->compared_with == TF_COMPARED_LEDGER;
}

static GPtrArray *certificates_of(const GPtrArray *keys, GError **error)
{
	g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func((GDestroyNotify)X509_free);

	for (guint i = 0; i < keys->len; i++) {
		const TfVerification *key = g_ptr_array_index(keys, i);
		X509 *certificate = tf_certificate_parse(key->certificate_der, "", error);

		if (certificate == NULL)
			return NULL;
		g_ptr_array_add(certificates, certificate);
	}

	return g_steal_pointer(&certificates);
}

static TfVerification *choose(const TfCleaning *cleaning, const GPtrArray *keys, GError **error)
{
	const TfVerification *first = g_ptr_array_index(keys, 0);
	const TfDialogue *dialogue = cleaning->dialogue;
	g_autoptr(GPtrArray) certificates = certificates_of(keys, error);
	guint index = 0;

	if (certificates == NULL || !dialogue->choose_token_key(dialogue->data, certificates,
					    first->placement->token, &index, error))
		return NULL;

	return g_ptr_array_index(keys, index);
}

/* Two are never guessed between; whoever named one that is not there is asked nothing. */
static TfVerification *find_key(const TfCleaning *cleaning, const GPtrArray *keys, GError **error)
{
	TfVerification *found = NULL;
	guint n = 0;

	for (guint i = 0; i < keys->len; i++) {
		TfVerification *key = g_ptr_array_index(keys, i);

		if (!is_meant(cleaning, keys, key))
			continue;
		found = key;
		n++;
	}
	if (n == 1)
		return found;
	if (cleaning->plan->key_id == NULL && cleaning->dialogue->choose_token_key != NULL)
		return choose(cleaning, keys, error);
	raise_several(keys, error);

	return NULL;
}

static gboolean prove(TfCleaning *cleaning, GError **error)
{
	g_autoptr(GPtrArray) keys = tf_verify(&cleaning->plan->verification, cleaning->dialogue, error);
	TfVerification *key = keys != NULL ? find_key(cleaning, keys, error) : NULL;

	return key != NULL && take_proof(cleaning, key, error) && know(cleaning, error);
}

/* Who and for what campaign, as the report of this key has it, unless it was said anew. */
static void take_member(TfCleaning *cleaning, const TfOutcome *report)
{
	const TfCleaningPlan *plan = cleaning->plan;
	TfOutcome *outcome = cleaning->outcome;
	gboolean has_name = plan->member_name != NULL || report == NULL;
	gboolean has_number = plan->member_number != NULL || report == NULL;

	outcome->member_name = g_strdup(has_name ? plan->member_name : report->member_name);
	outcome->member_number = g_strdup(has_number ? plan->member_number : report->member_number);
	if (plan->campaign != NULL)
		outcome->campaign = g_strdup(tf_campaign_name(plan->campaign));
	else if (report != NULL)
		outcome->campaign = g_strdup(report->campaign);
}

static gboolean match_campaign(TfCleaning *cleaning, GError **error)
{
	const TfCleaningPlan *plan = cleaning->plan;
	TfOutcome *outcome = cleaning->outcome;
	const TfCertificateFacts *facts = outcome->certificate;
	g_autoptr(GError) problem = NULL;
	g_autoptr(TfCampaign) campaign =
		outcome->campaign != NULL ? tf_campaign_load(outcome->campaign, plan->profiles, &problem)
					  : tf_campaign_match(facts->issuer, facts->issuer_common_name,
						    plan->profiles, &problem);

	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (campaign != NULL && outcome->campaign == NULL)
		outcome->campaign = g_strdup(tf_campaign_name(campaign));

	return campaign == NULL || plan->member_number == NULL ||
	       tf_campaign_check_number(campaign, plan->member_number, error);
}

static gboolean identify(TfCleaning *cleaning, GError **error)
{
	g_autoptr(GPtrArray) rows =
		tf_ledger_rows(cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), error);
	const gchar *name = cleaning->outcome->certificate->common_name;
	g_autoptr(TfOutcome) report = NULL;

	if (cleaning->plan->member_name != NULL && !tf_names_equal(name, cleaning->plan->member_name))
		return tf_raise(error, TF_ERROR_CERTIFICATE_NAME, name, cleaning->plan->member_name, NULL);
	for (guint i = 0; rows != NULL && i < rows->len && report == NULL; i++) {
		report = tf_ledger_row_outcome(cleaning->ledger, g_ptr_array_index(rows, i), NULL);
	}
	take_member(cleaning, report);
	/* What was seen of files that are wiped or moved since is not to be seen any more. */
	if (!tf_suspicion_find(
		    cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), &cleaning->exposures, error))
		return FALSE;
	cleaning->needed =
		rows != NULL ? tf_needed_find(cleaning->ledger, tf_proof_spki_sha256(cleaning->proof), error)
			     : NULL;

	return cleaning->needed != NULL && match_campaign(cleaning, error);
}

static gboolean search(
	TfCleaning *cleaning, const TfSweepListener *listener, TfSweepResult *ret_search, GError **error)
{
	return tf_cleaning_search(cleaning->plan, cleaning->known, cleaning->mounts, cleaning->catches,
		listener, ret_search, error);
}

/* Takes what is kept whatever is answered out of what was caught. */
static void keep_by_rule(TfCleaning *cleaning)
{
	for (guint i = 0; i < cleaning->catches->len;) {
		const TfCatch *caught = g_ptr_array_index(cleaning->catches, i);
		TfKeeping keeping;

		if (!tf_cleaning_keeps(cleaning->plan, cleaning->needed, caught, &keeping)) {
			i++;
			continue;
		}
		tf_cleaning_keep(cleaning, caught->stray->path, caught->kind, keeping.why, keeping.detail);
		g_ptr_array_remove_index(cleaning->catches, i);
	}
}

static void keep_all(TfCleaning *cleaning, TfKeptWhy why)
{
	for (guint i = 0; i < cleaning->catches->len; i++) {
		const TfCatch *caught = g_ptr_array_index(cleaning->catches, i);

		tf_cleaning_keep(cleaning, caught->stray->path, caught->stray->form, why, NULL);
	}
	g_ptr_array_set_size(cleaning->catches, 0);
}

static gboolean ask(TfCleaning *cleaning, gboolean *ret_is_yes, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	for (guint i = 0; i < cleaning->catches->len; i++)
		g_ptr_array_add(
			paths, ((const TfCatch *)g_ptr_array_index(cleaning->catches, i))->stray->path);

	return cleaning->dialogue->confirm(cleaning->dialogue->data, TF_QUESTION_WIPE_STRAYS,
		&(TfQuestionContext){ .paths = paths }, ret_is_yes, error);
}

static gboolean decide(TfCleaning *cleaning, GError **error)
{
	gboolean is_accepted = FALSE;
	gboolean is_yes = FALSE;

	keep_by_rule(cleaning);
	if (cleaning->catches->len == 0)
		return TRUE;
	if (!tf_cleaning_accept_evidence(cleaning, &is_accepted, error))
		return FALSE;
	if (!is_accepted) {
		keep_all(cleaning, TF_KEPT_EVIDENCE);
		return TRUE;
	}
	if (!ask(cleaning, &is_yes, error))
		return FALSE;
	if (!is_yes)
		keep_all(cleaning, TF_KEPT_ASKED);

	return TRUE;
}

typedef struct Wiping {
	TfCleaning *cleaning;
	const TfFound *found;
	const TfStray *stray;
	gboolean is_backup;
	gint64 row;
} Wiping;

/* Law 5: durable before the first octet is overwritten. */
static gboolean record_wiping(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	Wiping *wiping = user_data;
	TfStrayWipe stray = { .path = (gchar *)tf_found_path(wiping->found),
		.kind = wiping->stray->form,
		.exposures = tf_stray_exposures(wiping->stray) |
			     (wiping->cleaning->plan->was_infected ? 1u << TF_EXPOSURE_INFECTED : 0),
		.wipe = (TfWipeTrace *)trace };

	if (wiping->is_backup)
		tf_outcome_add_exception(wiping->cleaning->outcome, TF_EXCEPTION_BACKUP_WIPED);
	memcpy(stray.sha256, tf_found_identity(wiping->found)->sha256, TF_SHA256_SIZE);
	memcpy(stray.spki_sha256, tf_found_spki_sha256(wiping->found), TF_SHA256_SIZE);

	return tf_ledger_begin_stray_wipe(wiping->cleaning->ledger, &stray, &wiping->row, error);
}

static gboolean wipe(TfCleaning *cleaning, TfCatch *caught, GError **error)
{
	const gchar *path = caught->stray->path;
	gboolean is_named = tf_keeping_is_named(tf_found_path(caught->found), cleaning->plan->wipe_backup);
	Wiping wiping = { cleaning, caught->found, caught->stray,
		is_named && tf_found_media(caught->found)->place != TF_PLACE_LOCAL, 0 };
	TfWipeOptions options = tf_cleaning_wipe_options(cleaning->plan);
	g_auto(TfWipeResult) result = { 0 };
	GError *problem = NULL;

	options.backup_is_named = is_named;
	options.journal = record_wiping;
	options.user_data = &wiping;
	tf_dialogue_tell(cleaning->dialogue, TF_NEWS_WIPING, &(TfNewsContext){ .path = path });
	if (!tf_wipe(caught->found, cleaning->proof, &options, &result, &problem))
		return tf_cleaning_settle_problem(cleaning, path, caught->stray->form, FALSE, problem, error);

	return tf_cleaning_record_wiped(cleaning, wiping.row, path, caught->stray->form, &result, error);
}

static gboolean wipe_all(TfCleaning *cleaning, GError **error)
{
	for (guint i = 0; i < cleaning->catches->len; i++) {
		if (!tf_dialogue_go_on(cleaning->dialogue, error) ||
			!wipe(cleaning, g_ptr_array_index(cleaning->catches, i), error))
			return FALSE;
	}

	return TRUE;
}

/* Who names a file is told what became of it. */
static void answer_for_backup(TfCleaning *cleaning)
{
	const gchar *named = cleaning->plan->wipe_backup;
	const TfOutcome *outcome = cleaning->outcome;

	if (named == NULL)
		return;
	for (guint i = 0; i < outcome->wiped->len; i++) {
		if (tf_keeping_is_named(((const TfWiped *)g_ptr_array_index(outcome->wiped, i))->path, named))
			return;
	}
	for (guint i = 0; i < outcome->kept->len; i++) {
		if (tf_keeping_is_named(((const TfKept *)g_ptr_array_index(outcome->kept, i))->path, named))
			return;
	}
	tf_cleaning_keep(cleaning, named, "file", TF_KEPT_WIPE_REFUSED,
		_("it was not found to be a copy of this key"));
}

static void copy_texts(GPtrArray *to, const GPtrArray *from)
{
	for (guint i = 0; from != NULL && i < from->len; i++)
		g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

/* What the supplement says of the search; what could not be looked at is a part of it. */
static void describe_search(const TfCleaning *cleaning, const TfSweepResult *result)
{
	g_autoptr(GPtrArray) paths = tf_cleaning_paths(cleaning->plan);
	TfSearch *search = cleaning->outcome->search =
		tf_sweep_describe((const gchar *const *)paths->pdata, result);

	copy_texts(search->elsewhere, cleaning->plan->elsewhere);
	search->exposures |= cleaning->exposures;
	if (cleaning->plan->was_infected)
		search->exposures |= 1u << TF_EXPOSURE_INFECTED;
	/* Any of these may be the key. */
	if (search->n_unknown > 0 && cleaning->outcome->status == TF_STATUS_DONE)
		cleaning->outcome->status = TF_STATUS_KEPT;
	tf_outcome_add_unchecked(cleaning->outcome, TF_UNCHECKED_OTHER_PLACES);
}

TfOutcome *tf_clean(const TfCleaningPlan *plan, TfLedger *ledger, const TfDialogue *dialogue,
	const TfSweepListener *listener, TfSweepResult *ret_search, GError **error)
{
	g_auto(TfCleaning) cleaning = { .plan = plan, .ledger = ledger, .dialogue = dialogue };

	if (!tf_ledger_lock(ledger, error))
		return NULL;
	cleaning.known = tf_known_new();
	cleaning.mounts = tf_mounts_new();
	cleaning.catches = g_ptr_array_new_with_free_func((GDestroyNotify)tf_catch_free);
	cleaning.outcome = tf_outcome_new();
	cleaning.outcome->started = g_get_real_time() / G_USEC_PER_SEC;
	cleaning.outcome->status = TF_STATUS_DONE;
	if (!prove(&cleaning, error) || !identify(&cleaning, error) ||
		!tf_cleaning_finish_left(&cleaning, error) ||
		!search(&cleaning, listener, ret_search, error) || !decide(&cleaning, error) ||
		!wipe_all(&cleaning, error))
		return NULL;
	/* One copy may have shared its blocks with the next. */
	(void)tf_wiped_review(cleaning.outcome);
	answer_for_backup(&cleaning);
	describe_search(&cleaning, ret_search);
	cleaning.outcome->finished = g_get_real_time() / G_USEC_PER_SEC;

	return g_steal_pointer(&cleaning.outcome);
}

gboolean tf_clean_told(const TfOutcome *outcome, TfLedger *ledger, GError **error)
{
	g_autoptr(X509) certificate = tf_certificate_parse(outcome->certificate_der, "", error);
	guint8 digest[TF_SHA256_SIZE];

	if (certificate == NULL)
		return FALSE;
	tf_certificate_spki_sha256(certificate, digest);

	return tf_ledger_add_supplement(ledger, outcome, error) &&
	       tf_suspicion_spread(ledger, digest, tf_outcome_exposures(outcome), error) &&
	       tf_ledger_tell_stray_wipes(ledger, digest, error);
}
