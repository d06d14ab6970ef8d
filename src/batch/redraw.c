/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "redraw.h"

#include "adoption.h"
#include "base/error.h"
#include "batch/letter.h"
#include "group.h"
#include "peer-private.h"
#include "preparation.h"

typedef struct Redrawing {
	TfBatch *batch;
	TfPeer *writer;
	GPtrArray *tasks; /* TfTask */
	guint next;	  /* whose letter is being drawn */
} Redrawing;

static void redrawing_clear(Redrawing *redrawing)
{
	tf_peer_free(redrawing->writer);
	g_clear_pointer(&redrawing->tasks, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Redrawing, redrawing_clear)

/* What lies there may say other PINs. */
static void give_up(Redrawing *redrawing, const TfTask *task)
{
	tf_group_remove_letter_of(redrawing->batch, task->job);
	redrawing->next++;
}

static void ask(Redrawing *redrawing)
{
	while (redrawing->next < redrawing->tasks->len && tf_peer_is_idle(redrawing->writer)) {
		TfTask *task = g_ptr_array_index(redrawing->tasks, redrawing->next);

		if (!tf_preparation_ask_letter(redrawing->batch, redrawing->writer, task, NULL))
			give_up(redrawing, task);
	}
	if (redrawing->next == redrawing->tasks->len)
		g_main_loop_quit(redrawing->batch->loop);
}

static void heard(G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, G_GNUC_UNUSED const GError *problem,
	gpointer user_data)
{
	Redrawing *redrawing = user_data;
	TfTask *task = g_ptr_array_index(redrawing->tasks, redrawing->next);

	if (answer != NULL && answer->kind != TF_MESSAGE_FAILED && tf_group_publish_letter(task, NULL))
		redrawing->next++;
	else
		give_up(redrawing, task);
	ask(redrawing);
}

static void became(G_GNUC_UNUSED TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	Redrawing *redrawing = user_data;

	if (event == TF_PEER_READY)
		ask(redrawing);
	else if (event == TF_PEER_AGAIN)
		tf_batch_tell(
			redrawing->batch, &(TfBatchNews){ .kind = TF_BATCH_RESTARTED, .problem = problem });
	else
		tf_batch_stop(redrawing->batch, g_error_copy(problem));
}

static gboolean is_written(const TfBatch *batch, const TfLedgerRow *row)
{
	return tf_adoption_is_published(batch, row) ||
	       (row->step == TF_STEP_IMPORTED && batch->store == NULL);
}

/* Of one whose PINs cannot be opened nothing can be drawn; that is said when it is resumed. */
static gboolean add(TfBatch *batch, const gchar *number, GPtrArray *tasks, GError **error)
{
	g_autoptr(TfJob) job = NULL;
	g_autoptr(TfLedgerRow) row = NULL;
	g_autoptr(TfTask) task = NULL;

	if (!tf_ledger_job_of_number(batch->ledger, number, &job, error))
		return FALSE;
	if (job->migration == 0)
		return TRUE;
	row = tf_ledger_load(batch->ledger, job->migration, error);
	if (row == NULL)
		return FALSE;
	if (!is_written(batch, row))
		return TRUE;
	task = tf_adoption_task(batch, g_steal_pointer(&job), row);
	if (task->problem == NULL)
		g_ptr_array_add(tasks, g_steal_pointer(&task));

	return TRUE;
}

static gboolean draw_all(Redrawing *redrawing, GError **error)
{
	TfBatch *batch = redrawing->batch;
	const TfPeerOptions options = {
		.role = &tf_letter_role,
		.process = { .program = batch->plan->program, .setup = tf_process_setup(tf_letter_reads()) },
		.deadline_ms = TF_LETTER_SECONDS * 1000,
		.became = became,
		.heard = heard,
		.user_data = redrawing,
	};

	redrawing->writer = tf_peer_new(&options);
	g_main_loop_run(batch->loop);
	if (batch->problem == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&batch->problem));

	return FALSE;
}

gboolean tf_redraw_letters(TfBatch *batch, const GPtrArray *numbers, GError **error)
{
	g_auto(Redrawing) redrawing = { .batch = batch };

	if (batch->letters < 0)
		return TRUE;
	redrawing.tasks = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);
	for (guint i = 0; i < numbers->len; i++) {
		if (!add(batch, g_ptr_array_index(numbers, i), redrawing.tasks, error))
			return FALSE;
	}

	return redrawing.tasks->len == 0 || draw_all(&redrawing, error);
}
