/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A child of the main loop: here the test itself, executed again, dies, hangs or talks as it is told. */
#include "peer-private.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "fixtures.h"

#define NEVER_MS 600000u

static const gchar *const ourselves[] = { "/proc/self/exe", "--role", NULL };

/* One start more stands in the file; the number of this one. */
static gsize count_start(const gchar *path)
{
	g_autofree gchar *before = NULL;
	g_autofree gchar *now = NULL;
	gsize n = 0;

	(void)g_file_get_contents(path, &before, &n, NULL);
	now = g_strnfill(n + 1, '.');
	g_assert_true(g_file_set_contents(path, now, -1, NULL));

	return n + 1;
}

static void say_ready(TfTalk *talk)
{
	static const gchar *const names[] = { "tested", NULL };

	(void)tf_talk_say(talk, TF_MESSAGE_READY, g_variant_new_strv(names, -1), NULL, NULL);
}

static void answer_all(TfTalk *talk, const gchar *mode)
{
	for (;;) {
		g_autoptr(TfMessage) request = tf_talk_hear(talk, -1, NULL);
		const guint8 nonsense[] = { 0xff, 0xff, 0xff, 0xff };

		if (request == NULL)
			return;
		if (strcmp(mode, "dies-of-it") == 0)
			(void)raise(SIGKILL);
		if (strcmp(mode, "hangs") == 0)
			(void)tf_wait_for(tf_talk_fd(talk), POLLHUP, -1);
		if (strcmp(mode, "nonsense") == 0)
			g_assert_cmpint(write(tf_talk_fd(talk), nonsense, sizeof(nonsense)), >, 0);
		else
			(void)tf_talk_say(talk, TF_MESSAGE_TOKENS,
				g_variant_new_array(G_VARIANT_TYPE("(ssssstbbbu)"), NULL, 0), NULL, NULL);
	}
}

/* The child's main(): behaves as 'mode' says in its first 'n' starts, then well. */
static int act(void)
{
	g_autoptr(TfTalk) talk = tf_talk_new(TF_CHILD_FIRST_FD, &tf_worker_role, FALSE);
	g_autoptr(TfMessage) setup = tf_talk_hear(talk, -1, NULL);
	g_autoptr(GVariant) dictionary = g_variant_get_child_value(setup->body, 2);
	const gchar *mode = NULL;
	const gchar *path = NULL;
	guint n = 0;
	gboolean behaves = FALSE;

	g_variant_lookup(dictionary, "mode", "&s", &mode);
	g_variant_lookup(dictionary, "path", "&s", &path);
	g_variant_lookup(dictionary, "n", "u", &n);
	behaves = count_start(path) > n;
	if (!behaves && strcmp(mode, "killed") == 0)
		(void)raise(SIGKILL);
	if (!behaves && strcmp(mode, "cannot") == 0) {
		g_autoptr(GError) problem = NULL;

		tf_raise(&problem, TF_ERROR_MODULE_MISSING, "m", NULL);
		(void)tf_talk_fail(talk, problem, NULL);
		return EXIT_FAILURE;
	}
	say_ready(talk);
	if (!behaves && strcmp(mode, "dies-idle") == 0)
		(void)raise(SIGKILL);
	answer_all(talk, behaves ? "" : mode);

	return EXIT_SUCCESS;
}

typedef struct Fixture {
	gchar *directory;
	gchar *path; /* where starts are counted */
	GMainLoop *loop;
	TfPeer *peer;
	GString *events; /* "again", "ready" ... in their order */
	guint n_questions;
	gboolean waits_for_death; /* when there is nothing to ask */
	GError *problem;	  /* the last one */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->directory = tf_fixture_directory();
	fixture->path = g_build_filename(fixture->directory, "starts", NULL);
	fixture->loop = g_main_loop_new(NULL, FALSE);
	fixture->events = g_string_new(NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_peer_free(fixture->peer);
	g_main_loop_unref(fixture->loop);
	g_string_free(fixture->events, TRUE);
	g_clear_error(&fixture->problem);
	tf_fixture_remove(fixture->directory);
	g_free(fixture->path);
	g_free(fixture->directory);
}

static void note(Fixture *fixture, const gchar *event, const GError *problem)
{
	g_string_append_printf(fixture->events, "%s%s", fixture->events->len > 0 ? " " : "", event);
	if (problem == NULL)
		return;
	g_clear_error(&fixture->problem);
	fixture->problem = g_error_copy(problem);
}

static void go_on(Fixture *fixture, TfPeer *peer)
{
	if (fixture->n_questions > 0)
		tf_peer_ask(peer, TF_MESSAGE_LOOK, g_variant_new_tuple(NULL, 0), NULL);
	else if (!fixture->waits_for_death)
		g_main_loop_quit(fixture->loop);
}

static void became(TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	static const gchar *const names[TF_N_PEER_EVENTS] = { "ready", "again", "broken" };
	Fixture *fixture = user_data;

	note(fixture, names[event], problem);
	if (event == TF_PEER_BROKEN)
		g_main_loop_quit(fixture->loop);
	if (event != TF_PEER_READY)
		return;
	g_assert_cmpstr(tf_peer_confinement(peer)[0], ==, "tested");
	go_on(fixture, peer);
}

static void heard(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	Fixture *fixture = user_data;

	note(fixture, answer != NULL ? "answer" : "no-answer", problem);
	fixture->n_questions--;
	g_assert_cmpint(tf_peer_is_idle(peer), ==, answer != NULL);
	if (answer != NULL)
		go_on(fixture, peer);
}

/* Of a child that behaves as 'mode' in its first 'n' starts and is asked 'n_questions' times. */
static void run(Fixture *fixture, const gchar *mode, guint n, guint n_questions, guint deadline_ms)
{
	static const gchar *const nothing[] = { NULL };
	GVariantDict dictionary;
	TfPeerOptions options = {
		.role = &tf_worker_role,
		.process.program = ourselves,
		.deadline_ms = deadline_ms,
		.became = became,
		.heard = heard,
		.user_data = fixture,
	};

	g_variant_dict_init(&dictionary, NULL);
	g_variant_dict_insert(&dictionary, "mode", "s", mode);
	g_variant_dict_insert(&dictionary, "path", "s", fixture->path);
	g_variant_dict_insert(&dictionary, "n", "u", n);
	options.process.setup =
		g_variant_new("(^as^as@a{sv})", nothing, nothing, g_variant_dict_end(&dictionary));
	fixture->n_questions = n_questions;
	fixture->peer = tf_peer_new(&options);
	g_main_loop_run(fixture->loop);
}

static void test_ready(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "", 0, 2, NEVER_MS);

	g_assert_cmpstr(fixture->events->str, ==, "ready answer answer");
	g_assert_no_error(fixture->problem);
}

static void test_killed(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "killed", 2, 1, NEVER_MS);

	g_assert_cmpstr(fixture->events->str, ==, "again again ready answer");
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

static void test_cannot(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "cannot", 1, 0, NEVER_MS);

	g_assert_cmpstr(fixture->events->str, ==, "again ready");
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_MODULE_MISSING);
}

static void test_broken(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "killed", G_MAXUINT, 1, NEVER_MS);

	g_assert_cmpstr(fixture->events->str, ==, "again again again again broken");
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_WORKER_BROKEN);
	g_assert_true(tf_peer_is_broken(fixture->peer));
	g_assert_cmpuint(count_start(fixture->path), ==, TF_PEER_STARTS + 1);
}

static void test_broken_as_it_said(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "cannot", G_MAXUINT, 1, NEVER_MS);

	g_assert_true(tf_peer_is_broken(fixture->peer));
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_MODULE_MISSING);
}

/* Each of them came further than the last: only starts without a question are counted. */
static void test_dies_of_questions(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "dies-of-it", 2 * TF_PEER_STARTS, 2 * TF_PEER_STARTS + 1, NEVER_MS);

	g_assert_true(
		g_str_has_prefix(fixture->events->str, "ready again no-answer ready again no-answer ready"));
	g_assert_true(g_str_has_suffix(fixture->events->str, "again no-answer ready answer"));
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

static void test_dies_idle(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->waits_for_death = TRUE;
	run(fixture, "dies-idle", G_MAXUINT, 0, NEVER_MS);

	g_assert_cmpstr(
		fixture->events->str, ==, "ready again ready again ready again ready again ready broken");
}

static void test_hangs(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "hangs", 1, 1, 50);

	g_assert_cmpstr(fixture->events->str, ==, "ready again no-answer ready");
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

static void test_nonsense(Fixture *fixture, gconstpointer data)
{
	(void)data;
	run(fixture, "nonsense", 1, 2, NEVER_MS);

	g_assert_cmpstr(fixture->events->str, ==, "ready again no-answer ready answer");
	g_assert_error(fixture->problem, TF_ERROR, TF_ERROR_WORKER_FAILED);
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	tf_secret_setup();
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return act();
	g_test_init(&argc, &argv, NULL);
	ADD("/peer/is started, and answers one question after the other", test_ready);
	ADD("/peer/one that is killed while it starts is started again, and why is told", test_killed);
	ADD("/peer/one that cannot be set up is started again, and why is told", test_cannot);
	ADD("/peer/one that never starts is given up", test_broken);
	ADD("/peer/one that never can be set up is given up with its own reason", test_broken_as_it_said);
	ADD("/peer/one that dies of every question is asked the next one", test_dies_of_questions);
	ADD("/peer/one that dies unasked, again and again, is given up", test_dies_idle);
	ADD("/peer/one that hangs past its deadline fails the question, and is started again", test_hangs);
	ADD("/peer/one that talks nonsense fails the question, and is started again", test_nonsense);

	return g_test_run();
}
