/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child's main(), in the test itself, executed again with a worker's handlers that do as they are told. */
#include "process/role-main.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "batch/role.h"
#include "confine-private.h"
#include "process/process.h"

#define SOON (g_get_monotonic_time() + 60 * TF_WAIT_SECOND)

typedef struct State {
	gchar *left; /* the file that tear_down() makes; NULL for none */
	guint n_requests;
} State;

static gpointer set_up(GVariant *setup, GError **error)
{
	g_autoptr(GVariant) dictionary = g_variant_get_child_value(setup, 2);
	State *state = NULL;
	gchar *left = NULL;

	if (g_variant_lookup(dictionary, "fails", "b", NULL)) {
		tf_raise(error, TF_ERROR_MODULE_MISSING, "m", NULL);
		return NULL;
	}
	state = g_new0(State, 1);
	if (g_variant_lookup(dictionary, "left", "s", &left))
		state->left = left;

	return state;
}

/* Every second request fails. */
static gboolean answer(gpointer data, TfTalk *talk, TfMessage *request, GError **error)
{
	State *state = data;

	g_assert_cmpuint(request->kind, ==, TF_MESSAGE_LOOK);
	if (state->n_requests++ % 2 == 1)
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "C_Login", NULL);

	return tf_talk_say(talk, TF_MESSAGE_TOKENS,
		g_variant_new_array(G_VARIANT_TYPE("(ssssstbbbu)"), NULL, 0), NULL, error);
}

static void tear_down(gpointer data)
{
	State *state = data;

	if (state->left != NULL)
		(void)g_file_set_contents(state->left, "", 0, NULL);
	g_free(state->left);
	g_free(state);
}

static TfProcess *start(const gchar *const *program, const gchar *writes, const gchar *key, GVariant *value)
{
	const gchar *const nothing[] = { NULL };
	const gchar *const places[] = { writes, NULL };
	TfProcessOptions options = { program, NULL, NULL };
	GVariantDict dictionary;
	g_autoptr(GError) error = NULL;
	TfProcess *process = NULL;

	g_variant_dict_init(&dictionary, NULL);
	if (key != NULL)
		g_variant_dict_insert_value(&dictionary, key, value);
	options.setup = g_variant_new("(^as^as@a{sv})", nothing, places, g_variant_dict_end(&dictionary));
	process = tf_process_start(&tf_worker_role, &options, &error);
	g_assert_no_error(error);

	return process;
}

static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };

static TfProcess *start_ready(const gchar *writes, const gchar *key, GVariant *value)
{
	g_autoptr(GError) error = NULL;
	TfProcess *process = start(ourselves, writes, key, value);

	g_assert_true(tf_process_wait_ready(process, SOON, &error));
	g_assert_no_error(error);

	return process;
}

static TfMessage *look(TfProcess *process)
{
	g_autoptr(GError) error = NULL;
	TfMessage *answer_of_it = NULL;

	g_assert_true(tf_talk_say(
		tf_process_talk(process), TF_MESSAGE_LOOK, g_variant_new_tuple(NULL, 0), NULL, &error));
	answer_of_it = tf_talk_hear(tf_process_talk(process), SOON, &error);
	g_assert_no_error(error);

	return answer_of_it;
}

static void test_what_holds(void)
{
	g_autoptr(TfProcess) process = start_ready(NULL, NULL, NULL);
	g_autofree gchar *names = g_strjoinv(" ", (GStrv)tf_process_confinement(process));
	g_autofree gchar *landlock = tf_landlock_version() > 0
					     ? g_strdup_printf("landlock-%u", tf_landlock_version())
					     : g_strdup("no-landlock");
	g_autofree gchar *expected = g_strdup_printf(
		"no-core not-dumpable no-new-privileges no-capabilities %s seccomp", landlock);

	g_assert_cmpstr(names, ==, expected);
}

static void test_requests(void)
{
	g_autoptr(TfProcess) process = start_ready(NULL, NULL, NULL);
	g_autoptr(TfMessage) first = look(process);
	g_autoptr(TfMessage) second = look(process);
	g_autoptr(TfMessage) third = look(process);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(first->kind, ==, TF_MESSAGE_TOKENS);
	g_assert_false(tf_message_raise(second, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_TOKEN_REMOVED);
	g_assert_cmpuint(third->kind, ==, TF_MESSAGE_TOKENS);
}

static void test_cannot_be_set_up(void)
{
	g_autoptr(TfProcess) process = start(ourselves, NULL, "fails", g_variant_new_boolean(TRUE));
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_process_wait_ready(process, SOON, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_MODULE_MISSING);
	g_assert_true(tf_wait_for(tf_process_pidfd(process), POLLIN, SOON));
}

/* Also that it may write where it was told. */
static void test_torn_down(void)
{
	g_autofree gchar *directory = g_dir_make_tmp("tf-role-XXXXXX", NULL);
	g_autofree gchar *left = g_build_filename(directory, "left", NULL);
	g_autoptr(TfProcess) process = start_ready(directory, "left", g_variant_new_string(left));

	tf_process_leave(process, SOON);

	g_assert_cmpint(g_remove(left), ==, 0);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
}

static void test_supervisor_breaks_the_rules(void)
{
	g_autoptr(TfProcess) process = start_ready(NULL, NULL, NULL);

	g_assert_cmpint(send(tf_talk_fd(tf_process_talk(process)), "xxxxx", 5, MSG_NOSIGNAL), ==, 5);

	g_assert_true(tf_wait_for(tf_process_pidfd(process), POLLIN, SOON));
}

/* The shell in between is its parent, and did not make the socket: as if the supervisor had died meanwhile.
 */
static void test_supervisor_is_gone(void)
{
	g_autofree gchar *path = g_file_read_link("/proc/self/exe", NULL);
	const gchar *const program[] = { "/bin/sh", "-c", "\"$0\" --role \"$1\"; exit 0", path, NULL };
	g_autoptr(TfProcess) process = start(program, NULL, NULL, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_false(tf_process_wait_ready(process, SOON, &error));
	g_assert_error(error, TF_ERROR, TF_ERROR_WORKER_FAILED);
	g_assert_true(tf_talk_has_ended(tf_process_talk(process)));
}

static void test_no_such_role(void)
{
	static const TfRoleHandler *const none[] = { NULL };

	g_assert_cmpint(tf_role_main("supervisor", none), ==, EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	static const TfRoleHandler handler = { &tf_worker_role, set_up, answer, tear_down };

	tf_secret_setup();
	/* Leaks cannot be looked for in a confined process. */
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		_exit(tf_role_serve(&handler));
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/role-main/says what confines it", test_what_holds);
	g_test_add_func("/role-main/answers one request after another, failed or not", test_requests);
	g_test_add_func("/role-main/one that cannot be set up says why, and ends", test_cannot_be_set_up);
	g_test_add_func("/role-main/is torn down when the talk is closed", test_torn_down);
	g_test_add_func(
		"/role-main/a supervisor that breaks the rules is left", test_supervisor_breaks_the_rules);
	g_test_add_func("/role-main/without the supervisor that made its talk it does nothing",
		test_supervisor_is_gone);
	g_test_add_func("/role-main/what is no role fails", test_no_such_role);

	return g_test_run();
}
