/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ahead.h"
#include "base/error.h"
#include "base/file.h"
#include "group.h"
#include "lane-private.h"
#include "order.h"
#include "token-peer.h"
#include "variant-private.h"
#include "worker-setup.h"

#define GROUP_SIZE     32u
#define WORKER_SECONDS 60u
#define AUDIT_SECONDS  180u
/* A group that is not full waits this long for slow files before it begins. */
#define PATIENCE_MS 500u

static void became(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data);

static TfPeer *new_peer(TfLane *lane, const TfRole *role, guint seconds, TfPeerHeard heard)
{
	const TfTokenPeer wanted = {
		.role = role,
		.configuration = tf_staging_configuration(lane->staging),
		.directory = tf_staging_directory(lane->staging),
		.deadline_ms = seconds * 1000,
		.became = became,
		.heard = heard,
		.user_data = lane,
	};

	return tf_token_peer_new(lane->batch, &wanted);
}

static void tell_confinement(const TfLane *lane)
{
	tf_batch_tell(lane->batch, &(TfBatchNews){ .kind = TF_BATCH_CONFINED,
					   .lane = lane->name,
					   .names = tf_peer_confinement(lane->worker) });
}

static void tell_restarted(const TfLane *lane, const GError *problem)
{
	tf_batch_tell(lane->batch,
		&(TfBatchNews){ .kind = TF_BATCH_RESTARTED, .lane = lane->name, .problem = problem });
}

static void tell_step(const TfLane *lane, const TfTask *task, TfBatchStep step)
{
	tf_batch_tell(lane->batch,
		&(TfBatchNews){ .kind = TF_BATCH_STEP, .lane = lane->name, .job = task->job, .step = step });
}

static TfTask *current(const TfLane *lane)
{
	return g_ptr_array_index(lane->group, lane->at);
}

static void finish(TfLane *lane)
{
	GError *problem = NULL;

	lane->doing = TF_DOING_NOTHING;
	g_ptr_array_set_size(lane->group, 0);
	g_clear_pointer(&lane->audits, tf_audits_free);
	if (!tf_staging_empty(lane->staging, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	tf_ahead_fill(lane->batch->ahead);
	tf_batch_pump(lane->batch);
}

static void settle(TfLane *lane)
{
	GError *problem = NULL;

	tf_audits_judge(lane->audits);
	tf_lane_drop_failed(lane);
	if (!tf_group_publish(lane->batch, lane->name, lane->staging, lane->group, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	tf_lane_drop_failed(lane);
	if (!tf_group_prove(lane->batch, lane->group, &problem) ||
		!tf_group_wipe(lane->batch, lane->name, lane->group, &problem) ||
		!tf_group_provision(lane->batch, lane->name, lane->group, FALSE, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	finish(lane);
}

static void audit_next(TfLane *lane)
{
	if (tf_peer_is_broken(lane->auditor))
		tf_audits_give_up(lane->audits, lane->problem);
	if (tf_audits_is_over(lane->audits)) {
		settle(lane);
		return;
	}
	lane->doing = tf_peer_is_idle(lane->auditor) ? TF_DOING_AUDIT : TF_DOING_WAIT_TO_AUDIT;
	if (lane->doing == TF_DOING_AUDIT)
		tf_audits_ask(lane->audits, lane->auditor);
}

static void heard_auditor(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfLane *lane = user_data;
	g_autoptr(GError) failure = NULL;

	if (answer == NULL) {
		tf_audits_fail(lane->audits, problem);
		audit_next(lane);
		return;
	}
	if (answer->kind == TF_MESSAGE_AUDITED) {
		tf_audits_take(lane->audits, peer, answer);
		return;
	}
	if (answer->kind == TF_MESSAGE_FAILED) {
		(void)tf_message_raise(answer, &failure);
		tf_audits_fail(lane->audits, failure);
	} else
		tf_audits_end(lane->audits);
	audit_next(lane);
}

static void audit(TfLane *lane)
{
	GError *problem = NULL;

	tf_lane_drop_failed(lane);
	if (!tf_group_record_imported(lane->batch, lane->group, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	tf_lane_drop_failed(lane);
	if (lane->group->len == 0) {
		finish(lane);
		return;
	}
	lane->audits = tf_audits_new(lane->batch, lane->group, AUDIT_SECONDS, &problem);
	if (lane->audits == NULL) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	for (guint i = 0; i < lane->group->len; i++) {
		TfTask *task = g_ptr_array_index(lane->group, i);

		tf_task_enter(task, TF_STAGE_AUDIT);
		tell_step(lane, task, TF_BATCH_STEP_AUDIT);
	}
	audit_next(lane);
}

static gboolean ask_format(TfLane *lane, TfTask *task, GError **error)
{
	TF_AUTO_FD int so_pin = tf_pipe_secret(task->pins->so, error);
	TF_AUTO_FD int pin = so_pin >= 0 ? tf_pipe_secret(task->pins->user, error) : -1;
	const int fds[] = { so_pin, pin };

	if (pin < 0)
		return FALSE;
	tf_peer_ask(lane->worker, TF_MESSAGE_FORMAT,
		g_variant_new("(ts)", TF_WORKER_ANY_BLANK, task->job->number), fds);

	return TRUE;
}

static gboolean ask_import(TfLane *lane, TfTask *task, GError **error)
{
	TF_AUTO_FD int pin = tf_pipe_secret(task->pins->user, error);
	const int fds[] = { task->key, pin };

	if (pin < 0)
		return FALSE;
	tf_peer_ask(lane->worker, TF_MESSAGE_IMPORT, tf_order_import(task), fds);
	tf_file_close(&task->key);

	return TRUE;
}

static void write_next(TfLane *lane)
{
	if (tf_batch_is_interrupted(lane->batch))
		tf_lane_give_back_rest(lane);
	while (lane->at < lane->group->len) {
		TfTask *task = current(lane);

		if (!tf_peer_is_idle(lane->worker)) {
			lane->doing = TF_DOING_WAIT_TO_WRITE;
			return;
		}
		tf_task_enter(task, TF_STAGE_FORMAT);
		tell_step(lane, task, TF_BATCH_STEP_FORMAT);
		lane->doing = TF_DOING_FORMAT;
		if (ask_format(lane, task, &task->problem))
			return;
		lane->at++;
	}
	/* One that died has closed everything. */
	if (!tf_peer_is_idle(lane->worker)) {
		audit(lane);
		return;
	}
	lane->doing = TF_DOING_CLOSE;
	tf_peer_ask(lane->worker, TF_MESSAGE_CLOSE, g_variant_new("()"), NULL);
}

static void take_formatted(TfLane *lane, const TfMessage *answer)
{
	TfTask *task = current(lane);

	task->token = g_new0(TfTokenFacts, 1);
	g_variant_get(answer->body, "(ssssst)", &task->token->label, &task->token->manufacturer,
		&task->token->model, &task->token->serial, &task->token->uri, &task->slot);
	tf_task_enter(task, TF_STAGE_IMPORT);
	tell_step(lane, task, TF_BATCH_STEP_IMPORT);
	lane->doing = TF_DOING_IMPORT;
	if (ask_import(lane, task, &task->problem))
		return;
	lane->at++;
	write_next(lane);
}

/* The group's other tokens stand in the staging store: a new worker goes on with the next one. */
static void fail_current(TfLane *lane, GError *problem)
{
	TfTask *task = current(lane);

	g_clear_error(&task->problem);
	task->problem = problem;
	lane->at++;
	write_next(lane);
}

static void heard_worker(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfLane *lane = user_data;
	GError *failure = NULL;
	gboolean is_writing = lane->doing == TF_DOING_FORMAT || lane->doing == TF_DOING_IMPORT;

	if (answer == NULL) {
		if (is_writing)
			fail_current(lane, g_error_copy(problem));
		else
			audit(lane);
		return;
	}
	/* What is written is written, whatever it says of its closing: the auditor looks. */
	if (answer->kind == TF_MESSAGE_FAILED && is_writing) {
		(void)tf_message_raise(answer, &failure);
		fail_current(lane, failure);
		return;
	}
	if (answer->kind == TF_MESSAGE_FORMATTED) {
		take_formatted(lane, answer);
		return;
	}
	if (answer->kind == TF_MESSAGE_IMPORTED) {
		current(lane)->dropped = tf_variant_names(answer->body);
		lane->at++;
		write_next(lane);
		return;
	}
	audit(lane);
}

static void go_on(TfLane *lane)
{
	if (lane->doing == TF_DOING_WAIT_TO_WRITE)
		write_next(lane);
	else if (lane->doing == TF_DOING_WAIT_TO_AUDIT)
		audit_next(lane);
	else
		tf_batch_pump(lane->batch);
}

/* What is written is still audited, what is proven is still published. */
static void give_up(TfLane *lane, const GError *problem)
{
	if (lane->problem == NULL)
		lane->problem = g_error_copy(problem);
	if (lane->doing == TF_DOING_WAIT_TO_WRITE && tf_peer_is_broken(lane->worker)) {
		tf_lane_give_back_rest(lane);
		audit(lane);
	} else if (lane->doing == TF_DOING_WAIT_TO_AUDIT && tf_peer_is_broken(lane->auditor))
		audit_next(lane);
	if (lane->batch->problem == NULL)
		tf_batch_lane_broke(lane->batch, lane->name, lane->problem);
}

static void became(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	TfLane *lane = user_data;

	switch (event) {
	case TF_PEER_READY:
		if (peer == lane->worker)
			tell_confinement(lane);
		go_on(lane);
		break;
	case TF_PEER_AGAIN:
		tell_restarted(lane, problem);
		break;
	case TF_PEER_BROKEN:
		give_up(lane, problem);
		break;
	case TF_N_PEER_EVENTS:
		break;
	}
}

TfLane *tf_lane_new(TfBatch *batch, guint index, GError **error)
{
	g_autoptr(TfLane) lane = g_new0(TfLane, 1);

	lane->batch = batch;
	lane->name = g_strdup_printf("SoftHSM %u", index + 1);
	lane->group = g_ptr_array_new_with_free_func((GDestroyNotify)tf_task_free);
	lane->staging = tf_staging_new(batch->store, tf_ledger_uuid(batch->ledger), index, error);
	if (lane->staging == NULL)
		return NULL;
	lane->worker = new_peer(lane, &tf_worker_role, WORKER_SECONDS, heard_worker);
	lane->auditor = new_peer(lane, &tf_auditor_role, AUDIT_SECONDS, heard_auditor);

	return g_steal_pointer(&lane);
}

void tf_lane_free(TfLane *lane)
{
	if (lane == NULL)
		return;

	if (lane->patience != 0)
		(void)g_source_remove(lane->patience);
	tf_peer_free(lane->worker);
	tf_peer_free(lane->auditor);
	tf_audits_free(lane->audits);
	g_clear_pointer(&lane->group, g_ptr_array_unref);
	tf_staging_free(lane->staging);
	g_clear_error(&lane->problem);
	g_free(lane->name);
	g_free(lane);
}

gboolean tf_lane_is_idle(const TfLane *lane)
{
	return lane->group->len == 0;
}

gboolean tf_lane_is_broken(const TfLane *lane)
{
	return lane->problem != NULL;
}

static gboolean may_begin(const TfLane *lane)
{
	return tf_lane_is_idle(lane) && tf_peer_is_idle(lane->worker) && tf_peer_is_idle(lane->auditor) &&
	       lane->batch->problem == NULL;
}

static void begin(TfLane *lane)
{
	GError *problem = NULL;
	TfTask *task = NULL;

	while (lane->group->len < GROUP_SIZE && (task = tf_ahead_take(lane->batch->ahead)) != NULL)
		g_ptr_array_add(lane->group, task);
	tf_ahead_fill(lane->batch->ahead);
	if (lane->group->len == 0)
		return;
	if (!tf_group_plan(
		    lane->batch, lane->name, tf_peer_confinement(lane->worker), lane->group, &problem)) {
		tf_batch_stop(lane->batch, problem);
		return;
	}
	tf_lane_drop_failed(lane);
	lane->at = 0;
	if (lane->group->len == 0)
		finish(lane);
	else
		write_next(lane);
}

static gboolean lose_patience(gpointer data)
{
	TfLane *lane = data;

	lane->patience = 0;
	if (may_begin(lane) && tf_ahead_n_ready(lane->batch->ahead) > 0)
		begin(lane);

	return G_SOURCE_REMOVE;
}

void tf_lane_pump(TfLane *lane)
{
	guint n_ready = tf_ahead_n_ready(lane->batch->ahead);

	if (!may_begin(lane) || n_ready == 0)
		return;
	if (n_ready >= GROUP_SIZE || tf_ahead_has_only_ready(lane->batch->ahead))
		begin(lane);
	else if (lane->patience == 0)
		lane->patience = g_timeout_add(PATIENCE_MS, lose_patience, lane);
}
