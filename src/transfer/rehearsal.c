/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --dry-run: the same planners asked about the same ledger, source and token, and the list of what a run
 * would touch. */
#include "admission.h"
#include "base/error.h"
#include "destination.h"
#include "ending.h"
#include "resumption.h"
#include "source.h"
#include "token/import.h"
#include "transfer/transfer.h"

static void add_discard(GPtrArray *touches, const TfRun *run, const gchar *path)
{
	if (run->plan->may_discard)
		tf_touch_add(touches, TF_TOUCH_DISCARD, g_strdup(path));
}

static void add_store(GPtrArray *touches, TfTouchKind kind, const gchar *path)
{
	tf_touch_add(touches, kind, g_build_filename(path, TF_WIPE_TRACE_STORE, NULL));
	tf_touch_add(touches, kind, g_build_filename(path, "cert9.db", NULL));
}

static void add_left(GPtrArray *touches, const TfRun *run, const TfLeft *left)
{
	gchar *path = NULL;

	if (left->what != TF_LEFT_WIPE || left->row->step != TF_STEP_WIPING)
		return;
	if (tf_wipe_trace_is_of_store(left->row->wipe)) {
		if (!run->plan->keeps_source)
			add_store(touches, TF_TOUCH_FINISH_STORE, left->row->source_path);
		return;
	}
	tf_touch_add_record_left(touches, left->row->wipe);
	path = tf_touch_find_left(left->row->wipe);
	if (path == NULL)
		return;
	tf_touch_add(touches, TF_TOUCH_FINISH_WIPE, path);
	add_discard(touches, run, path);
}

static void add_token(
	GPtrArray *touches, const TfDestination *destination, const TfSource *source, gboolean is_written)
{
	const gchar *const objects[] = { "private key", "public key", "certificate" };
	TfTouchKind kind = is_written ? TF_TOUCH_COMPLETE_TOKEN : TF_TOUCH_WRITE_TOKEN;

	for (gsize i = 0; i < G_N_ELEMENTS(objects); i++)
		tf_touch_add(touches, kind, g_strdup_printf("%s %s", destination->token->uri, objects[i]));
	for (gint i = 0; i < sk_X509_num(source->chain); i++) {
		if (!tf_certificate_is_self_signed(sk_X509_value(source->chain, i)))
			tf_touch_add(touches, kind,
				g_strdup_printf("%s intermediate certificate", destination->token->uri));
	}
}

static gboolean rehearse_token(TfRun *run, const gchar *uri, gboolean is_spare, const TfSource *source,
	GPtrArray *touches, GError **error)
{
	g_autoptr(TfDestination) destination = tf_destination_choose(run, uri, is_spare, error);
	TfEarlier earlier = { 0 };

	if (destination == NULL || !tf_destination_check_key(destination, source->keypair, error) ||
		!tf_destination_check_card(destination, error))
		return FALSE;
	destination->key_id = tf_import_plan_id(source->keypair);
	if (run->ledger != NULL &&
		!tf_destination_look_up(run->ledger, destination, source, 0, &earlier, error))
		return FALSE;
	add_token(touches, destination, source, earlier.is_ours && !earlier.is_unfinished);

	return TRUE;
}

/* A file still needed is moved before it is wiped, or stays. Where nobody can be asked, nobody needs it. */
static gboolean rehearse_move(
	const TfRun *run, const TfFound *found, GPtrArray *touches, gboolean *ret_keeps, GError **error)
{
	const TfDialogue *dialogue = run->dialogue;
	const gchar *path = tf_found_path(found);
	const TfQuestionContext context = { .path = path };
	g_autofree gchar *directory = NULL;
	g_autofree gchar *name = g_path_get_basename(path);
	g_autoptr(GError) problem = NULL;
	gboolean is_needed = FALSE;

	*ret_keeps = FALSE;
	if (!dialogue->confirm(dialogue->data, TF_QUESTION_FILE_NEEDED, &context, &is_needed, &problem)) {
		if (g_error_matches(problem, TF_ERROR, TF_ERROR_NO_TERMINAL))
			return TRUE;
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (is_needed && !dialogue->removable_directory(dialogue->data, path, &directory, error))
		return FALSE;
	if (directory != NULL)
		tf_touch_add(touches, TF_TOUCH_WRITE_FILE, g_build_filename(directory, name, NULL));
	*ret_keeps = is_needed && directory == NULL;

	return TRUE;
}

static gboolean rehearse_ending(const TfRun *run, const TfSource *source, GPtrArray *touches, GError **error)
{
	TfKeeping keeping;
	gboolean keeps = FALSE;

	if (tf_ending_keeps(run, source, &keeping))
		return TRUE;
	if (source->found == NULL) {
		add_store(touches, TF_TOUCH_EMPTY_STORE, source->path);
		return TRUE;
	}
	if (!rehearse_move(run, source->found, touches, &keeps, error))
		return FALSE;
	if (keeps)
		return TRUE;
	tf_touch_add(touches, TF_TOUCH_WIPE_FILE, g_strdup(tf_found_path(source->found)));
	tf_touch_add_record(touches, tf_found_path(source->found));
	add_discard(touches, run, tf_found_path(source->found));

	return TRUE;
}

/* What would stop the run stops here, by the same questions; whether this is the person is asked of none. */
static gboolean rehearse_admission(const TfRun *run, const TfSource *source, GError **error)
{
	g_auto(TfAdmission) admission = { 0 };

	return tf_admission_examine(run->plan, source, &admission, error) &&
	       tf_admission_confirm(&admission, source->facts, run->dialogue, error);
}

static gboolean rehearse_journey(TfRun *run, GPtrArray *touches, GError **error)
{
	gboolean lets_go = FALSE;
	const TfTransferPlan *plan = run->plan;
	g_autoptr(TfLedgerRow) emptied = NULL;
	g_autoptr(TfSource) source = NULL;
	g_autoptr(GError) problem = NULL;

	if (!tf_resumption_emptied(run, &emptied, error))
		return FALSE;
	source = tf_source_open(plan, emptied != NULL, run->dialogue, &problem);
	if (emptied != NULL && g_error_matches(problem, TF_ERROR, TF_ERROR_SOURCE_NO_KEY))
		return tf_resumption_check(plan, run->ledger, emptied, error);
	if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));

	return source != NULL && rehearse_admission(run, source, error) &&
	       (plan->spare_uri != NULL ||
		       tf_admission_open_spares(run->ledger, source, run->dialogue, &lets_go, error)) &&
	       rehearse_token(run, plan->token_uri, FALSE, source, touches, error) &&
	       (plan->spare_uri == NULL ||
		       rehearse_token(run, plan->spare_uri, TRUE, source, touches, error)) &&
	       rehearse_ending(run, source, touches, error);
}

GPtrArray *tf_transfer_rehearse(const TfTransferPlan *plan, const gchar *ledger_path, TfLedger *ledger,
	const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GPtrArray) touches = g_ptr_array_new_with_free_func((GDestroyNotify)tf_touch_free);
	g_auto(TfRun)
		run = { .plan = plan, .ledger = ledger, .dialogue = dialogue, .where = TF_WHERE_UNKNOWN };
	g_auto(TfLeft) left = { 0 };
	gboolean is_all = FALSE;

	if (ledger != NULL && !tf_resumption_plan(plan, ledger, &left, error))
		return NULL;
	tf_touch_add(touches, TF_TOUCH_WRITE_FILE, g_strdup(ledger_path));
	add_left(touches, &run, &left);
	is_all = left.what == TF_LEFT_REPORT || (left.what == TF_LEFT_WIPE && !left.is_replaced);
	if (!is_all && !rehearse_journey(&run, touches, error))
		return NULL;

	return g_steal_pointer(&touches);
}
