/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loop's beginning and end; between them, lanes and what runs ahead of them call each other by events. */
#include "batch/batch.h"

#include <glib-unix.h>
#include <unistd.h>

#include "ahead.h"
#include "base/error.h"
#include "base/file.h"
#include "batch-private.h"
#include "batch/letter.h"
#include "desk.h"
#include "inquiry.h"
#include "lane.h"
#include "place.h"
#include "resume.h"

/* Below the letters. */
#define ESCROW_DIRECTORY "escrow"

static const gchar *const step_names[TF_N_BATCH_STEPS] = {
	[TF_BATCH_STEP_FORMAT] = "format",
	[TF_BATCH_STEP_IMPORT] = "import",
	[TF_BATCH_STEP_AUDIT] = "audit",
	[TF_BATCH_STEP_EMPTY] = "empty",
	[TF_BATCH_STEP_PUBLISH] = "publish",
	[TF_BATCH_STEP_WIPE] = "wipe",
};

const gchar *tf_batch_step_name(TfBatchStep step)
{
	return step_names[step];
}

void tf_batch_tell(const TfBatch *batch, const TfBatchNews *news)
{
	batch->listener->tell(news, batch->listener->user_data);
}

void tf_batch_stop(TfBatch *batch, GError *problem)
{
	if (batch->problem == NULL)
		batch->problem = problem;
	else
		g_error_free(problem);
	g_main_loop_quit(batch->loop);
}

/* Who is given no card waits in vain. */
static gboolean has_waiting_jobs(const TfBatch *batch, gboolean *ret_has_waiting, GError **error)
{
	if (batch->plan->assign == TF_BATCH_ASSIGN_SERIAL)
		return tf_ledger_has_waiting_bound_jobs(batch->ledger, ret_has_waiting, error);

	return tf_ledger_has_waiting_jobs(batch->ledger, ret_has_waiting, error);
}

/* Of those who wait, card readers may get the one card that somebody's job is bound to at any time. */
gboolean tf_batch_has_work(TfBatch *batch)
{
	gboolean has_waiting = FALSE;
	GError *problem = NULL;

	if (!tf_ahead_is_empty(batch->ahead))
		return TRUE;
	if (batch->desk != NULL && !has_waiting_jobs(batch, &has_waiting, &problem))
		tf_batch_stop(batch, problem);

	return has_waiting && !tf_batch_is_ending(batch);
}

static gboolean is_over(TfBatch *batch)
{
	if (tf_batch_has_work(batch) || (batch->desk != NULL && !tf_desk_is_idle(batch->desk)))
		return FALSE;
	for (guint i = 0; i < batch->lanes->len; i++) {
		if (!tf_lane_is_idle(g_ptr_array_index(batch->lanes, i)))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_batch_is_interrupted(TfBatch *batch)
{
	if (batch->listener->is_interrupted(batch->listener->user_data))
		batch->result.was_interrupted = TRUE;

	return batch->result.was_interrupted;
}

gboolean tf_batch_is_ending(TfBatch *batch)
{
	return tf_batch_is_interrupted(batch) || batch->ending != NULL;
}

static gboolean pump(gpointer data)
{
	TfBatch *batch = data;

	batch->pumping = 0;
	if (tf_batch_is_interrupted(batch))
		tf_ahead_give_back(batch->ahead);
	for (guint i = 0; i < batch->lanes->len && batch->problem == NULL; i++)
		tf_lane_pump(g_ptr_array_index(batch->lanes, i));
	if (batch->desk != NULL)
		tf_desk_pump(batch->desk);
	if (batch->problem == NULL && is_over(batch))
		g_main_loop_quit(batch->loop);

	return G_SOURCE_REMOVE;
}

/* From the loop, so that a long row of failures does not pile up on the stack. */
void tf_batch_pump(TfBatch *batch)
{
	if (batch->pumping == 0)
		batch->pumping = g_idle_add(pump, batch);
}

void tf_batch_end(TfBatch *batch, const GError *problem)
{
	if (batch->ending == NULL)
		batch->ending = g_error_copy(problem);
	tf_ahead_give_back(batch->ahead);
	tf_batch_pump(batch);
}

void tf_batch_lane_broke(TfBatch *batch, const gchar *lane, const GError *problem)
{
	tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_GIVEN_UP, .lane = lane, .problem = problem });
	for (guint i = 0; i < batch->lanes->len; i++) {
		if (!tf_lane_is_broken(g_ptr_array_index(batch->lanes, i)))
			return;
	}
	if (batch->desk == NULL || tf_desk_is_broken(batch->desk))
		tf_batch_end(batch, problem);
}

void tf_batch_fail(TfBatch *batch, const gchar *lane, TfTask *task, gboolean keeps_pins)
{
	g_autoptr(TfTask) failed = task;
	g_autofree gchar *timings = NULL;
	GError *problem = NULL;

	tf_task_enter(failed, failed->stage);
	timings = tf_task_timings(failed);
	if (!tf_ledger_job_failed(
		    batch->ledger, failed->job->id, failed->problem, timings, keeps_pins, &problem)) {
		tf_batch_stop(batch, problem);
		return;
	}
	batch->result.n_failed++;
	tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_FAILED,
				     .lane = lane,
				     .job = failed->job,
				     .problem = failed->problem });
}

void tf_batch_give_back(TfBatch *batch, TfTask *task)
{
	g_autoptr(TfTask) waiting = task;
	gint64 id = waiting->job->id;
	GError *problem = NULL;

	if (batch->problem != NULL)
		return;
	if (!(waiting->job->made_serial != NULL ? tf_ledger_suspend_job(batch->ledger, id, &problem)
						: tf_ledger_release_job(batch->ledger, id, &problem)))
		tf_batch_stop(batch, problem);
}

/* A run that waits for cards has nothing else to wake it. */
static gboolean note_interrupt(G_GNUC_UNUSED gint fd, G_GNUC_UNUSED GIOCondition condition, gpointer data)
{
	TfBatch *batch = data;

	batch->interrupt = 0;
	tf_batch_pump(batch);

	return G_SOURCE_REMOVE;
}

static void batch_clear(TfBatch *batch)
{
	if (batch->interrupt != 0)
		(void)g_source_remove(batch->interrupt);
	if (batch->pumping != 0)
		(void)g_source_remove(batch->pumping);
	g_clear_pointer(&batch->lanes, g_ptr_array_unref);
	g_clear_pointer(&batch->desk, tf_desk_free);
	g_clear_pointer(&batch->inquiry, tf_inquiry_free);
	g_clear_pointer(&batch->ahead, tf_ahead_free);
	g_clear_pointer(&batch->store, tf_store_free);
	g_clear_pointer(&batch->checks, tf_row_checks_free);
	g_clear_pointer(&batch->authorities, tf_certificates_free);
	g_clear_pointer(&batch->mounts, tf_mounts_free);
	g_clear_pointer(&batch->loop, g_main_loop_unref);
	tf_file_close(&batch->letters);
	tf_file_close(&batch->escrows);
	g_clear_error(&batch->problem);
	g_clear_error(&batch->ending);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfBatch, batch_clear)

static gboolean open_places(TfBatch *batch, GError **error)
{
	g_autofree gchar *escrows = NULL;

	if (batch->plan->families == NULL) {
		batch->store = tf_store_find(error);
		if (batch->store == NULL)
			return FALSE;
	}
	if (batch->plan->letters == NULL)
		return TRUE;
	if (!tf_row_checks_font(batch->checks, error))
		return FALSE;
	batch->letters = tf_place_open(batch->plan->letters, error);
	if (batch->letters < 0 || !tf_letter_sweep(batch->letters, batch->plan->letters, error))
		return FALSE;
	if (batch->plan->escrow == NULL)
		return TRUE;
	escrows = g_build_filename(batch->plan->letters, ESCROW_DIRECTORY, NULL);
	batch->escrows = tf_place_open(escrows, error);

	return batch->escrows >= 0;
}

static gboolean open_lanes(TfBatch *batch, GError **error)
{
	guint n = batch->plan->n_lanes != 0 ? batch->plan->n_lanes : g_get_num_processors();

	for (guint i = 0; i < n; i++) {
		TfLane *lane = tf_lane_new(batch, i, error);

		if (lane == NULL)
			return FALSE;
		g_ptr_array_add(batch->lanes, lane);
	}

	return TRUE;
}

/* Where the tokens are made. */
static gboolean open_desk(TfBatch *batch, GError **error)
{
	if (batch->plan->families == NULL)
		return open_lanes(batch, error);
	batch->inquiry = tf_inquiry_new(batch);
	batch->desk = tf_desk_new(batch, error);

	return batch->desk != NULL;
}

static void run_loop(TfBatch *batch)
{
	if (batch->listener->interrupt_fd >= 0)
		batch->interrupt =
			g_unix_fd_add(batch->listener->interrupt_fd, G_IO_IN, note_interrupt, batch);
	tf_ahead_fill(batch->ahead);
	tf_batch_pump(batch);
	if (batch->problem == NULL)
		g_main_loop_run(batch->loop);
}

gboolean tf_batch_run(const TfBatchPlan *plan, TfLedger *ledger, const TfBatchListener *listener,
	TfBatchResult *ret_result, GError **error)
{
	g_auto(TfBatch) batch = {
		.plan = plan, .ledger = ledger, .listener = listener, .letters = -1, .escrows = -1
	};

	if (!tf_ledger_lock(ledger, error))
		return FALSE;
	batch.loop = g_main_loop_new(NULL, FALSE);
	batch.authorities = tf_certificates_new();
	batch.mounts = tf_mounts_new();
	batch.checks = tf_row_checks_new(NULL, plan->campaign, plan->crl_path, 0);
	batch.lanes = g_ptr_array_new_with_free_func((GDestroyNotify)tf_lane_free);
	if (!open_places(&batch, error) || !tf_resume(&batch, error))
		return FALSE;
	batch.ahead = tf_ahead_new(&batch);
	if (!open_desk(&batch, error))
		return FALSE;
	run_loop(&batch);
	*ret_result = batch.result;
	if (batch.problem == NULL)
		batch.problem = g_steal_pointer(&batch.ending);
	if (batch.problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&batch.problem));
		return FALSE;
	}

	return TRUE;
}
