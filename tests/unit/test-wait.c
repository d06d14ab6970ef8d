/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "base/wait.h"

typedef struct Pipe {
	int ends[2];
} Pipe;

static void pipe_clear(Pipe *pipe)
{
	tf_file_close(&pipe->ends[0]);
	tf_file_close(&pipe->ends[1]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pipe, pipe_clear)

static void pipe_open(Pipe *pipe)
{
	g_assert_cmpint(pipe2(pipe->ends, O_CLOEXEC), ==, 0);
}

static void test_time_left(void)
{
	g_assert_cmpint(tf_wait_milliseconds(-1), ==, -1);
	g_assert_cmpint(tf_wait_milliseconds(0), ==, 0);
	g_assert_cmpint(tf_wait_milliseconds(1), ==, 0);
	g_assert_cmpint(tf_wait_milliseconds(g_get_monotonic_time() + 100 * TF_WAIT_SECOND), >, 90000);
	g_assert_cmpint(tf_wait_milliseconds(G_MAXINT64), ==, G_MAXINT);
}

static void test_nothing_comes(void)
{
	g_auto(Pipe) pipe = { { -1, -1 } };

	pipe_open(&pipe);

	g_assert_false(tf_wait_for(pipe.ends[0], POLLIN, 0));
	g_assert_true(tf_wait_for(pipe.ends[1], POLLOUT, 0));
}

static void test_end_is_something(void)
{
	g_auto(Pipe) pipe = { { -1, -1 } };

	pipe_open(&pipe);
	tf_file_close(&pipe.ends[1]);

	g_assert_true(tf_wait_for(pipe.ends[0], POLLIN, -1));
}

static void do_nothing(int number)
{
	(void)number;
}

static void test_signals_do_not_end_it(void)
{
	const struct sigaction action = { .sa_handler = do_nothing };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	gint64 deadline = g_get_monotonic_time() + TF_WAIT_SECOND / 20;
	g_auto(Pipe) pipe = { { -1, -1 } };

	pipe_open(&pipe);
	g_assert_cmpint(sigaction(SIGALRM, &action, NULL), ==, 0);
	g_assert_cmpint(setitimer(ITIMER_REAL, &often, NULL), ==, 0);

	g_assert_false(tf_wait_for(pipe.ends[0], POLLIN, deadline));

	g_assert_cmpint(setitimer(ITIMER_REAL, &never, NULL), ==, 0);
	g_assert_cmpint(g_get_monotonic_time(), >=, deadline);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wait/the time left is rounded up, and never negative", test_time_left);
	g_test_add_func("/wait/without a deadline ahead it does not wait", test_nothing_comes);
	g_test_add_func("/wait/the end of a pipe is something that comes", test_end_is_something);
	g_test_add_func("/wait/signals do not end it early", test_signals_do_not_end_it);

	return g_test_run();
}
