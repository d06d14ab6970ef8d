/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The folders that wait to be read, for the threads that read them and find more: the last first, so that few
 * are open at a time. It is empty for good when none is left and nobody reads one.
 */
#pragma once

#include <glib.h>

#include "grounds-private.h"

typedef struct TfWalkTask {
	gchar *path;
	const TfGround *ground; /* of the folder it was found in; NULL: it was named */
} TfWalkTask;
void tf_walk_task_free(TfWalkTask *task);

typedef struct TfWalkQueue TfWalkQueue;

/* For so many threads that ask. */
TfWalkQueue *tf_walk_queue_new(guint n_readers) G_GNUC_WARN_UNUSED_RESULT;
void tf_walk_queue_free(TfWalkQueue *queue);

/* Takes the path over. */
void tf_walk_queue_add(TfWalkQueue *queue, gchar *path, const TfGround *ground);

/* What is there now; NULL: nothing. The caller's. */
TfWalkTask *tf_walk_queue_try(TfWalkQueue *queue) G_GNUC_WARN_UNUSED_RESULT;

/* Of a thread that is done with what it got before. NULL: there is nothing left, and nobody who could find
 * more, or the queue was ended. The caller's. */
TfWalkTask *tf_walk_queue_wait(TfWalkQueue *queue) G_GNUC_WARN_UNUSED_RESULT;

/* Nothing comes out of it any more. */
void tf_walk_queue_end(TfWalkQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWalkQueue, tf_walk_queue_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfWalkTask, tf_walk_task_free)
