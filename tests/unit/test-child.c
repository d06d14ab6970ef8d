/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/log.h"
#include "base/wait.h"

#define FOR_EVER 1000

static void test_descriptors_in_order(void)
{
	/* The shell writes where it was told, and reads from nowhere; ls has the directory as its
	 * descriptor 5. */
	const gchar *const argv[] = { "/bin/sh", "-c",
		"echo three >&3; echo four >&4; cat >&4; exec ls /proc/self/fd >&4", NULL };
	g_auto(TfChild) child = { 0, -1 };
	TF_AUTO_FD int first = memfd_create("first", MFD_CLOEXEC);
	TF_AUTO_FD int second = memfd_create("second", MFD_CLOEXEC);
	TF_AUTO_FD int lock = open("/", O_RDONLY | O_DIRECTORY); /* NOLINT: not close-on-exec, on purpose */
	gchar text[64] = { 0 };

	g_assert_cmpint(lock, >=, 0);
	g_assert_cmpint(tf_child_start(argv, NULL, (const int[]){ second, first }, 2, &child), ==, 0);
	tf_child_reap(&child, g_get_monotonic_time() + FOR_EVER * TF_WAIT_SECOND);

	g_assert_cmpint(pread(second, text, sizeof text - 1, 0), ==, 6);
	g_assert_cmpstr(text, ==, "three\n");
	g_assert_cmpint(pread(first, text, sizeof text - 1, 0), >, 0);
	g_assert_cmpstr(text, ==, "four\n0\n1\n2\n3\n4\n5\n");
}

/* What a child says when our stderr is the terminal. */
static gchar *drawn_by_a_child(gboolean is_verbose)
{
	const gchar *const shell[] = { "/bin/sh", "-c", "echo out; echo err >&2", NULL };
	g_auto(TfChild) child = { 0, -1 };
	TF_AUTO_FD int before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	TF_AUTO_FD int person = -1;
	TF_AUTO_FD int terminal = -1;
	gchar text[64] = { 0 };

	g_assert_cmpint(openpty(&person, &terminal, NULL, NULL, NULL), ==, 0);
	g_assert_cmpint(dup2(terminal, STDERR_FILENO), ==, STDERR_FILENO);
	tf_log_enable(is_verbose);
	g_assert_cmpint(tf_child_start(shell, NULL, NULL, 0, &child), ==, 0);
	tf_log_enable(FALSE);
	g_assert_cmpint(dup2(before, STDERR_FILENO), ==, STDERR_FILENO);
	tf_child_reap(&child, g_get_monotonic_time() + FOR_EVER * TF_WAIT_SECOND);
	if (tf_wait_for(person, POLLIN, 0))
		g_assert_cmpint(read(person, text, sizeof text - 1), >, 0);

	return g_strdup(text);
}

static void test_terminal(void)
{
	g_autofree gchar *usually = drawn_by_a_child(FALSE);
	g_autofree gchar *verbosely = drawn_by_a_child(TRUE);

	g_assert_cmpstr(usually, ==, "");
	g_assert_cmpstr(verbosely, ==, "out\r\nerr\r\n");
}

static void test_environment(void)
{
	const gchar *const shell[] = { "/bin/sh", "-c", "echo \"$ONLY $HOME\" >&3", NULL };
	const gchar *const environment[] = { "ONLY=this", NULL };
	g_auto(TfChild) child = { 0, -1 };
	TF_AUTO_FD int output = memfd_create("output", MFD_CLOEXEC);
	gchar text[64] = { 0 };

	g_assert_cmpint(tf_child_start(shell, environment, &output, 1, &child), ==, 0);
	tf_child_reap(&child, g_get_monotonic_time() + FOR_EVER * TF_WAIT_SECOND);

	g_assert_cmpint(pread(output, text, sizeof text - 1, 0), >, 0);
	g_assert_cmpstr(text, ==, "this \n");
}

static void test_not_there(void)
{
	const gchar *const argv[] = { "/nonexistent/program", NULL };
	TfChild child = { 0, -1 };

	g_assert_cmpint(tf_child_start(argv, NULL, NULL, 0, &child), ==, ENOENT);
	g_assert_cmpint(child.pid, ==, 0);
	tf_child_clear(&child);
}

static void test_killed(void)
{
	const gchar *const argv[] = { "/bin/sleep", "1000", NULL };
	TfChild child = { 0, -1 };
	pid_t pid = 0;

	g_assert_cmpint(tf_child_start(argv, NULL, NULL, 0, &child), ==, 0);
	pid = child.pid;
	tf_child_clear(&child);

	g_assert_cmpint(child.pid, ==, 0);
	g_assert_cmpint(child.pidfd, ==, -1);
	g_assert_cmpint(kill(pid, 0), ==, -1);
}

static void test_largest_message(void)
{
	const gsize size = 256u << 10;
	g_autofree guint8 *bytes = g_malloc0(size);
	/* What Debian lets everybody ask for (net.core.wmem_max), whatever this machine allows. */
	const int ordinary = 212992;
	TF_AUTO_FD int ours = -1;
	TF_AUTO_FD int theirs = -1;

	g_assert_cmpint(tf_child_sockets(size, &ours, &theirs), ==, 0);
	g_assert_cmpint(send(ours, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT), ==, (gssize)size);
	g_assert_cmpint(recv(theirs, bytes, size, MSG_DONTWAIT), ==, (gssize)size);

	g_assert_cmpint(setsockopt(theirs, SOL_SOCKET, SO_SNDBUF, &ordinary, sizeof ordinary), ==, 0);
	g_assert_cmpint(send(theirs, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT), ==, (gssize)size);
}

static void test_no_room(void)
{
	int ours = -1;
	int theirs = -1;

	g_assert_cmpint(tf_child_sockets(G_MAXINT / 8, &ours, &theirs), ==, EMSGSIZE);
	g_assert_cmpint(ours, ==, -1);
}

static void test_pipe(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new_copy("12345678", 8);
	g_autoptr(TfSecret) read = NULL;
	TF_AUTO_FD int fd = tf_child_pipe(secret);

	g_assert_cmpint(fd, >=, 0);
	read = tf_secret_read(fd, 100, "pipe", NULL);

	g_assert_true(tf_secret_equal(secret, read));
}

static void test_long_secret(void)
{
	g_autoptr(TfSecret) secret = tf_secret_new(5000);

	tf_secret_set_length(secret, 5000);

	g_assert_cmpint(tf_child_pipe(secret), ==, -1);
	g_assert_cmpint(errno, ==, EMSGSIZE);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/child/has its descriptors in order, and no other", test_descriptors_in_order);
	g_test_add_func("/child/draws nothing on a terminal but with --verbose", test_terminal);
	g_test_add_func("/child/has the environment it is given", test_environment);
	g_test_add_func("/child/a program that is not there is an error", test_not_there);
	g_test_add_func("/child/is killed and reaped", test_killed);
	g_test_add_func("/child/the largest message goes through an ordinary buffer", test_largest_message);
	g_test_add_func("/child/a message that the system allows no buffer for is an error", test_no_room);
	g_test_add_func("/child/a secret goes through a pipe", test_pipe);
	g_test_add_func("/child/a secret that is too long for a pipe is refused", test_long_secret);

	return g_test_run();
}
