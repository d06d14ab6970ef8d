/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads only: the run acts on what is found here, and a dry run announces it. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resumption.h"

void tf_left_clear(TfLeft *left)
{
	g_clear_pointer(&left->row, tf_ledger_row_free);
}

static TfLedgerRow *take_wiping(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (row->step == TF_STEP_WIPING || row->step == TF_STEP_WIPED)
			return g_ptr_array_steal_index(rows, i);
	}

	return NULL;
}

/* TRUE when a file other than the one being wiped stands at that path: a source of its own. */
static gboolean was_replaced(const TfLedgerRow *row, const gchar *path)
{
	const TfWipeTrace *trace = row->wipe;
	struct stat status;

	if (tf_wipe_trace_is_of_store(trace) || lstat(path, &status) != 0)
		return FALSE;

	return row->step == TF_STEP_WIPED || status.st_dev != trace->device || status.st_ino != trace->inode;
}

/* The person has changed their mind, and nothing was overwritten yet. What a key store still holds is seen
 * when it is opened. */
static gboolean may_be_taken_back(const TfLedgerRow *row)
{
	g_autoptr(TfFound) found = NULL;

	if (tf_wipe_trace_is_of_store(row->wipe))
		return FALSE;
	found = tf_recognise_recorded(row->source_path, row->source_sha256, row->spki_sha256,
		row->source_holds_one_secret, NULL, NULL);

	return row->step == TF_STEP_WIPING && found != NULL;
}

/* The newest run of that path decides: one that kept or undid what it found says nothing of the file now. */
static gboolean plan_report(const gchar *path, TfLedger *ledger, TfLeft *left, GError **error)
{
	g_autoptr(TfLedgerRow) newest = NULL;

	if (!tf_ledger_newest_of_source(ledger, path, &newest, error))
		return FALSE;
	if (newest != NULL && tf_step_is_finished(newest->step))
		left->row = g_steal_pointer(&newest);
	left->what = left->row != NULL ? TF_LEFT_REPORT : TF_LEFT_NOTHING;

	return TRUE;
}

gboolean tf_resumption_plan(const TfTransferPlan *plan, TfLedger *ledger, TfLeft *ret_left, GError **error)
{
	g_autofree gchar *path = tf_file_resolve(plan->source, error);
	g_autoptr(GPtrArray) rows = NULL;
	g_auto(TfLeft) left = { 0 };

	if (path == NULL)
		return FALSE;
	rows = tf_ledger_unfinished(ledger, path, error);
	if (rows == NULL)
		return FALSE;
	left.row = take_wiping(rows);
	if (left.row == NULL && access(path, F_OK) != 0 && !plan_report(path, ledger, &left, error))
		return FALSE;
	if (left.row != NULL && left.what != TF_LEFT_REPORT) {
		left.is_replaced = was_replaced(left.row, path) && access(path, F_OK) == 0;
		left.what = plan->keeps_source && may_be_taken_back(left.row) ? TF_LEFT_WIPE_TO_TAKE_BACK
									      : TF_LEFT_WIPE;
	}
	*ret_left = left;
	left = (TfLeft){ 0 };

	return TRUE;
}
