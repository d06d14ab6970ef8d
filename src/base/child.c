/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/wait.h"

/* Descriptors that become a child's start here, so that none is overwritten while they are put in place. */
#define FIRST_FREE_FD 10
#define MOST_FDS      2

/* What a message costs beyond its bytes in a socket's buffer: its head and the rest of its last page. */
#define MESSAGE_OVERHEAD 8192

/* What a child's descriptors become. */
typedef struct Descriptors {
	const int *fds; /* 3 and 4 */
	gsize n_fds;
	int output; /* stdout, and no stderr; -1: both are our diagnostics */
} Descriptors;

/* A module or a hostile file in a child must not draw on a person's terminal. */
static gboolean may_be_heard(void)
{
	return tf_log_is_enabled() || isatty(STDERR_FILENO) == 0;
}

static int set_output(posix_spawn_file_actions_t *actions, int output)
{
	int status = 0;

	if (output >= 0)
		status = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
	if (status == 0 && (output >= 0 || !may_be_heard()))
		status = posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (status == 0 && output < 0)
		status = posix_spawn_file_actions_adddup2(actions, STDERR_FILENO, STDOUT_FILENO);

	return status;
}

static int set_descriptors(posix_spawn_file_actions_t *actions, const Descriptors *descriptors)
{
	const int *fds = descriptors->fds;
	gsize n_fds = descriptors->n_fds;
	int status = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (status == 0)
		status = set_output(actions, descriptors->output);
	for (gsize i = 0; status == 0 && i < n_fds; i++)
		status = posix_spawn_file_actions_adddup2(actions, fds[i], TF_CHILD_FIRST_FD + (int)i);
	if (status == 0)
		status = posix_spawn_file_actions_addclosefrom_np(actions, TF_CHILD_FIRST_FD + (int)n_fds);

	return status;
}

static int spawn(const gchar *const *argv, const gchar *const *environment, const Descriptors *descriptors,
	pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t blocked;
	sigset_t all;
	int status = 0;

	/* Ctrl-C may come before the new one can ignore it. */
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGINT);
	(void)sigfillset(&all);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigmask(&attributes, &blocked);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	status = set_descriptors(&actions, descriptors);
	if (status == 0)
		status = posix_spawn(ret_pid, argv[0], &actions, &attributes, (char *const *)argv,
			environment != NULL ? (char *const *)environment : environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);

	return status;
}

static void close_all(int *fds, gsize n)
{
	for (gsize i = 0; i < n; i++)
		tf_file_close(&fds[i]);
}

/* 'output' is a descriptor above those that are put in place, or -1. */
static int start(const gchar *const *argv, const gchar *const *environment, const int *fds, gsize n_fds,
	int output, TfChild *ret_child)
{
	g_auto(TfChild) child = { 0, -1 };
	int above[MOST_FDS] = { -1, -1 };
	int status = 0;

	g_assert(n_fds <= MOST_FDS);
	for (gsize i = 0; i < n_fds; i++) {
		above[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
		if (above[i] < 0 && status == 0)
			status = errno;
	}
	if (status == 0)
		status = spawn(argv, environment, &(Descriptors){ above, n_fds, output }, &child.pid);
	close_all(above, n_fds);
	if (status != 0) {
		child.pid = 0;
		return status;
	}
	child.pidfd = pidfd_open(child.pid, 0);
	if (child.pidfd < 0)
		return errno;
	*ret_child = child;
	child = (TfChild){ 0, -1 };

	return 0;
}

int tf_child_start(const gchar *const *argv, const gchar *const *environment, const int *fds, gsize n_fds,
	TfChild *ret_child)
{
	return start(argv, environment, fds, n_fds, -1, ret_child);
}

int tf_child_start_heard(
	const gchar *const *argv, const gchar *const *environment, int *ret_output, TfChild *ret_child)
{
	TF_AUTO_FD int theirs = -1;
	int pair[2] = { -1, -1 };
	int status = 0;

	if (pipe2(pair, O_CLOEXEC) != 0)
		return errno;
	theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	status = theirs >= 0 ? start(argv, environment, NULL, 0, theirs, ret_child) : errno;
	(void)close(pair[1]);
	if (status != 0) {
		(void)close(pair[0]);
		return status;
	}
	*ret_output = pair[0];

	return 0;
}

void tf_child_kill(const TfChild *child)
{
	if (child->pid != 0)
		(void)kill(child->pid, SIGKILL);
}

/* Its wait status; -1: there was none, or it is not known. */
static int reap(TfChild *child, gint64 deadline)
{
	int status = -1;

	if (child->pid == 0)
		return -1;

	if (!tf_wait_for(child->pidfd, POLLIN, deadline))
		tf_child_kill(child);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	child->pid = 0;
	tf_file_close(&child->pidfd);

	return status;
}

void tf_child_reap(TfChild *child, gint64 deadline)
{
	(void)reap(child, deadline);
}

gboolean tf_child_reap_success(TfChild *child, gint64 deadline)
{
	int status = reap(child, deadline);

	return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void tf_child_clear(TfChild *child)
{
	tf_child_kill(child);
	tf_child_reap(child, -1);
}

/* The kernel answers with the double of what it took (socket(7)), and takes at most net.core.wmem_max. */
static int make_room(int fd, gsize size)
{
	int wanted = (int)(size + MESSAGE_OVERHEAD);
	int given = 0;
	socklen_t length = sizeof(given);

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted)) != 0 ||
		getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &given, &length) != 0)
		return errno;

	return given >= wanted ? 0 : EMSGSIZE;
}

int tf_child_sockets(gsize size, int *ret_ours, int *ret_theirs)
{
	int pair[2] = { -1, -1 };
	int status = 0;

	g_assert(size < G_MAXINT / 4);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return errno;
	status = make_room(pair[0], size);
	if (status == 0)
		status = make_room(pair[1], size);
	if (status != 0) {
		close_all(pair, 2);
		return status;
	}
	*ret_ours = pair[0];
	*ret_theirs = pair[1];

	return 0;
}

int tf_child_pipe(const TfSecret *secret)
{
	int pair[2] = { -1, -1 };
	int status = 0;

	if (tf_secret_length(secret) > PIPE_BUF) {
		errno = EMSGSIZE;
		return -1;
	}
	if (pipe2(pair, O_CLOEXEC) != 0)
		return -1;
	status = tf_file_write_all(pair[1], tf_secret_peek(secret), tf_secret_length(secret));
	(void)close(pair[1]);
	if (status != 0) {
		(void)close(pair[0]);
		errno = status;
		return -1;
	}

	return pair[0];
}
