/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parent's half of the audit: executes the auditor, waits for its answer, and believes nothing. */
#include "token/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit-message.h"
#include "base/error.h"
#include "base/file.h"

/* Descriptors of ours start here, so that none of them is overwritten when the auditor's are put in place. */
#define FIRST_FREE_FD	10
#define SOCKET_BUFFER	(int)(2 * TF_AUDIT_MESSAGE_LIMIT)
#define LEAVE_SECONDS	2
#define MICROSECONDS	G_GINT64_CONSTANT(1000)
#define MICROS_A_SECOND (1000 * MICROSECONDS)

typedef struct Auditor {
	pid_t pid;  /* 0: none, or reaped */
	int pidfd;  /* readable when it has ended */
	int socket; /* our end */
} Auditor;

static gboolean raise_failed(GError **error, const gchar *reason)
{
	return tf_raise(error, TF_ERROR_AUDITOR_FAILED, reason, NULL);
}

/* Milliseconds until 'deadline' (monotonic), never negative. */
static int remaining(gint64 deadline)
{
	gint64 left = (deadline - g_get_monotonic_time()) / MICROSECONDS;

	return (int)CLAMP(left, 0, G_MAXINT);
}

static gboolean wait_readable(int fd, gint64 deadline)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int n = 0;

	do
		n = poll(&poll_fd, 1, remaining(deadline));
	while (n < 0 && errno == EINTR);

	return n > 0;
}

/* It has its say, then a moment to leave; then it is killed. Its exit status proves nothing: a module may
 * crash in an exit handler after a good answer. */
static void auditor_clear(Auditor *auditor)
{
	tf_file_close(&auditor->socket);
	if (auditor->pid == 0)
		return;

	if (!wait_readable(auditor->pidfd, g_get_monotonic_time() + LEAVE_SECONDS * MICROS_A_SECOND))
		(void)kill(auditor->pid, SIGKILL);
	while (waitpid(auditor->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	auditor->pid = 0;
	tf_file_close(&auditor->pidfd);
}

static void auditor_kill(const Auditor *auditor)
{
	if (auditor->pid != 0)
		(void)kill(auditor->pid, SIGKILL);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Auditor, auditor_clear)

static int move_up(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

	(void)close(fd);

	return moved;
}

static gboolean make_sockets(int *ret_ours, int *ret_theirs)
{
	int pair[2] = { -1, -1 };
	int size = SOCKET_BUFFER;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return FALSE;
	(void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	(void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	*ret_ours = move_up(pair[0]);
	*ret_theirs = move_up(pair[1]);

	return *ret_ours >= 0 && *ret_theirs >= 0;
}

/* The PIN lies in a pipe, which is kernel memory that is never swapped, until the auditor has read it. A PIN
 * is far shorter than what a pipe takes without a reader. */
static int make_pin(const TfSecret *pin)
{
	int pair[2] = { -1, -1 };
	int status = 0;

	if (pin == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (tf_secret_length(pin) > PIPE_BUF || pipe2(pair, O_CLOEXEC) != 0)
		return -1;
	status = tf_file_write_all(pair[1], tf_secret_peek(pin), tf_secret_length(pin));
	(void)close(pair[1]);
	if (status != 0) {
		(void)close(pair[0]);
		return -1;
	}

	return pair[0];
}

/* The auditor has stdin from nowhere, its stdout with our diagnostics (stdout is for results), the socket,
 * the PIN, and no other descriptor: neither the ledger's lock nor the source. */
static int set_descriptors(posix_spawn_file_actions_t *actions, int socket, int pin)
{
	int status = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (status == 0)
		status = posix_spawn_file_actions_adddup2(actions, STDERR_FILENO, STDOUT_FILENO);
	if (status == 0)
		status = posix_spawn_file_actions_adddup2(actions, socket, TF_AUDIT_SOCKET);
	if (status == 0)
		status = posix_spawn_file_actions_adddup2(actions, pin, TF_AUDIT_PIN);
	if (status == 0)
		status = posix_spawn_file_actions_addclosefrom_np(actions, TF_AUDIT_PIN + 1);

	return status;
}

static int spawn(const gchar *const *argv, int socket, int pin, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t blocked;
	sigset_t all;
	int status = 0;

	/* Ctrl-C reaches every process of the terminal, and may come before the new one can ignore it. */
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGINT);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigmask(&attributes, &blocked);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	status = set_descriptors(&actions, socket, pin);
	if (status == 0)
		status = posix_spawn(ret_pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);

	return status;
}

static gboolean start(Auditor *auditor, const TfAuditRequest *request, GError **error)
{
	TF_AUTO_FD int theirs = -1;
	TF_AUTO_FD int pin = -1;
	TF_AUTO_FD int pin_above = -1;

	if (!make_sockets(&auditor->socket, &theirs))
		return raise_failed(error, g_strerror(errno));
	pin = make_pin(request->pin);
	pin_above = pin >= 0 ? fcntl(pin, F_DUPFD_CLOEXEC, FIRST_FREE_FD) : -1;
	if (pin_above < 0)
		return raise_failed(error, g_strerror(errno));
	if (spawn(request->auditor, theirs, pin_above, &auditor->pid) != 0) {
		auditor->pid = 0;
		return raise_failed(error, _("it cannot be started"));
	}
	auditor->pidfd = pidfd_open(auditor->pid, 0);
	if (auditor->pidfd < 0) {
		auditor_kill(auditor);
		return raise_failed(error, g_strerror(errno));
	}

	return TRUE;
}

TfEvidence *tf_audit(const TfAuditRequest *request, GBytes **ret_answer, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)request->deadline_seconds * MICROS_A_SECOND;
	g_auto(Auditor) auditor = { 0, -1, -1 };
	g_autoptr(json_t) order = tf_audit_order_to_json(request);
	g_autoptr(json_t) result = NULL;

	g_assert((request->statement == NULL) != (request->ciphertext == NULL));
	if (!start(&auditor, request, error))
		return NULL;
	if (!tf_audit_send(auditor.socket, order)) {
		auditor_kill(&auditor);
		raise_failed(error, _("it cannot be started"));
		return NULL;
	}
	if (!wait_readable(auditor.socket, deadline)) {
		auditor_kill(&auditor);
		raise_failed(error, _("the token did not answer in time"));
		return NULL;
	}
	result = tf_audit_receive(auditor.socket);
	if (result == NULL) {
		auditor_kill(&auditor);
		raise_failed(error, _("it ended without an answer"));
		return NULL;
	}

	return tf_audit_result_from_json(result, request, ret_answer, error);
}
