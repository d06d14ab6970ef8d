/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ahead.h"

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "openers.h"
#include "peer-private.h"
#include "preparation.h"

/* Enough for two groups in work and two waiting; each holds a private key in a pipe. */
#define LIMIT		96u
#define CLAIM_AT_A_TIME 32u

struct TfAhead {
	TfBatch *batch;
	TfOpeners *openers;
	TfPeer *writer;	  /* of letters; NULL: none are made */
	TfTask *lettered; /* whose letter is being drawn */
	GQueue claimed;	  /* TfTask, not opened yet */
	GQueue opened;	  /* without their letter yet */
	GQueue ready;
	GHashTable *preparing; /* ids of jobs (gint64) that are neither ready nor failed */
	GHashTable *failures;  /* of those chosen that failed: id -> GError */
	GHashTable *chosen;    /* ids of jobs (gint64) that a lane waits for */
	gboolean is_exhausted; /* the ledger has no more waiting jobs, or none is to be begun */
	gboolean is_closed;    /* none is to be begun: what gets ready goes back */
};

static guint count(const TfAhead *ahead)
{
	return ahead->claimed.length + tf_openers_n_busy(ahead->openers) + ahead->opened.length +
	       ahead->ready.length + (ahead->lettered != NULL ? 1 : 0);
}

static void fail(TfAhead *ahead, TfTask *task, GError *problem)
{
	(void)g_hash_table_remove(ahead->preparing, &task->job->id);
	if (g_hash_table_remove(ahead->chosen, &task->job->id))
		(void)g_hash_table_insert(ahead->failures, g_memdup2(&task->job->id, sizeof task->job->id),
			g_error_copy(problem));
	g_clear_error(&task->problem);
	task->problem = problem;
	/* Of one that was begun with a token, the PINs may be on it. */
	tf_batch_fail(ahead->batch, NULL, task, task->job->made_serial != NULL);
	/* A lane may wait for it. */
	tf_batch_pump(ahead->batch);
}

static void write_letters(TfAhead *ahead);

static void go_on(TfAhead *ahead)
{
	if (ahead->batch->problem != NULL)
		return;
	if (ahead->is_closed)
		tf_ahead_give_back(ahead);
	/* Those that failed made room, and no lane that ends a group may ever say so. */
	tf_ahead_fill(ahead);
	tf_batch_pump(ahead->batch);
}

static gint compare_ids(gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer data)
{
	const TfTask *first = a;
	const TfTask *second = b;

	return first->job->id < second->job->id ? -1 : 1;
}

/* As the list has them, whichever file was opened first: cards lie in that order on the desk. */
static void set_ready(TfAhead *ahead, TfTask *task)
{
	(void)g_hash_table_remove(ahead->preparing, &task->job->id);
	tf_task_enter(task, TF_STAGE_READY);
	g_queue_insert_sorted(&ahead->ready, task, compare_ids, NULL);
}

static void set_opened(TfAhead *ahead, TfTask *task)
{
	tf_task_enter(task, TF_STAGE_LETTER);
	g_queue_push_tail(&ahead->opened, task);
}

/* What a child was asked has come to its end. */
static void settle(
	TfAhead *ahead, TfTask *task, GError *failure, void (*pass_on)(TfAhead *ahead, TfTask *task))
{
	if (failure != NULL)
		fail(ahead, task, failure);
	else
		pass_on(ahead, task);
	go_on(ahead);
}

static void heard_writer(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfAhead *ahead = user_data;
	TfTask *task = g_steal_pointer(&ahead->lettered);
	GError *failure = NULL;

	if (answer == NULL)
		failure = g_error_copy(problem);
	else if (answer->kind == TF_MESSAGE_FAILED)
		(void)tf_message_raise(answer, &failure);

	settle(ahead, task, failure, set_ready);
}

static void write_letters(TfAhead *ahead)
{
	while (ahead->opened.length > 0 && (ahead->writer == NULL || tf_peer_is_idle(ahead->writer))) {
		TfTask *task = g_queue_pop_head(&ahead->opened);
		GError *problem = NULL;

		if (ahead->writer == NULL) {
			set_ready(ahead, task);
			continue;
		}
		if (tf_preparation_ask_letter(ahead->batch, ahead->writer, task, &problem))
			ahead->lettered = task;
		else
			fail(ahead, task, problem);
	}
}

static void heard_opener(gpointer item, TfMessage *opened, GError *problem, gpointer user_data)
{
	TfAhead *ahead = user_data;
	TfTask *task = item;

	if (opened != NULL)
		(void)tf_preparation_take(ahead->batch, task, opened, &problem);
	settle(ahead, task, problem, set_opened);
}

static void can_go_on(gpointer user_data)
{
	go_on(user_data);
}

static void begins_again(const GError *problem, gpointer user_data)
{
	const TfAhead *ahead = user_data;

	tf_batch_tell(ahead->batch, &(TfBatchNews){ .kind = TF_BATCH_RESTARTED, .problem = problem });
}

static void broke(const GError *problem, gpointer user_data)
{
	const TfAhead *ahead = user_data;

	tf_batch_end(ahead->batch, problem);
}

static void writer_became(
	G_GNUC_UNUSED TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	if (event == TF_PEER_READY)
		can_go_on(user_data);
	else if (event == TF_PEER_AGAIN)
		begins_again(problem, user_data);
	else
		broke(problem, user_data);
}

static TfPeer *new_writer(TfAhead *ahead)
{
	const TfPeerOptions options = {
		.role = &tf_letter_role,
		.process = { .program = ahead->batch->plan->program,
			.setup = tf_process_setup(tf_letter_reads()) },
		.deadline_ms = TF_LETTER_SECONDS * 1000,
		.became = writer_became,
		.heard = heard_writer,
		.user_data = ahead,
	};

	return tf_peer_new(&options);
}

static void free_task(gpointer data)
{
	tf_task_free(data);
}

static void free_error(gpointer data)
{
	g_error_free(data);
}

TfAhead *tf_ahead_new(TfBatch *batch)
{
	TfAhead *ahead = g_new0(TfAhead, 1);
	const TfOpenersListener listener = {
		.heard = heard_opener,
		.ready = can_go_on,
		.again = begins_again,
		.broke = broke,
		.free_item = free_task,
		.user_data = ahead,
	};

	ahead->batch = batch;
	ahead->is_exhausted = batch->plan->assign != TF_BATCH_ASSIGN_NEXT;
	ahead->preparing = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	ahead->failures = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_error);
	ahead->chosen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	ahead->openers = tf_openers_new(batch->plan->program, &listener);
	if (batch->plan->letters != NULL)
		ahead->writer = new_writer(ahead);

	return ahead;
}

void tf_ahead_free(TfAhead *ahead)
{
	if (ahead == NULL)
		return;

	tf_openers_free(ahead->openers);
	tf_peer_free(ahead->writer);
	tf_task_free(ahead->lettered);
	g_queue_clear_full(&ahead->claimed, free_task);
	g_queue_clear_full(&ahead->opened, free_task);
	g_queue_clear_full(&ahead->ready, free_task);
	g_clear_pointer(&ahead->preparing, g_hash_table_unref);
	g_clear_pointer(&ahead->failures, g_hash_table_unref);
	g_clear_pointer(&ahead->chosen, g_hash_table_unref);
	g_free(ahead);
}

static gboolean open_file(TfAhead *ahead, TfTask *task, GError **error)
{
	TF_AUTO_FD int file = tf_preparation_open(task, error);
	g_autoptr(TfSecret) password = NULL;

	return file >= 0 && tf_preparation_password(ahead->batch, task, &password, error) &&
	       tf_openers_ask(ahead->openers, task, task->job->source_path, file, password, error);
}

static void open_files(TfAhead *ahead)
{
	while (ahead->claimed.length > 0 && tf_openers_have_room(ahead->openers)) {
		TfTask *task = g_queue_pop_head(&ahead->claimed);
		GError *problem = NULL;

		tf_task_enter(task, TF_STAGE_OPEN);
		if (!open_file(ahead, task, &problem))
			fail(ahead, task, problem);
	}
}

/* Takes 'job' over. */
static TfTask *prepare(TfAhead *ahead, TfJob *job)
{
	(void)g_hash_table_add(ahead->preparing, g_memdup2(&job->id, sizeof job->id));

	return tf_task_new(job);
}

/* Many in one transaction, which is one sync. */
static gboolean claim(TfAhead *ahead, GError **error)
{
	TfLedger *ledger = ahead->batch->ledger;

	if (!tf_ledger_group_begin(ledger, error))
		return FALSE;
	for (guint i = 0; i < CLAIM_AT_A_TIME && !ahead->is_exhausted; i++) {
		g_autoptr(TfJob) job = NULL;

		if (!tf_ledger_claim_job(ledger, NULL, NULL, &job, error)) {
			tf_ledger_group_abandon(ledger);
			return FALSE;
		}
		if (job == NULL)
			ahead->is_exhausted = TRUE;
		else
			g_queue_push_tail(&ahead->claimed, prepare(ahead, g_steal_pointer(&job)));
	}

	return tf_ledger_group_commit(ledger, error);
}

void tf_ahead_fill(TfAhead *ahead)
{
	GError *problem = NULL;

	if (ahead->batch->problem != NULL)
		return;
	open_files(ahead);
	while (ahead->batch->problem == NULL && !ahead->is_exhausted &&
		count(ahead) + CLAIM_AT_A_TIME <= LIMIT) {
		if (!claim(ahead, &problem)) {
			tf_batch_stop(ahead->batch, problem);
			return;
		}
		/* A file that is not there fails at once and makes room. */
		open_files(ahead);
	}
	write_letters(ahead);
}

/* The first that is ready for anybody; NULL. */
static GList *first_ready(const TfAhead *ahead)
{
	for (GList *at = ahead->ready.head; at != NULL; at = at->next) {
		const TfTask *task = at->data;

		if (!tf_ahead_has_chosen(ahead, task->job->id))
			return at;
	}

	return NULL;
}

static TfTask *take(TfAhead *ahead, GList *at)
{
	TfTask *task = at != NULL ? at->data : NULL;

	if (at != NULL)
		g_queue_delete_link(&ahead->ready, at);

	return task;
}

TfTask *tf_ahead_take(TfAhead *ahead)
{
	return take(ahead, first_ready(ahead));
}

/* Somebody who is before that job in the list, and may get ready. */
static gboolean is_behind(const TfAhead *ahead, gint64 job)
{
	GHashTableIter iter;
	gpointer key = NULL;

	g_hash_table_iter_init(&iter, ahead->preparing);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		gint64 other = *(const gint64 *)key;

		if (other < job && !tf_ahead_has_chosen(ahead, other))
			return TRUE;
	}

	return FALSE;
}

TfTask *tf_ahead_take_in_order(TfAhead *ahead)
{
	GList *at = first_ready(ahead);
	const TfTask *task = at != NULL ? at->data : NULL;

	return task == NULL || is_behind(ahead, task->job->id) ? NULL : take(ahead, at);
}

void tf_ahead_add_chosen(TfAhead *ahead, TfJob *job)
{
	(void)g_hash_table_add(ahead->chosen, g_memdup2(&job->id, sizeof job->id));
	g_queue_push_head(&ahead->claimed, prepare(ahead, job));
	tf_ahead_fill(ahead);
}

TfTask *tf_ahead_take_chosen(TfAhead *ahead, gint64 job)
{
	for (GList *at = ahead->ready.head; at != NULL; at = at->next) {
		TfTask *task = at->data;

		if (task->job->id != job)
			continue;
		(void)g_hash_table_remove(ahead->chosen, &job);
		g_queue_delete_link(&ahead->ready, at);
		return task;
	}

	return NULL;
}

gboolean tf_ahead_has_chosen(const TfAhead *ahead, gint64 job)
{
	return g_hash_table_contains(ahead->chosen, &job);
}

GError *tf_ahead_take_failure(TfAhead *ahead, gint64 job)
{
	const GError *failure = g_hash_table_lookup(ahead->failures, &job);
	GError *copy = failure != NULL ? g_error_copy(failure) : NULL;

	(void)g_hash_table_remove(ahead->failures, &job);

	return copy;
}

/* Who is chosen otherwise is not claimed ahead. */
static gboolean claims(const TfAhead *ahead)
{
	return ahead->batch->plan->assign == TF_BATCH_ASSIGN_NEXT && !ahead->is_closed;
}

void tf_ahead_look_again(TfAhead *ahead)
{
	ahead->is_exhausted = !claims(ahead);
}

guint tf_ahead_n_ready(const TfAhead *ahead)
{
	return ahead->ready.length;
}

gboolean tf_ahead_has_only_ready(const TfAhead *ahead)
{
	return ahead->is_exhausted && count(ahead) == ahead->ready.length;
}

gboolean tf_ahead_is_empty(const TfAhead *ahead)
{
	return ahead->is_exhausted && count(ahead) == 0;
}

static void give_back_queue(TfAhead *ahead, GQueue *queue)
{
	TfTask *task = NULL;

	while ((task = g_queue_pop_head(queue)) != NULL) {
		(void)g_hash_table_remove(ahead->preparing, &task->job->id);
		(void)g_hash_table_remove(ahead->chosen, &task->job->id);
		tf_batch_give_back(ahead->batch, task);
	}
}

void tf_ahead_give_back(TfAhead *ahead)
{
	ahead->is_exhausted = TRUE;
	ahead->is_closed = TRUE;
	give_back_queue(ahead, &ahead->claimed);
	give_back_queue(ahead, &ahead->opened);
	give_back_queue(ahead, &ahead->ready);
}
