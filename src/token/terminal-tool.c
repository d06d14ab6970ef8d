/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "terminal-tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define OUTPUT_LIMIT 4096u
#define PATH_SIZE    64

/* A running program. Freeing it kills it. */
typedef struct Child {
	int terminal; /* the master's side */
	int pidfd;
	pid_t pid;	  /* 0: reaped, or never begun */
	TfSecret *output; /* since the last answer */
	const TfToolPrompt *next;
	gboolean is_hung_up; /* it has closed its terminal, and may live on */
} Child;

static void child_clear(Child *child)
{
	siginfo_t info;

	if (child->pid > 0) {
		(void)kill(child->pid, SIGKILL);
		(void)TEMP_FAILURE_RETRY(waitid(P_PID, (id_t)child->pid, &info, WEXITED));
	}
	child->pid = 0;
	tf_file_close(&child->pidfd);
	tf_file_close(&child->terminal);
	g_clear_pointer(&child->output, tf_secret_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Child, child_clear)

void tf_tool_result_clear(TfToolResult *result)
{
	g_clear_pointer(&result->output, tf_secret_free);
}

static gboolean raise_errno(const gchar *what, int number, GError **error)
{
	return tf_raise(error, TF_ERROR_SYSTEM, what, g_strerror(number), NULL);
}

/*
 * In packet mode every change of the terminal's settings is told here, because EXTPROC is set (ioctl_tty(2));
 * with it the kernel does not echo either. ECHO stays on until the program turns it off to read a secret: the
 * sign that what was typed ahead has been thrown away, and that an answer is now read.
 */
static gboolean open_terminal(Child *child, gchar path[PATH_SIZE], GError **error)
{
	struct termios settings;
	const int yes = 1;

	child->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (child->terminal < 0 || grantpt(child->terminal) != 0 || unlockpt(child->terminal) != 0 ||
		ptsname_r(child->terminal, path, PATH_SIZE) != 0 ||
		tcgetattr(child->terminal, &settings) != 0)
		return raise_errno("pty", errno, error);
	settings.c_lflag |= (tcflag_t)(ICANON | ECHO | EXTPROC);
	if (tcsetattr(child->terminal, TCSANOW, &settings) != 0 ||
		ioctl(child->terminal, TIOCPKT, &yes) != 0 ||
		fcntl(child->terminal, F_SETFL, O_RDWR | O_NONBLOCK) != 0)
		return raise_errno("pty", errno, error);

	return TRUE;
}

/* A session of its own, whose first opened terminal becomes the controlling one. */
static int spawn(const TfTool *tool, const gchar *path, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t all;
	sigset_t none;
	int failure = 0;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return ENOMEM;
	}
	(void)posix_spawnattr_setflags(
		&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	failure = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0);
	if (failure == 0)
		failure = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
	if (failure == 0)
		failure = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
	if (failure == 0)
		failure = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (failure == 0)
		failure = posix_spawn(ret_pid, tool->arguments[0], &actions, &attributes,
			(char *const *)tool->arguments, (char *const *)tool->environment);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);

	return failure;
}

static gboolean begin(Child *child, const TfTool *tool, GError **error)
{
	gchar path[PATH_SIZE];
	int failure = 0;

	child->next = tool->prompts;
	child->output = tf_secret_new(OUTPUT_LIMIT);
	if (child->output == NULL)
		return raise_errno("pty", ENOMEM, error);
	if (!open_terminal(child, path, error))
		return FALSE;
	failure = spawn(tool, path, &child->pid);
	if (failure == ENOENT || failure == EACCES || failure == ENOTDIR)
		return tf_raise(error, TF_ERROR_TOOL_MISSING, tool->arguments[0], NULL);
	if (failure != 0)
		return raise_errno(tool->arguments[0], failure, error);
	child->pidfd = pidfd_open(child->pid, 0);
	if (child->pidfd < 0)
		return raise_errno("pidfd_open", errno, error);

	return TRUE;
}

/* One packet: a byte that says what it is, then output if it is 0. FALSE when there is none. */
static gboolean read_packet(Child *child)
{
	guint8 *end = tf_secret_buffer(child->output) + tf_secret_length(child->output);
	gsize room = tf_secret_capacity(child->output) - tf_secret_length(child->output);
	gssize n = 0;
	guint8 kind = 0;

	/* Too much is no prompt; what it says at its end is not needed either. */
	if (room < 2) {
		tf_secret_set_length(child->output, tf_secret_capacity(child->output) / 2);
		return read_packet(child);
	}
	n = TEMP_FAILURE_RETRY(read(child->terminal, end, room));
	if (n <= 0)
		return FALSE;
	kind = end[0];
	if (kind == TIOCPKT_DATA)
		memmove(end, end + 1, (gsize)n - 1);
	tf_secret_set_length(
		child->output, tf_secret_length(child->output) + (kind == TIOCPKT_DATA ? (gsize)n - 1 : 0));

	return TRUE;
}

/* Whether the output so far is the whole or the beginning of 'text'; nothing begins whatever comes. */
static gboolean begins(const Child *child, const gchar *text)
{
	gsize length = tf_secret_length(child->output);

	if (text == NULL)
		return length == 0;

	return length <= strlen(text) && memcmp(tf_secret_peek(child->output), text, length) == 0;
}

static gboolean echoes(const Child *child)
{
	struct termios settings;

	return tcgetattr(child->terminal, &settings) != 0 || (settings.c_lflag & (tcflag_t)ECHO) != 0;
}

/* Straight from the secret to the terminal. */
static gboolean answer(Child *child, GError **error)
{
	const TfSecret *secret = child->next->answer;
	int failure = tf_file_write_all(child->terminal, tf_secret_peek(secret), tf_secret_length(secret));

	if (failure == 0)
		failure = tf_file_write_all(child->terminal, "\n", 1);
	/* It has ended meanwhile; its status says why. */
	if (failure != 0 && failure != EIO)
		return raise_errno("pty", failure, error);
	child->next++;
	tf_secret_set_length(child->output, 0);

	return TRUE;
}

/* A program that reads a secret has turned the echo off: after anything but the next prompt, or the beginning
 * of it that has come so far, it asks for what we do not know. */
static gboolean respond(Child *child, gboolean *ret_is_unexpected, GError **error)
{
	if (echoes(child))
		return TRUE;
	if (child->next->text != NULL && tf_secret_length(child->output) == strlen(child->next->text) &&
		begins(child, child->next->text))
		return answer(child, error);
	*ret_is_unexpected = !begins(child, child->next->text);

	return TRUE;
}

/* Milliseconds for poll(); 0 when the deadline is over. */
static int time_left(gint64 deadline)
{
	gint64 left =
		(deadline - g_get_monotonic_time() + G_TIME_SPAN_MILLISECOND - 1) / G_TIME_SPAN_MILLISECOND;

	return (int)CLAMP(left, 0, G_MAXINT);
}

static gboolean converse(Child *child, const TfTool *tool, TfToolEnd *ret_end, GError **error)
{
	for (;;) {
		struct pollfd fds[] = { { child->is_hung_up ? -1 : child->terminal, POLLIN | POLLPRI, 0 },
			{ child->pidfd, POLLIN, 0 } };
		gboolean is_unexpected = FALSE;
		int left = time_left(tool->deadline);

		if (left == 0) {
			*ret_end = TF_TOOL_LATE;
			return TRUE;
		}
		if (poll(fds, G_N_ELEMENTS(fds), left) < 0 && errno != EINTR)
			return raise_errno("poll", errno, error);
		while (read_packet(child))
			continue;
		child->is_hung_up |= (fds[0].revents & POLLHUP) != 0;
		if (fds[1].revents != 0) {
			*ret_end = TF_TOOL_DONE;
			return TRUE;
		}
		if (!respond(child, &is_unexpected, error))
			return FALSE;
		if (is_unexpected) {
			*ret_end = TF_TOOL_UNEXPECTED;
			return TRUE;
		}
	}
}

gboolean tf_tool_run(const TfTool *tool, TfToolResult *ret_result, GError **error)
{
	g_auto(Child) child = { .terminal = -1, .pidfd = -1 };
	TfToolEnd end = TF_TOOL_DONE;
	int status = 0;

	if (!begin(&child, tool, error) || !converse(&child, tool, &end, error))
		return FALSE;
	if (end != TF_TOOL_DONE)
		(void)kill(child.pid, SIGKILL);
	if (TEMP_FAILURE_RETRY(waitpid(child.pid, &status, 0)) != child.pid)
		return raise_errno("waitpid", errno, error);
	child.pid = 0;
	if (end == TF_TOOL_DONE && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		end = TF_TOOL_FAILED;
	/* One that did not ask went another way than we know. */
	if (end == TF_TOOL_DONE && child.next->text != NULL)
		end = TF_TOOL_UNEXPECTED;
	*ret_result = (TfToolResult){ end, status, g_steal_pointer(&child.output) };

	return TRUE;
}

gboolean tf_tool_result_says(const TfToolResult *result, const gchar *text)
{
	return memmem(tf_secret_peek(result->output), tf_secret_length(result->output), text, strlen(text)) !=
	       NULL;
}
