/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a child gives up before it touches anything hostile: core dumps, dumpability, new privileges and
 * capabilities; by seccomp (denied with EPERM) execve, execveat, a process beside it, signals to others,
 * ptrace, process_vm_*, bpf, mount and its family, namespaces, keyctl and its family, kexec,
 * perf_event_open, userfaultfd, io_uring, typing into the terminal, and socket() other than AF_UNIX, which
 * is left only to whom a reader's socket is named; unless something to write is named, opening a file for
 * writing and changing its name, mode, owner, attributes or times; by Landlock, where the kernel has it,
 * every path but those named, TCP, abstract sockets and signals. What could not be had is told, not hidden.
 *
 * What is left, even so: whoever may connect to the reader's socket may connect to any other of the file
 * system (the session's bus, ssh-agent) that lets this user in; Landlock governs no connect() to them yet.
 */
#pragma once

#include <glib.h>

typedef struct TfConfinementPlan {
	gboolean may_execute;	    /* the formatter: pkcs15-init, which inherits all the rest */
	const gchar *const *reads;  /* files and directories (with all below) it may read, and execute if
				       'may_execute'; NULL-terminated. What does not exist is passed over. A
				       socket among them (pcscd's) leaves AF_UNIX. */
	const gchar *const *writes; /* directories it may read and write below, or devices (the formatter's
				       terminal); each must exist */
	guint64 more_memory;	    /* octets that it may take beyond what it has (RLIMIT_AS); 0: not
				       bounded */
} TfConfinementPlan;

/*
 * Names of what holds now (gchar), each asked back from the kernel where that is possible: "no-core",
 * "not-dumpable", "no-new-privileges", "no-capabilities", "landlock-N" (N: ABI) or "no-landlock", "seccomp",
 * "bounded-memory" where the plan bounds it.
 * Seccomp must be had: TF_ERROR_SYSTEM otherwise. For the whole life of the process, to be called while it
 * has one thread, after tf_secret_setup().
 */
GPtrArray *tf_confine(const TfConfinementPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;
