/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child of the supervisor: this very program with '--role NAME', exec'd, its talk, its deadline and its
 * end. */
#pragma once

#include "process/message.h"

typedef struct TfProcessOptions {
	const gchar *const
		*program;  /* argv that precedes the role's name: { "/proc/self/exe", "--role", NULL } */
	GStrv environment; /* of the child; NULL: ours */
	GVariant *setup;   /* body of SETUP; consumed if floating */
} TfProcessOptions;

typedef struct TfProcess TfProcess;

/* Body of a SETUP without a dictionary: a child that reads 'reads' (NULL-terminated; NULL: nothing) and
 * writes nothing. Floating. */
GVariant *tf_process_setup(const gchar *const *reads);

/*
 * Starts it and says SETUP; READY is heard by the caller. It has no descriptor but its diagnostics and its
 * talk, ends with the thread that started it (PR_SET_PDEATHSIG), and does not see Ctrl-C.
 * TF_ERROR_WORKER_FAILED, TF_ERROR_SYSTEM.
 */
TfProcess *tf_process_start(
	const TfRole *role, const TfProcessOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
TfTalk *tf_process_talk(TfProcess *process);
int tf_process_pidfd(const TfProcess *process); /* readable when it has ended */

/* Closes its talk, which tells it to leave, and waits until 'deadline' before it kills and reaps it. */
void tf_process_leave(TfProcess *process, gint64 deadline);
/* Kills it if it lives, and reaps it. NULL is fine. */
void tf_process_free(TfProcess *process);

/* Hears READY within 'deadline' and keeps what it says. */
gboolean tf_process_wait_ready(TfProcess *process, gint64 deadline, GError **error);
/* Which confinement holds, as READY says it (process/confine.h); NULL before. */
const gchar *const *tf_process_confinement(const TfProcess *process);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfProcess, tf_process_free)
