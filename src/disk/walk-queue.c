/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk-queue-private.h"

struct TfWalkQueue {
	GMutex mutex;
	GCond changed;
	GQueue tasks; /* TfWalkTask */
	guint n_busy; /* who may add more */
	gboolean is_ended;
};

void tf_walk_task_free(TfWalkTask *task)
{
	if (task == NULL)
		return;

	g_free(task->path);
	g_free(task);
}

TfWalkQueue *tf_walk_queue_new(guint n_readers)
{
	TfWalkQueue *queue = g_new0(TfWalkQueue, 1);

	g_mutex_init(&queue->mutex);
	g_cond_init(&queue->changed);
	g_queue_init(&queue->tasks);
	queue->n_busy = n_readers;

	return queue;
}

void tf_walk_queue_free(TfWalkQueue *queue)
{
	if (queue == NULL)
		return;

	g_queue_clear_full(&queue->tasks, (GDestroyNotify)tf_walk_task_free);
	g_cond_clear(&queue->changed);
	g_mutex_clear(&queue->mutex);
	g_free(queue);
}

void tf_walk_queue_add(TfWalkQueue *queue, gchar *path, const TfGround *ground)
{
	TfWalkTask *task = g_new0(TfWalkTask, 1);

	task->path = path;
	task->ground = ground;
	g_mutex_lock(&queue->mutex);
	g_queue_push_tail(&queue->tasks, task);
	g_cond_signal(&queue->changed);
	g_mutex_unlock(&queue->mutex);
}

static TfWalkTask *pop(TfWalkQueue *queue)
{
	return queue->is_ended ? NULL : g_queue_pop_tail(&queue->tasks);
}

TfWalkTask *tf_walk_queue_try(TfWalkQueue *queue)
{
	TfWalkTask *task = NULL;

	g_mutex_lock(&queue->mutex);
	task = pop(queue);
	g_mutex_unlock(&queue->mutex);

	return task;
}

TfWalkTask *tf_walk_queue_wait(TfWalkQueue *queue)
{
	TfWalkTask *task = NULL;

	g_mutex_lock(&queue->mutex);
	queue->n_busy--;
	while ((task = pop(queue)) == NULL && !queue->is_ended && queue->n_busy > 0)
		g_cond_wait(&queue->changed, &queue->mutex);
	if (task != NULL)
		queue->n_busy++;
	else
		g_cond_broadcast(&queue->changed);
	g_mutex_unlock(&queue->mutex);

	return task;
}

void tf_walk_queue_end(TfWalkQueue *queue)
{
	g_mutex_lock(&queue->mutex);
	queue->is_ended = TRUE;
	g_cond_broadcast(&queue->changed);
	g_mutex_unlock(&queue->mutex);
}
