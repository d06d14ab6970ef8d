/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/wipe.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "claim.h"
#include "disk/move.h"
#include "emptying.h"
#include "ending.h"
#include "record/json-line.h"
#include "transfer/wiped.h"

static gchar *outcome_text(const TfOutcome *outcome)
{
	g_autoptr(json_t) object = tf_outcome_to_json(outcome);

	return tf_json_line(object, 0);
}

gboolean tf_ending_record_outcome(TfRun *run, gint64 row, TfOutcome *outcome, GError **error)
{
	/* Nothing is left to be done to a source that was wiped, whoever shares its blocks. */
	gboolean is_ended = outcome->status == TF_STATUS_DONE || outcome->wiped->len > 0;
	TfStep step = is_ended ? TF_STEP_DONE : TF_STEP_KEPT;
	g_autofree gchar *text = NULL;

	outcome->finished = g_get_real_time() / G_USEC_PER_SEC;
	text = outcome_text(outcome);

	return tf_ledger_record_outcome(run->ledger, row, step, text, error);
}

gboolean tf_ending_amend_outcome(TfRun *run, gint64 row, const TfOutcome *outcome, GError **error)
{
	g_autofree gchar *text = outcome_text(outcome);

	return tf_ledger_amend_outcome(run->ledger, row, text, error);
}

gboolean tf_ending_record_wiped(TfRun *run, gint64 row, const gchar *kind, const gchar *path,
	const TfWipeResult *result, TfOutcome *outcome, GError **error)
{
	g_autofree gchar *detail = tf_wiped_detail(result);
	guint n_kept = outcome->kept->len;

	if (!tf_ledger_record_step(run->ledger, row, TF_STEP_WIPED, detail, error))
		return FALSE;
	tf_wiped_add(outcome, path, kind, result);
	tf_wiped_tell(run->dialogue, outcome, path, n_kept);

	return TRUE;
}

static void keep(TfRun *run, TfOutcome *outcome, TfStatus status, const TfSource *source, TfKeptWhy why,
	const gchar *detail)
{
	outcome->status = status;
	tf_outcome_add_kept(
		outcome, source->path, source->found != NULL ? TF_KIND_FILE : TF_KIND_STORE, why, detail);
	tf_dialogue_tell(run->dialogue, TF_NEWS_KEPT,
		&(TfNewsContext){ .path = source->path,
			.kept = g_ptr_array_index(outcome->kept, outcome->kept->len - 1) });
}

static gboolean accept_claims(TfRun *run, const GPtrArray *destinations, TfOutcome *outcome,
	gboolean *ret_are_accepted, GError **error)
{
	gboolean is_accepted = TRUE;

	for (guint i = 0; i < destinations->len && is_accepted; i++) {
		const TfDestination *destination = g_ptr_array_index(destinations, i);

		if (!tf_claim_accept(destination->evidence, destination->token, run->dialogue, outcome,
			    &is_accepted, error))
			return FALSE;
	}
	*ret_are_accepted = is_accepted;

	return TRUE;
}

TfWipeOptions tf_ending_wipe_options(const TfRun *run)
{
	return (TfWipeOptions){ .checks_device = geteuid() == 0, .may_discard = run->plan->may_discard };
}

gboolean tf_ending_names_backup(const TfRun *run, const TfSource *source)
{
	return tf_keeping_is_named(source->path, run->plan->wipe_backup);
}

gboolean tf_ending_keeps(const TfRun *run, const TfSource *source, TfKeeping *ret_keeping)
{
	return tf_keeping_decide(tf_source_media(source), tf_source_holds_one_secret(source),
		run->plan->keeps_source, tf_ending_names_backup(run, source), ret_keeping);
}

static gboolean keeps_by_rule(TfRun *run, const TfSource *source, TfOutcome *outcome)
{
	TfKeeping keeping;

	if (!tf_ending_keeps(run, source, &keeping))
		return FALSE;
	keep(run, outcome, keeping.status, source, keeping.why, keeping.detail);

	return TRUE;
}

/* Some filing services take only the file: it may move to a removable medium, or stay, which is said. */
static gboolean offer_move(
	TfRun *run, const TfSource *source, TfOutcome *outcome, gboolean *ret_keeps, GError **error)
{
	const gchar *path = source->path;
	g_autofree gchar *directory = NULL;
	g_autofree gchar *moved = NULL;
	gboolean is_needed = FALSE;

	*ret_keeps = FALSE;
	if (source->found == NULL)
		return TRUE;
	if (!run->dialogue->confirm(run->dialogue->data, TF_QUESTION_FILE_NEEDED,
		    &(TfQuestionContext){ .path = path }, &is_needed, error))
		return FALSE;
	if (!is_needed)
		return TRUE;
	if (!run->dialogue->removable_directory(run->dialogue->data, path, &directory, error))
		return FALSE;
	if (directory == NULL) {
		keep(run, outcome, TF_STATUS_KEPT, source, TF_KEPT_NEEDED, NULL);
		*ret_keeps = TRUE;
		return TRUE;
	}
	if (!tf_move_to_medium(source->found, directory, &moved, error))
		return FALSE;
	tf_outcome_add_kept(outcome, moved, TF_KIND_FILE, TF_KEPT_MOVED, NULL);
	tf_dialogue_tell(run->dialogue, TF_NEWS_MOVED, &(TfNewsContext){ .path = moved });

	return TRUE;
}

/* Reporting completion although the source stays on the PC is the member's own exception. */
gboolean tf_ending_confirm_completion(TfRun *run, TfOutcome *outcome, GError **error)
{
	const TfKept *kept =
		outcome->kept->len > 0 ? g_ptr_array_index(outcome->kept, outcome->kept->len - 1) : NULL;
	gboolean is_confirmed = FALSE;

	if (outcome->status != TF_STATUS_KEPT || kept == NULL ||
		tf_outcome_has_exception(outcome, TF_EXCEPTION_KEPT))
		return TRUE;
	if (!run->dialogue->confirm(run->dialogue->data, TF_QUESTION_COMPLETE_THOUGH_KEPT,
		    &(TfQuestionContext){ .path = kept->path }, &is_confirmed, error))
		return FALSE;
	if (is_confirmed)
		tf_outcome_add_exception(outcome, TF_EXCEPTION_KEPT);

	return TRUE;
}

typedef struct Wiping {
	TfRun *run;
	gint64 row;
	TfOutcome *outcome;
	gboolean is_backup;
} Wiping;

gboolean tf_ending_record_wiping(TfRun *run, gint64 row, const TfWipeTrace *trace, TfOutcome *outcome,
	gboolean is_backup, GError **error)
{
	g_autofree gchar *draft = NULL;

	/* Only now: a wipe that is refused leaves the backup what it was. */
	if (is_backup)
		tf_outcome_add_exception(outcome, TF_EXCEPTION_BACKUP_WIPED);
	draft = outcome_text(outcome);
	if (!tf_ledger_record_wiping(run->ledger, row, trace, draft, error))
		return FALSE;
	run->where = TF_WHERE_TOKEN;

	return TRUE;
}

static gboolean record_wiping(const TfWipeTrace *trace, gpointer user_data, GError **error)
{
	const Wiping *wiping = user_data;

	return tf_ending_record_wiping(
		wiping->run, wiping->row, trace, wiping->outcome, wiping->is_backup, error);
}

static gboolean wipe(TfRun *run, const TfDestination *destination, const TfSource *source, TfOutcome *outcome,
	GError **error)
{
	gboolean is_named = tf_ending_names_backup(run, source);
	Wiping wiping = { run, destination->row, outcome,
		is_named && tf_source_media(source)->place != TF_PLACE_LOCAL };
	TfWipeOptions options = tf_ending_wipe_options(run);
	g_auto(TfWipeResult) result = { 0 };

	options.backup_is_named = is_named;
	options.journal = record_wiping;
	options.user_data = &wiping;
	outcome->status = TF_STATUS_DONE;
	tf_dialogue_tell(run->dialogue, TF_NEWS_WIPING, &(TfNewsContext){ .path = source->path });
	if (!tf_wipe(source->found, destination->proof, &options, &result, error))
		return FALSE;
	run->where = TF_WHERE_TOKEN;

	return tf_ending_record_wiped(
		run, destination->row, TF_KIND_FILE, source->path, &result, outcome, error);
}

/* What is refused has changed nothing: the source stays, and the report says why. */
static gboolean destroy(TfRun *run, const TfDestination *destination, const TfSource *source,
	TfOutcome *outcome, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree gchar *sentence = NULL;

	if (source->found != NULL ? wipe(run, destination, source, outcome, &problem)
				  : tf_emptying_run(run, destination, source, outcome, &problem))
		return TRUE;
	if (!g_error_matches(problem, TF_ERROR, TF_ERROR_WIPE_REFUSED)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	run->where = TF_WHERE_SOURCE_AND_TOKEN;
	sentence = tf_error_sentence(problem);
	keep(run, outcome, TF_STATUS_KEPT, source, TF_KEPT_WIPE_REFUSED, sentence);

	return TRUE;
}

static gboolean decide(
	TfRun *run, const GPtrArray *destinations, const TfSource *source, TfOutcome *outcome, GError **error)
{
	TfQuestion question = source->found != NULL ? TF_QUESTION_WIPE : TF_QUESTION_EMPTY_STORE;
	const TfDestination *first = g_ptr_array_index(destinations, 0);
	gboolean is_accepted = FALSE;
	gboolean keeps = FALSE;
	gboolean is_yes = FALSE;

	if (!accept_claims(run, destinations, outcome, &is_accepted, error))
		return FALSE;
	if (!is_accepted) {
		keep(run, outcome, TF_STATUS_CLAIMED, source, TF_KEPT_EVIDENCE, NULL);
		return TRUE;
	}
	if (keeps_by_rule(run, source, outcome))
		return TRUE;
	if (!offer_move(run, source, outcome, &keeps, error) || keeps)
		return keeps;
	if (!run->dialogue->confirm(run->dialogue->data, question,
		    &(TfQuestionContext){ .path = source->path }, &is_yes, error))
		return FALSE;
	if (!is_yes) {
		keep(run, outcome, TF_STATUS_KEPT, source, TF_KEPT_ASKED, NULL);
		return TRUE;
	}
	if (!tf_dialogue_go_on(run->dialogue, error))
		return FALSE;

	return destroy(run, first, source, outcome, error);
}

gboolean tf_ending_run(
	TfRun *run, const GPtrArray *destinations, const TfSource *source, TfOutcome *outcome, GError **error)
{
	if (!decide(run, destinations, source, outcome, error))
		return FALSE;
	if (!tf_ending_confirm_completion(run, outcome, error))
		return FALSE;
	for (guint i = 0; i < destinations->len; i++) {
		const TfDestination *destination = g_ptr_array_index(destinations, i);

		if (!tf_ending_record_outcome(run, destination->row, outcome, error))
			return FALSE;
	}

	return TRUE;
}
