/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <signal.h>

typedef struct Task {
	GMutex mutex; /* over all below */
	GCond is_over;
	gboolean has_ended;
	gboolean is_left; /* by whoever waited */
	void (*work)(gpointer data);
	gpointer data;
	GDestroyNotify destroy;
} Task;

static void task_free(Task *task)
{
	g_cond_clear(&task->is_over);
	g_mutex_clear(&task->mutex);
	g_free(task);
}

static gpointer run(gpointer data)
{
	Task *task = data;
	gboolean is_left = FALSE;

	task->work(task->data);

	g_mutex_lock(&task->mutex);
	task->has_ended = TRUE;
	is_left = task->is_left;
	g_cond_signal(&task->is_over);
	g_mutex_unlock(&task->mutex);
	if (is_left) {
		task->destroy(task->data);
		task_free(task);
	}

	return NULL;
}

static gboolean wait_for(Task *task, guint seconds)
{
	gint64 deadline = g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
	gboolean has_ended = FALSE;

	g_mutex_lock(&task->mutex);
	while (!task->has_ended && g_cond_wait_until(&task->is_over, &task->mutex, deadline))
		continue;
	has_ended = task->has_ended;
	task->is_left = !has_ended;
	g_mutex_unlock(&task->mutex);

	return has_ended;
}

GThread *tf_task_thread(const gchar *name, GThreadFunc function, gpointer data)
{
	GThread *thread = NULL;
	sigset_t all;
	sigset_t before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	thread = g_thread_new(name, function, data);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);

	return thread;
}

gboolean tf_task_run(
	const gchar *name, void (*work)(gpointer data), gpointer data, GDestroyNotify destroy, guint seconds)
{
	Task *task = g_new0(Task, 1);
	GThread *thread = NULL;

	g_mutex_init(&task->mutex);
	g_cond_init(&task->is_over);
	task->work = work;
	task->data = data;
	task->destroy = destroy;
	thread = tf_task_thread(name, run, task);
	if (!wait_for(task, seconds)) {
		g_thread_unref(thread);
		return FALSE;
	}
	(void)g_thread_join(thread);
	task_free(task);

	return TRUE;
}
