/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client.h"

#include "signer.h"

/* Unloading finalises the module, which may take as long as anything else that it does. */
#define UNLOAD_SECONDS 10

/* Shared with the thread, which outlives the wait when libp11 is stuck. */
typedef struct Work {
	const TfAuditGroup *group;
	TfClientTask *tasks; /* a copy: nobody else writes to it */
	gsize n_tasks;
	GMutex mutex;
	GCond has_moved;
	gsize n_done; /* n_tasks + 1: unloaded */
} Work;

/* NULL with *ret_failure. */
static GBytes *ask(TfSigner *signer, const TfClientTask *task, const gchar **ret_failure)
{
	const TfAuditOrder *order = task->order;
	GBytes *bytes = NULL;

	if (!tf_signer_take(signer, order->token, order->key_id, task->pin, ret_failure))
		return NULL;
	*ret_failure = order->statement != NULL ? "EVP_DigestSign" : "EVP_PKEY_decrypt";
	bytes = order->statement != NULL ? tf_signer_sign(signer, order->statement)
					 : tf_signer_decrypt(signer, order->ciphertext);
	tf_signer_leave(signer);

	return bytes;
}

static void say_done(Work *shared)
{
	g_mutex_lock(&shared->mutex);
	shared->n_done++;
	g_cond_signal(&shared->has_moved);
	g_mutex_unlock(&shared->mutex);
}

static gpointer work(gpointer data)
{
	Work *shared = data;
	const gchar *failure = NULL;
	TfSigner *signer = tf_signer_new(shared->group->module, shared->group->module_arguments, &failure);

	for (gsize i = 0; i < shared->n_tasks; i++) {
		TfClientTask *task = &shared->tasks[i];

		task->failure = failure;
		if (signer != NULL)
			task->bytes = ask(signer, task, &task->failure);
		say_done(shared);
	}
	tf_signer_free(signer);
	say_done(shared);

	return NULL;
}

/* FALSE when the thread has not done so many in time. */
static gboolean wait_for(Work *shared, gsize n_done, guint seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
	gboolean is_done = TRUE;

	g_mutex_lock(&shared->mutex);
	while (shared->n_done < n_done && is_done)
		is_done = g_cond_wait_until(&shared->has_moved, &shared->mutex, deadline);
	is_done = shared->n_done >= n_done;
	g_mutex_unlock(&shared->mutex);

	return is_done;
}

/* The answers as far as they came; how many. */
static gsize collect(Work *shared, TfClientTask *tasks)
{
	gsize n = 0;

	while (n < shared->n_tasks && wait_for(shared, n + 1, tasks[n].order->client_seconds)) {
		tasks[n] = shared->tasks[n];
		n++;
	}

	return n;
}

static Work *work_new(const TfAuditGroup *group, const TfClientTask *tasks, gsize n)
{
	Work *shared = g_new0(Work, 1);

	shared->group = group;
	shared->tasks = g_memdup2(tasks, n * sizeof(*tasks));
	shared->n_tasks = n;
	g_mutex_init(&shared->mutex);
	g_cond_init(&shared->has_moved);

	return shared;
}

static void work_free(Work *shared)
{
	g_mutex_clear(&shared->mutex);
	g_cond_clear(&shared->has_moved);
	g_free(shared->tasks);
	g_free(shared);
}

gboolean tf_client_answer(const TfAuditGroup *group, TfClientTask *tasks, gsize n)
{
	Work *shared = work_new(group, tasks, n);
	GThread *thread = g_thread_new("libp11", work, shared);
	gsize n_done = collect(shared, tasks);

	if (n_done < n)
		tasks[n_done].failure = "no answer in time";
	for (gsize i = n_done + 1; i < n; i++)
		tasks[i].failure = "not asked: libp11 is stuck";
	if (n_done < n || !wait_for(shared, n + 1, UNLOAD_SECONDS)) {
		g_thread_unref(thread);
		return FALSE;
	}
	(void)g_thread_join(thread);
	work_free(shared);

	return TRUE;
}
