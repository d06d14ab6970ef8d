/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/half-wiped.h"

#include "ledger/job.h"
#include "ledger/stray-wipe.h"

const gchar *tf_finisher_name(TfFinisher finisher)
{
	static const gchar *const names[TF_N_FINISHERS] = {
		[TF_FINISHER_SWEEP] = "sweep",
		[TF_FINISHER_STORE] = "migrate",
		[TF_FINISHER_BATCH] = "batch",
	};

	return names[finisher];
}

void tf_half_wiped_free(TfHalfWiped *half)
{
	if (half == NULL)
		return;

	g_free(half->path);
	g_free(half);
}

static void add(GPtrArray *halves, const gchar *path, TfFinisher finisher)
{
	TfHalfWiped *half = g_new0(TfHalfWiped, 1);

	half->path = g_strdup(path);
	half->finisher = finisher;
	g_ptr_array_add(halves, half);
}

gboolean tf_half_wiped_finisher(
	TfLedger *ledger, const TfLedgerRow *row, TfFinisher *ret_finisher, GError **error)
{
	g_autoptr(TfJob) job = NULL;

	if (!tf_ledger_job_of_migration(ledger, row->id, &job, error))
		return FALSE;
	if (job != NULL)
		*ret_finisher = TF_FINISHER_BATCH;
	else if (row->step == TF_STEP_WIPING && tf_wipe_trace_is_of_store(row->wipe))
		*ret_finisher = TF_FINISHER_STORE;
	else
		*ret_finisher = TF_FINISHER_SWEEP;

	return TRUE;
}

/* Of what is wiped only a record is open, which nobody has to be told. */
static gboolean add_sources(GPtrArray *halves, TfLedger *ledger, GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_wipes_left(ledger, NULL, error);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);
		TfFinisher finisher = TF_FINISHER_SWEEP;

		if (row->step != TF_STEP_WIPING)
			continue;
		if (!tf_half_wiped_finisher(ledger, row, &finisher, error))
			return FALSE;
		add(halves, row->source_path, finisher);
	}

	return rows != NULL;
}

GPtrArray *tf_half_wiped_find(TfLedger *ledger, GError **error)
{
	g_autoptr(GPtrArray) halves = g_ptr_array_new_with_free_func((GDestroyNotify)tf_half_wiped_free);
	g_autoptr(GPtrArray) strays = NULL;

	if (!add_sources(halves, ledger, error))
		return NULL;
	strays = tf_ledger_stray_wipes_left(ledger, error);
	if (strays == NULL)
		return NULL;
	for (guint i = 0; i < strays->len; i++)
		add(halves, ((const TfStrayWipe *)g_ptr_array_index(strays, i))->path, TF_FINISHER_SWEEP);

	return g_steal_pointer(&halves);
}
