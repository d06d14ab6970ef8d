/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A supervisor's child: here the test itself, executed again, behaves as it is told. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/wait.h"
#include "batch/role.h"

#define SOON (g_get_monotonic_time() + 60 * TF_WAIT_SECOND)

static GVariant *setup(const gchar *mode)
{
	GVariantDict dictionary;

	g_variant_dict_init(&dictionary, NULL);
	g_variant_dict_insert(&dictionary, "mode", "s", mode);

	return g_variant_new("(@as@as@a{sv})", g_variant_new_strv(NULL, 0), g_variant_new_strv(NULL, 0),
		g_variant_dict_end(&dictionary));
}

static TfProcess *start(const gchar *mode, GStrv environment)
{
	const gchar *const program[] = { "/proc/self/exe", "--role", NULL };
	const TfProcessOptions options = { program, environment, setup(mode) };
	g_autoptr(GError) error = NULL;
	TfProcess *process = tf_process_start(&tf_worker_role, &options, &error);

	g_assert_no_error(error);

	return process;
}

static void say_facts(TfTalk *talk)
{
	g_autoptr(GStrvBuilder) facts = g_strv_builder_new();
	g_auto(GStrv) all = NULL;

	for (int fd = 0; fd < 256; fd++) {
		g_autofree gchar *number = g_strdup_printf("%d", fd);
		g_autofree gchar *path = g_strdup_printf("/proc/self/fd/%d", fd);

		if (access(path, F_OK) == 0)
			g_strv_builder_add(facts, number);
	}
	if (g_getenv("HOME") != NULL)
		g_strv_builder_add(facts, "HOME");
	if (g_getenv("ONLY") != NULL)
		g_strv_builder_add(facts, "ONLY");
	all = g_strv_builder_end(facts);
	(void)tf_talk_say(
		talk, TF_MESSAGE_READY, g_variant_new_strv((const gchar *const *)all, -1), NULL, NULL);
}

/* The child's main(). It leaves when its talk is closed. */
static int act(const gchar *name)
{
	g_autoptr(TfTalk) talk = NULL;
	g_autoptr(TfMessage) message = NULL;
	g_autoptr(GVariant) dictionary = NULL;
	const gchar *mode = NULL;

	if (strcmp(name, tf_worker_role.name) != 0)
		return EXIT_FAILURE;
	talk = tf_talk_new(TF_CHILD_FIRST_FD, &tf_worker_role, FALSE);
	message = tf_talk_hear(talk, -1, NULL);
	if (message == NULL)
		return EXIT_FAILURE;
	dictionary = g_variant_get_child_value(message->body, 2);
	g_variant_lookup(dictionary, "mode", "&s", &mode);
	if (strcmp(mode, "facts") == 0)
		say_facts(talk);
	if (strcmp(mode, "crash") == 0)
		(void)raise(SIGKILL);
	if (strcmp(mode, "fails") == 0) {
		g_autoptr(GError) problem = NULL;

		tf_raise(&problem, TF_ERROR_MODULE_MISSING, "m", NULL);
		(void)tf_talk_fail(talk, problem, NULL);
	}
	(void)tf_wait_for(tf_talk_fd(talk), POLLIN, -1);

	return EXIT_SUCCESS;
}

static void test_ready(void)
{
	gchar only[] = "ONLY=this";
	gchar *environment[] = { only, NULL };
	g_autoptr(TfProcess) process = start("facts", environment);
	g_autoptr(GError) error = NULL;
	g_autofree gchar *facts = NULL;

	g_assert_null(tf_process_confinement(process));
	g_assert_true(tf_process_wait_ready(process, SOON, &error));
	facts = g_strjoinv(" ", (GStrv)tf_process_confinement(process));

	g_assert_cmpstr(facts, ==, "0 1 2 3 ONLY");
}

static void test_leaves(void)
{
	g_autoptr(TfProcess) process = start("facts", NULL);

	g_assert_true(tf_process_wait_ready(process, SOON, NULL));
	g_assert_false(tf_wait_for(tf_process_pidfd(process), POLLIN, 0));
	tf_process_leave(process, SOON);

	g_assert_cmpint(tf_process_pidfd(process), ==, -1);
}

static void assert_not_ready(const gchar *mode, gint64 deadline, TfErrorCode code)
{
	g_autoptr(TfProcess) process = start(mode, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_process_wait_ready(process, deadline, &error));
	g_assert_error(error, TF_ERROR, (gint)code);
	g_assert_null(tf_process_confinement(process));
}

static void test_not_ready(void)
{
	assert_not_ready("crash", SOON, TF_ERROR_WORKER_FAILED);
	assert_not_ready("fails", SOON, TF_ERROR_MODULE_MISSING);
	assert_not_ready("hang", g_get_monotonic_time() + TF_WAIT_SECOND / 50, TF_ERROR_WORKER_FAILED);
}

static void test_end_is_seen(void)
{
	g_autoptr(TfProcess) process = start("crash", NULL);

	g_assert_true(tf_wait_for(tf_process_pidfd(process), POLLIN, SOON));
}

static void test_not_there(void)
{
	const gchar *const program[] = { "/nonexistent/program", NULL };
	const TfProcessOptions options = { program, NULL, setup("facts") };
	g_autoptr(GError) error = NULL;

	g_assert_null(tf_process_start(&tf_worker_role, &options, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return act(argv[2]);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/process/has only its talk, its stderr and its environment", test_ready);
	g_test_add_func("/process/leaves when its talk is closed", test_leaves);
	g_test_add_func("/process/one that crashes, fails or hangs does not become ready", test_not_ready);
	g_test_add_func("/process/its end is seen", test_end_is_seen);
	g_test_add_func("/process/a program that is not there is an error", test_not_there);

	return g_test_run();
}
