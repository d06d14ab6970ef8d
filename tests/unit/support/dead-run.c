/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dead-run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

TfLedger *tf_dead_run_ledger(const TfStage *stage)
{
	TfLedger *ledger = tf_ledger_open(stage->ledger_url, NULL);

	g_assert_nonnull(ledger);

	return ledger;
}

TfLedgerRow *tf_dead_run_newest_row(TfLedger *ledger)
{
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, NULL, NULL);

	g_assert_nonnull(rows);
	g_assert_cmpuint(rows->len, >, 0);

	return g_ptr_array_steal_index(rows, 0);
}

static gchar *done_outcome(const gchar *text)
{
	json_t *object = json_loads(text, 0, NULL);
	g_autoptr(TfOutcome) outcome = tf_outcome_from_json(object, "row", NULL);
	json_t *done = NULL;
	gchar *dumped = NULL;

	g_assert_nonnull(outcome);
	json_decref(object);
	outcome->status = TF_STATUS_DONE;
	g_ptr_array_set_size(outcome->kept, 0);
	g_array_set_size(outcome->exceptions, 0);
	done = tf_outcome_to_json(outcome);
	dumped = json_dumps(done, JSON_COMPACT);
	json_decref(done);

	return dumped;
}

void tf_dead_run_at(TfStage *stage, const TfWipeTrace *trace)
{
	g_autoptr(TfOutcome) outcome = NULL;
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	gchar *draft = NULL;

	stage->plan.keeps_source = TRUE;
	outcome = tf_stage_run(stage, NULL);
	g_assert_nonnull(outcome);
	stage->plan.keeps_source = FALSE;
	ledger = tf_dead_run_ledger(stage);
	row = tf_dead_run_newest_row(ledger);
	draft = done_outcome(row->outcome);
	g_assert_true(tf_ledger_record_wiping(ledger, row->id, trace, draft, NULL));
	free(draft);
}

void tf_dead_run_before_wipe(TfStage *stage)
{
	struct stat status;
	TfWipeTrace trace = { .directory = stage->directory,
		.name = (gchar *)"member.p12",
		.new_name = (gchar *)"aaaaaaaaaa" };

	g_assert_cmpint(lstat(stage->source, &status), ==, 0);
	trace.device = status.st_dev;
	trace.inode = status.st_ino;
	trace.size = status.st_size;
	tf_dead_run_at(stage, &trace);
}
