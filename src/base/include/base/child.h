/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child of ours: executed, never only forked; which descriptors it gets, and how it ends. */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "base/secret.h"

/* The first descriptor that a child is given, after stdin, stdout and stderr. */
#define TF_CHILD_FIRST_FD 3

typedef struct TfChild {
	pid_t pid; /* 0: none, or reaped */
	int pidfd; /* readable when it has ended */
} TfChild;

/*
 * Executes argv[0]. The child has the (at most two) 'fds' as descriptors 3 and 4, its stdin from nowhere, its
 * stdout and stderr with our diagnostics (stdout is for results), which a terminal shows with --verbose only,
 * and no other descriptor. Every signal does what it
 * does by default; SIGINT, which reaches every process of a terminal, is blocked. 'environment' NULL: ours.
 * Returns 0 or an errno value.
 */
int tf_child_start(const gchar *const *argv, const gchar *const *environment, const int *fds, gsize n_fds,
	TfChild *ret_child);

/*
 * The same without further descriptors, and its stdout is a pipe: *ret_output is the end to read from,
 * close-on-exec. Its stderr goes nowhere. For other people's programs that are asked for something.
 */
int tf_child_start_heard(
	const gchar *const *argv, const gchar *const *environment, int *ret_output, TfChild *ret_child);

/* It is dead soon; it still has to be reaped. */
void tf_child_kill(const TfChild *child);

/* Waits for its end until 'deadline' (base/wait.h), then kills it; reaps it. Its exit status proves nothing.
 */
void tf_child_reap(TfChild *child, gint64 deadline);

/* The same, for a program that says by its exit status whether what it printed is all. */
gboolean tf_child_reap_success(TfChild *child, gint64 deadline);

/* Kills and reaps; nothing for { 0, -1 }. */
void tf_child_clear(TfChild *child);

/* Two connected SOCK_SEQPACKET sockets, close-on-exec, each with room for messages of 'size' bytes. Returns 0
 * or an errno value: EMSGSIZE when the system allows no buffer for that (net.core.wmem_max). */
int tf_child_sockets(gsize size, int *ret_ours, int *ret_theirs);

/* A pipe that holds 'secret' (at most PIPE_BUF bytes) with its write end closed: kernel memory that is never
 * swapped. Its read end, close-on-exec, or -1 and errno. tf_secret_read() reads it. */
int tf_child_pipe(const TfSecret *secret);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfChild, tf_child_clear)
