/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sweep-private.h"

#include "base/error.h"
#include "cli/output.h"
#include "cli/places.h"
#include "cli/touch-print.h"
#include "report/report.h"
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
		.paths = run->paths,
		.program = run->invocation->roles,
		.password = run->password,
		.wipe_backup = options->wipe_backup,
		.may_discard = options->may_discard,
	};
}

static int exit_status(const TfOutcome *outcome)
{
	int status = TF_EXIT_DONE;

	if (outcome->status == TF_STATUS_CLAIMED)
		return TF_EXIT_EVIDENCE_CLAIMED;
	for (guint i = 0; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);

		if (kept->why == TF_KEPT_WIPE_REFUSED)
			return TF_EXIT_WIPE_REFUSED;
		if (kept->why != TF_KEPT_BACKUP)
			status = TF_EXIT_STRAYS;
	}

	return status;
}

static void print(const TfOutcome *outcome, const TfSweepResult *search, gboolean is_json)
{
	g_autofree gchar *files = NULL;

	if (is_json) {
		json_t *object = tf_outcome_to_json(outcome);

		/* It says what became of copies, and of nothing else. */
		(void)json_object_set_new(object, "completed", json_false());
		tf_sweep_add_json(object, search, 1);
		tf_output_json(object);
		return;
	}
	tf_sweep_print(search, 1, TRUE);
	files = tf_report_files(outcome);
	tf_output_text(files);
}

gboolean tf_sweep_clean(const TfSweepRun *run, int *ret_status, GError **error)
{
	const TfOptions *options = run->invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *path = cards != NULL ? tf_places_ledger(options, error) : NULL;
	g_autoptr(TfLedger) ledger = path != NULL ? tf_ledger_open(options->ledger, error) : NULL;
	TfDialogue dialogue = tf_conversation_dialogue(run->conversation);
	g_auto(TfSweepResult) search = { 0 };
	g_autoptr(TfOutcome) outcome = NULL;
	TfCleaningPlan plan;

	if (ledger == NULL)
		return FALSE;
	plan = make_plan(run, cards, path);
	outcome = tf_clean(&plan, ledger, &dialogue, run->listener, &search, error);
	if (outcome == NULL)
		return FALSE;
	print(outcome, &search, options->is_json);
	*ret_status = exit_status(outcome);

	return TRUE;
}

gboolean tf_sweep_rehearse(const TfSweepRun *run, TfKnown *known, GError **error)
{
	const TfOptions *options = run->invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_autofree gchar *path = cards != NULL ? tf_places_ledger(options, error) : NULL;
	g_autofree gchar *configuration = cards != NULL ? tf_cards_configuration(cards) : NULL;
	g_autoptr(TfLedger) ledger = NULL;
	g_auto(TfSweepResult) search = { 0 };
	g_autoptr(GPtrArray) touches = NULL;
	TfCleaningPlan plan;

	if (path == NULL || !tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	plan = make_plan(run, cards, path);
	touches = tf_clean_rehearse(&plan, known, path, ledger, run->listener, &search, error);
	if (touches == NULL)
		return FALSE;
	tf_touch_print(options->is_json, TF_TOUCH_WRITE_FILE, configuration);
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
