/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ahead.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "peer-private.h"
#include "preparation.h"
#include "variant-private.h"

/* Enough for two groups in work and two waiting; each holds a private key in a pipe. */
#define LIMIT		96u
#define OPEN_SECONDS	600 /* ten million iterations take about ten seconds */
#define LETTER_SECONDS	60
#define CLAIM_AT_A_TIME 32u

typedef struct Opener {
	TfAhead *ahead;
	TfPeer *peer;
	TfTask *task; /* being opened; NULL: idle */
} Opener;

struct TfAhead {
	TfBatch *batch;
	GPtrArray *openers; /* Opener */
	TfPeer *writer;	    /* of letters; NULL: none are made */
	TfTask *lettered;   /* whose letter is being drawn */
	GQueue claimed;	    /* TfTask, not opened yet */
	GQueue opened;	    /* without their letter yet */
	GQueue ready;
	guint n_opening;
	gboolean is_exhausted; /* the ledger has no more waiting jobs, or none is to be begun */
	gboolean is_closed;    /* none is to be begun: what gets ready goes back */
};

static void free_opener(gpointer data)
{
	Opener *opener = data;

	tf_peer_free(opener->peer);
	tf_task_free(opener->task);
	g_free(opener);
}

static guint count(const TfAhead *ahead)
{
	return ahead->claimed.length + ahead->n_opening + ahead->opened.length + ahead->ready.length +
	       (ahead->lettered != NULL ? 1 : 0);
}

static void fail(TfAhead *ahead, TfTask *task, GError *problem)
{
	g_clear_error(&task->problem);
	task->problem = problem;
	tf_batch_fail(ahead->batch, NULL, task, FALSE);
}

static void write_letters(TfAhead *ahead);
static void open_files(TfAhead *ahead);

static void go_on(TfAhead *ahead)
{
	if (ahead->is_closed)
		tf_ahead_give_back(ahead);
	open_files(ahead);
	write_letters(ahead);
	tf_batch_pump(ahead->batch);
}

static void set_ready(TfAhead *ahead, TfTask *task)
{
	tf_task_enter(task, TF_STAGE_READY);
	g_queue_push_tail(&ahead->ready, task);
}

static void heard_writer(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfAhead *ahead = user_data;
	TfTask *task = g_steal_pointer(&ahead->lettered);
	GError *failure = NULL;

	if (answer == NULL) {
		/* Without letters no token is written, and a program that dies of one letter dies of all. */
		g_queue_push_tail(&ahead->opened, task);
		tf_batch_stop(ahead->batch, g_error_copy(problem));
		return;
	}
	if (answer->kind == TF_MESSAGE_FAILED) {
		(void)tf_message_raise(answer, &failure);
		fail(ahead, task, failure);
	} else
		set_ready(ahead, task);
	go_on(ahead);
}

static gboolean ask_writer(TfAhead *ahead, TfTask *task, GError **error)
{
	const TfBatchPlan *plan = ahead->batch->plan;
	TF_AUTO_FD int pin = tf_pipe_secret(task->pins->user, error);
	int fds[2] = { pin, -1 };

	if (pin < 0)
		return FALSE;
	task->letter = tf_letter_file_new(ahead->batch->letters, plan->letters, error);
	if (task->letter == NULL)
		return FALSE;
	fds[1] = tf_letter_file_fd(task->letter);
	tf_peer_ask(ahead->writer, TF_MESSAGE_WRITE_LETTER, tf_preparation_letter(plan, task), fds);

	return TRUE;
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
		if (ask_writer(ahead, task, &problem))
			ahead->lettered = task;
		else
			fail(ahead, task, problem);
	}
}

static gboolean start_opener(Opener *opener, GError **error);

static void heard_opener(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	Opener *opener = user_data;
	TfAhead *ahead = opener->ahead;
	TfTask *task = g_steal_pointer(&opener->task);
	GError *failure = NULL;
	GError *fatal = NULL;

	ahead->n_opening--;
	if (answer == NULL) {
		failure = g_error_copy(problem);
		if (!start_opener(opener, &fatal))
			tf_batch_stop(ahead->batch, fatal);
	} else if (answer->kind == TF_MESSAGE_FAILED)
		(void)tf_message_raise(answer, &failure);
	else
		(void)tf_preparation_take(ahead->batch, task, answer, &failure);

	if (failure != NULL)
		fail(ahead, task, failure);
	else {
		tf_task_enter(task, TF_STAGE_LETTER);
		g_queue_push_tail(&ahead->opened, task);
	}
	go_on(ahead);
}

static gboolean start_opener(Opener *opener, GError **error)
{
	/* Libcrypto's legacy provider and the system's converters of characters are libraries that it loads.
	 */
	static const gchar *const libraries[] = { "/usr/lib", "/lib", "/lib64", NULL };
	const TfPeerOptions options = {
		.role = TF_ROLE_OPENER,
		.process = { .program = opener->ahead->batch->plan->program,
			.setup = tf_preparation_setup(libraries) },
		.deadline_seconds = OPEN_SECONDS,
		.heard = heard_opener,
		.user_data = opener,
	};

	tf_peer_free(opener->peer);
	opener->peer = tf_peer_start(&options, error);

	return opener->peer != NULL;
}

static gboolean start_writer(TfAhead *ahead, GError **error)
{
	const TfPeerOptions options = {
		.role = TF_ROLE_LETTER_WRITER,
		.process = { .program = ahead->batch->plan->program,
			.setup = tf_preparation_setup(tf_letter_reads()) },
		.deadline_seconds = LETTER_SECONDS,
		.heard = heard_writer,
		.user_data = ahead,
	};

	if (ahead->batch->plan->letters == NULL)
		return TRUE;
	ahead->writer = tf_peer_start(&options, error);

	return ahead->writer != NULL;
}

TfAhead *tf_ahead_new(TfBatch *batch, GError **error)
{
	g_autoptr(TfAhead) ahead = g_new0(TfAhead, 1);

	ahead->batch = batch;
	ahead->openers = g_ptr_array_new_with_free_func(free_opener);
	for (guint i = 0; i < g_get_num_processors(); i++) {
		Opener *opener = g_new0(Opener, 1);

		opener->ahead = ahead;
		g_ptr_array_add(ahead->openers, opener);
		if (!start_opener(opener, error))
			return NULL;
	}
	if (!start_writer(ahead, error))
		return NULL;

	return g_steal_pointer(&ahead);
}

static void free_task(gpointer data)
{
	tf_task_free(data);
}

void tf_ahead_free(TfAhead *ahead)
{
	if (ahead == NULL)
		return;

	g_clear_pointer(&ahead->openers, g_ptr_array_unref);
	tf_peer_free(ahead->writer);
	tf_task_free(ahead->lettered);
	g_queue_clear_full(&ahead->claimed, free_task);
	g_queue_clear_full(&ahead->opened, free_task);
	g_queue_clear_full(&ahead->ready, free_task);
	g_free(ahead);
}

static gboolean ask_opener(Opener *opener, TfTask *task, GError **error)
{
	const gchar *path = task->job->source_path;
	TF_AUTO_FD int file = tf_preparation_open(task, error);
	TF_AUTO_FD int password = -1;
	gboolean has_password = FALSE;
	int fds[2] = { file, -1 };

	if (file < 0)
		return FALSE;
	password = tf_preparation_password(opener->ahead->batch, task, &has_password, error);
	if (password < 0)
		return FALSE;
	fds[1] = password;
	tf_peer_ask(opener->peer, TF_MESSAGE_OPEN, g_variant_new("(^ayb)", path, has_password), fds);

	return TRUE;
}

static void open_files(TfAhead *ahead)
{
	for (guint i = 0; i < ahead->openers->len; i++) {
		Opener *opener = g_ptr_array_index(ahead->openers, i);

		while (ahead->claimed.length > 0 && opener->task == NULL && tf_peer_is_idle(opener->peer)) {
			TfTask *task = g_queue_pop_head(&ahead->claimed);
			GError *problem = NULL;

			tf_task_enter(task, TF_STAGE_OPEN);
			if (!ask_opener(opener, task, &problem)) {
				fail(ahead, task, problem);
				continue;
			}
			opener->task = task;
			ahead->n_opening++;
		}
	}
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
			g_queue_push_tail(&ahead->claimed, tf_task_new(g_steal_pointer(&job)));
	}

	return tf_ledger_group_commit(ledger, error);
}

void tf_ahead_fill(TfAhead *ahead)
{
	GError *problem = NULL;

	while (!ahead->is_exhausted && count(ahead) + CLAIM_AT_A_TIME <= LIMIT) {
		if (!claim(ahead, &problem)) {
			tf_batch_stop(ahead->batch, problem);
			return;
		}
	}
	open_files(ahead);
	write_letters(ahead);
}

TfTask *tf_ahead_take(TfAhead *ahead)
{
	return g_queue_pop_head(&ahead->ready);
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
	GError *problem = NULL;

	while ((task = g_queue_pop_head(queue)) != NULL) {
		if (problem == NULL)
			(void)tf_ledger_release_job(ahead->batch->ledger, task->job->id, &problem);
		tf_task_free(task);
	}
	if (problem != NULL)
		tf_batch_stop(ahead->batch, problem);
}

void tf_ahead_give_back(TfAhead *ahead)
{
	ahead->is_exhausted = TRUE;
	ahead->is_closed = TRUE;
	ahead->batch->result.was_interrupted = TRUE;
	give_back_queue(ahead, &ahead->claimed);
	give_back_queue(ahead, &ahead->opened);
	give_back_queue(ahead, &ahead->ready);
}
