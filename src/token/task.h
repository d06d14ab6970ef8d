/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls of PC/SC and of libp11 have no deadline and end by no signal: they are made by a thread that can be
 * left behind. */
#pragma once

#include <glib.h>

/*
 * Runs 'work' on 'data' in a thread of its own, of this name, for at most 'seconds'. TRUE when it has ended,
 * with 'data' still the caller's. FALSE when it has not: 'data' is the thread's from then on, which frees it
 * by 'destroy'.
 */
gboolean tf_task_run(const gchar *name, void (*work)(gpointer data), gpointer data, GDestroyNotify destroy,
	guint seconds) G_GNUC_WARN_UNUSED_RESULT;

/* A thread that gets no signal: they are for the one that waits for people. */
GThread *tf_task_thread(const gchar *name, GThreadFunc function, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
