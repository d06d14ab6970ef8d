/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sweep-private.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/result.h"
#include "cli/touch-print.h"
#include "stray-print-private.h"

/* Borrows the strings of all that it is made of. */
static TfCleaningPlan make_plan(const TfSweepRun *run, const TfCards *cards, const gchar *ledger)
{
	const TfOptions *options = run->invocation->options;

	return (TfCleaningPlan){
		.verification = {
			.module = tf_places_module(options, cards),
			.token_uri = options->token,
			.certificate_file = options->certificate,
			.ledger_path = ledger,
			.auditor = run->invocation->auditor,
		},
		.key_id = options->id,
		.paths = run->paths,
		.scope = run->scope,
		.program = run->invocation->roles,
		.password = run->password,
		.wipe_backup = options->wipe_backup,
		.may_discard = options->may_discard,
		.profiles = options->profiles,
		.member_name = options->name,
		.member_number = options->number,
	};
}

static int exit_status(const TfOutcome *outcome)
{
	int status = outcome->search->n_unknown > 0 ? TF_EXIT_STRAYS : TF_EXIT_DONE;

	if (outcome->status == TF_STATUS_CLAIMED)
		return TF_EXIT_EVIDENCE_CLAIMED;
	for (guint i = 0; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);

		if (kept->why == TF_KEPT_WIPE_INCOMPLETE)
			return TF_EXIT_WIPE_INCOMPLETE;
		if (kept->why == TF_KEPT_WIPE_REFUSED)
			status = TF_EXIT_WIPE_REFUSED;
		else if (kept->why != TF_KEPT_BACKUP && status != TF_EXIT_WIPE_REFUSED)
			status = TF_EXIT_STRAYS;
	}

	return status;
}

static gboolean tell(
	TfOutcome *outcome, const TfSweepResult *search, const TfOptions *options, GError **error)
{
	json_t *more = json_object();

	tf_sweep_add_json(more, search, 1);

	return tf_result_tell(outcome, more, options, error);
}

static gboolean clean(
	const TfSweepRun *run, TfCleaningPlan *plan, TfLedger *ledger, int *ret_status, GError **error)
{
	const TfOptions *options = run->invocation->options;
	TfDialogue dialogue = tf_conversation_dialogue(run->conversation);
	g_auto(TfSweepStory) story = { 0 };
	g_auto(TfSweepResult) search = { 0 };
	g_autoptr(TfOutcome) outcome = NULL;
	guint n_left = 0;

	if (!tf_sweep_ask_story(run->conversation, options, &story, error))
		return FALSE;
	plan->elsewhere = story.elsewhere;
	plan->was_infected = story.was_infected;
	outcome = tf_clean(plan, ledger, &dialogue, run->listener, &search, error);
	if (outcome == NULL)
		return FALSE;
	*ret_status = exit_status(outcome);

	/* What was this key's is finished by now, or kept. */
	return tf_sweep_name_left(options, &n_left, error) && tell(outcome, &search, options, error) &&
	       tf_clean_told(outcome, ledger, error);
}

gboolean tf_sweep_clean(const TfSweepRun *run, int *ret_status, GError **error)
{
	const TfOptions *options = run->invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *path = cards != NULL ? tf_places_ledger(options, error) : NULL;
	g_autoptr(TfCampaign) campaign = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	TfCleaningPlan plan;

	if (path == NULL || !tf_places_check_reports(options, error))
		return FALSE;
	if (options->campaign != NULL) {
		campaign = tf_campaign_load(options->campaign, options->profiles, error);
		if (campaign == NULL)
			return FALSE;
	}
	ledger = tf_ledger_open(options->ledger, error);
	if (ledger == NULL)
		return FALSE;
	plan = make_plan(run, cards, path);
	plan.campaign = campaign;

	return clean(run, &plan, ledger, ret_status, error);
}

gboolean tf_sweep_rehearse(const TfSweepRun *run, TfKnown *known, GError **error)
{
	const TfOptions *options = run->invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *path = cards != NULL ? tf_places_ledger(options, error) : NULL;
	g_autofree gchar *configuration = cards != NULL ? tf_cards_configuration(cards) : NULL;
	g_autofree gchar *reports = tf_places_reports(options);
	g_autofree gchar *report = g_build_filename(reports, "tokenferry-supplement-*", NULL);
	g_autoptr(TfLedger) ledger = NULL;
	g_auto(TfSweepResult) search = { 0 };
	g_autoptr(GPtrArray) touches = NULL;
	TfCleaningPlan plan;

	if (tf_known_n_keys(known) == 0)
		return tf_raise(error, TF_ERROR_USAGE,
			_("a dry run does not ask the token, and this ledger knows no key: name the one that "
			  "is meant by --certificate FILE"),
			NULL);
	if (path == NULL || !tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	plan = make_plan(run, cards, path);
	touches = tf_clean_rehearse(&plan, known, path, ledger, run->listener, &search, error);
	if (touches == NULL)
		return FALSE;
	tf_touch_print(options->is_json, TF_TOUCH_WRITE_FILE, configuration);
	tf_touch_print(options->is_json, TF_TOUCH_WRITE_FILE, report);
	for (guint i = 0; i < touches->len; i++) {
		const TfTouch *touch = g_ptr_array_index(touches, i);

		tf_touch_print(options->is_json, touch->kind, touch->what);
	}
	if (options->is_json) {
		json_t *result = tf_output_object("result");

		(void)json_object_set_new(result, "status", json_string("dry-run"));
		tf_sweep_add_json(result, &search, tf_known_n_keys(known));
		tf_output_json(result);
	} else {
		tf_sweep_print(&search, tf_known_n_keys(known), FALSE);
	}

	return TRUE;
}
