/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A talk of two ends that keep the rules. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "talk-pair.h"

static void test_honest(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(TfMessage) request = NULL;
	g_autoptr(TfMessage) answer = NULL;
	g_autoptr(TfSecret) pin = tf_secret_new_copy("123456", 6);
	g_autoptr(TfSecret) read = NULL;
	int fds[] = { -1, -1 };

	tf_talk_pair_ready(&pair, &tf_worker_role);
	fds[0] = tf_pipe_secret(pin, NULL);
	fds[1] = tf_pipe_secret(pin, NULL);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_FORMAT,
		g_variant_new("(ts)", G_GUINT64_CONSTANT(7), "佐藤"), fds);
	tf_file_close(&fds[0]);
	tf_file_close(&fds[1]);
	request = tf_talk_hear_now(pair.child, TF_MESSAGE_FORMAT);
	read = tf_secret_read(request->fds[1], 100, "pin", NULL);
	tf_talk_say_now(pair.child, TF_MESSAGE_FORMATTED,
		g_variant_new("(ssssst)", "佐藤", "m", "m", "1", "pkcs11:", G_GUINT64_CONSTANT(7)), NULL);
	answer = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_FORMATTED);

	g_assert_true(tf_secret_equal(read, pin));
	g_assert_cmpint(request->fds[2], ==, -1);
	g_assert_cmpint(fcntl(request->fds[0], F_GETFD), ==, FD_CLOEXEC);
	g_assert_cmpuint(g_variant_n_children(answer->body), ==, 6);
}

static void test_failure(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) problem = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TfMessage) answer = NULL;
	g_autoptr(TfMessage) request = NULL;
	/* Cut, and made valid: what a module says may be anything. */
	g_autofree gchar *filling = g_strnfill(3000, 'x');
	g_autofree gchar *text = g_strconcat("\xff", filling, NULL);

	tf_talk_pair_ready(&pair, &tf_worker_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	request = tf_talk_hear_now(pair.child, TF_MESSAGE_LOOK);
	tf_raise(&problem, TF_ERROR_TOKEN_REMOVED, text, NULL);
	g_assert_true(tf_talk_fail(pair.child, problem, NULL));
	answer = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_FAILED);

	g_assert_false(tf_message_raise(answer, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
	g_assert_cmpuint(strlen(tf_error_arguments(error)[0]), <=, 1024);
	g_assert_true(g_str_has_prefix(tf_error_arguments(error)[0], "\xef\xbf\xbdxxx"));
}

static void test_foreign_failure(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) problem = g_error_new_literal(G_FILE_ERROR, G_FILE_ERROR_NOENT, "foreign");
	g_autoptr(GError) error = NULL;
	g_autoptr(TfMessage) answer = NULL;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	tf_talk_hear_and_forget(pair.child, TF_MESSAGE_LOOK);
	g_assert_true(tf_talk_fail(pair.child, problem, NULL));
	answer = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_FAILED);

	g_assert_false(tf_message_raise(answer, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_SYSTEM);
	g_assert_cmpstr(tf_error_arguments(error)[1], ==, "foreign");
}

static void test_ended(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	g_clear_pointer(&pair.child, tf_talk_free);

	g_assert_null(tf_talk_hear(pair.supervisor, -1, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_true(tf_talk_has_ended(pair.supervisor));
}

/* Without SIGPIPE, whose default action would end the whole batch. */
static void test_nobody_listens(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	g_clear_pointer(&pair.child, tf_talk_free);

	g_assert_false(tf_talk_say(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

static void test_last_words(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(TfMessage) message = NULL;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	tf_talk_send_kind(pair.peer, TF_MESSAGE_TOKENS, "", 0, 0);
	g_clear_pointer(&pair.child, tf_talk_free);

	message = tf_talk_hear_now(pair.supervisor, TF_MESSAGE_TOKENS);
	g_assert_cmpuint(g_variant_n_children(message->body), ==, 0);
	g_assert_null(tf_talk_hear(pair.supervisor, 0, NULL));
	g_assert_true(tf_talk_has_ended(pair.supervisor));
}

static void do_nothing(int number)
{
	(void)number;
}

static void test_deadline(void)
{
	const struct sigaction action = { .sa_handler = do_nothing };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	gint64 deadline = g_get_monotonic_time() + TF_WAIT_SECOND / 20;
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;

	tf_talk_pair_ready(&pair, &tf_worker_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_LOOK, tf_talk_unit(), NULL);
	g_assert_cmpint(sigaction(SIGALRM, &action, NULL), ==, 0);
	g_assert_cmpint(setitimer(ITIMER_REAL, &often, NULL), ==, 0);

	g_assert_null(tf_talk_hear(pair.supervisor, deadline, &error));

	g_assert_cmpint(setitimer(ITIMER_REAL, &never, NULL), ==, 0);
	g_assert_cmpint(g_get_monotonic_time(), >=, deadline);
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_false(tf_talk_has_ended(pair.supervisor));
}

static void test_full_buffer(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = g_strnfill(200u << 10, 'x');
	const int fd = STDIN_FILENO;
	gsize n_said = 0;

	tf_talk_pair_ready(&pair, &tf_auditor_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_AUDIT, g_variant_new_string(text), &fd);
	tf_talk_hear_and_forget(pair.child, TF_MESSAGE_AUDIT);
	while (n_said < 100 &&
		tf_talk_say(pair.child, TF_MESSAGE_AUDITED, g_variant_new("(us)", 0, text), NULL, &error))
		n_said++;

	g_assert_cmpuint(n_said, >, 0);
	g_assert_cmpuint(n_said, <, 100);
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

/* What comes out of a module may be larger than a message; then the child says FAILED. */
static void test_larger_than_a_message(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = g_strnfill(TF_MESSAGE_LIMIT, 'x');
	const int fd = STDIN_FILENO;

	tf_talk_pair_ready(&pair, &tf_auditor_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_AUDIT, g_variant_new_string(""), &fd);
	tf_talk_hear_and_forget(pair.child, TF_MESSAGE_AUDIT);

	g_assert_false(
		tf_talk_say(pair.child, TF_MESSAGE_AUDITED, g_variant_new("(us)", 0, text), NULL, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_true(tf_talk_fail(pair.child, error, NULL));
	tf_talk_hear_and_forget(pair.supervisor, TF_MESSAGE_FAILED);
}

static void test_largest(void)
{
	g_auto(TfTalkPair) pair = { 0 };
	g_autofree gchar *text = g_strnfill(TF_MESSAGE_LIMIT - 1, 'x');
	g_autoptr(TfMessage) message = NULL;
	const int fd = STDIN_FILENO;

	tf_talk_pair_ready(&pair, &tf_auditor_role);
	tf_talk_say_now(pair.supervisor, TF_MESSAGE_AUDIT, g_variant_new_string(text), &fd);
	message = tf_talk_hear_now(pair.child, TF_MESSAGE_AUDIT);

	g_assert_cmpstr(g_variant_get_string(message->body, NULL), ==, text);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/talk/carries bodies and descriptors both ways", test_honest);
	g_test_add_func("/talk/carries a failure, bounded and in UTF-8", test_failure);
	g_test_add_func("/talk/carries a failure that is not ours", test_foreign_failure);
	g_test_add_func("/talk/a peer that has ended is told", test_ended);
	g_test_add_func("/talk/nothing is said to a peer that has ended", test_nobody_listens);
	g_test_add_func("/talk/the last words of a peer are heard", test_last_words);
	g_test_add_func("/talk/signals do not end the waiting, the deadline does", test_deadline);
	g_test_add_func("/talk/nobody waits long for a peer that does not read", test_full_buffer);
	g_test_add_func(
		"/talk/an answer larger than a message becomes a failure", test_larger_than_a_message);
	g_test_add_func("/talk/the largest body goes through", test_largest);

	return g_test_run();
}
