/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/terminal.h"

typedef struct Line {
	int person; /* what a person would sit at */
	int raw;    /* another descriptor of the terminal itself */
	TfTerminal *terminal;
} Line;

static void set_up(Line *line, gconstpointer data)
{
	int slave = -1;

	(void)data;
	g_assert_cmpint(openpty(&line->person, &slave, NULL, NULL, NULL), ==, 0);
	line->raw = dup(slave);
	line->terminal = tf_terminal_new(slave);
}

static void tear_down(Line *line, gconstpointer data)
{
	(void)data;
	tf_terminal_free(line->terminal);
	tf_file_close(&line->raw);
	tf_file_close(&line->person);
}

static void type(const Line *line, const gchar *text)
{
	g_assert_cmpint(tf_file_write_all(line->person, text, strlen(text)), ==, 0);
}

/* Everything the terminal has shown so far. */
static gchar *screen(const Line *line)
{
	gchar shown[4096];
	int n = 0;
	gssize length = 0;

	g_assert_cmpint(ioctl(line->person, FIONREAD, &n), ==, 0);
	if (n > 0)
		length = read(line->person, shown, sizeof shown);
	g_assert_cmpint(length, >=, 0);

	return g_strndup(shown, (gsize)length);
}

static gboolean shows_typing(const Line *line)
{
	struct termios state;

	g_assert_cmpint(tcgetattr(line->raw, &state), ==, 0);

	return (state.c_lflag & ECHO) != 0;
}

static void await_shown(const Line *line, const gchar *text)
{
	g_autoptr(GString) shown = g_string_new(NULL);

	while (strstr(shown->str, text) == NULL) {
		gchar byte = '\0';

		g_assert_cmpint(read(line->person, &byte, 1), ==, 1);
		g_string_append_c(shown, byte);
	}
}

/* Types as soon as the prompt is there: what was typed before is thrown away. */
static gpointer type_at_prompt(gpointer data)
{
	const Line *line = data;

	await_shown(line, "PIN? ");
	g_assert_false(shows_typing(line));
	type(line, "13579\n");

	return NULL;
}

static void test_secret(Line *line, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TfSecret) secret = NULL;
	g_autofree gchar *shown = NULL;
	GThread *person = NULL;

	(void)data;
	type(line, "stale\n");
	/* The kernel hands typed bytes on in its own time; their echo says that they have arrived. */
	await_shown(line, "stale\r\n");
	person = g_thread_new("person", type_at_prompt, line);
	secret = tf_terminal_ask_secret(line->terminal, "PIN? ", &error);
	g_thread_join(person);
	shown = screen(line);

	g_assert_no_error(error);
	g_assert_cmpuint(tf_secret_length(secret), ==, 5);
	g_assert_cmpint(memcmp(tf_secret_peek(secret), "13579", 5), ==, 0);
	g_assert_null(strstr(shown, "13579"));
	g_assert_true(shows_typing(line));
}

static void test_line(Line *line, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	type(line, "鍵 a\nnext\n");
	text = tf_terminal_ask_line(line->terminal, "File? ", &error);

	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, "鍵 a");
}

static void test_line_again(Line *line, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	type(line, "\xff\xfe\nok\n");
	text = tf_terminal_ask_line(line->terminal, "File? ", NULL);

	g_assert_cmpstr(text, ==, "ok");
}

/* Their echo says that typed bytes have arrived. */
static void type_ahead(const Line *line, const gchar *text, const gchar *echo)
{
	type(line, text);
	await_shown(line, echo);
}

static void test_drop_lines(Line *line, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	type_ahead(line, "y\nstale\n", "stale\r\n");

	g_assert_false(tf_terminal_drop_typed(line->terminal));

	type(line, "fresh\n");
	text = tf_terminal_ask_line(line->terminal, "", NULL);
	g_assert_cmpstr(text, ==, "fresh");
}

static void test_drop_begun(Line *line, gconstpointer data)
{
	g_autofree gchar *rest = NULL;

	(void)data;
	type_ahead(line, "stale\nbeg", "beg");

	g_assert_true(tf_terminal_drop_typed(line->terminal));

	type(line, "un\n");
	rest = tf_terminal_ask_line(line->terminal, "", NULL);
	g_assert_cmpstr(rest, ==, "un");
}

static void test_drop_nothing(Line *line, gconstpointer data)
{
	(void)data;

	g_assert_false(tf_terminal_drop_typed(line->terminal));
	g_assert_true(shows_typing(line));
}

static void test_drop_end_of_input(Line *line, gconstpointer data)
{
	(void)data;
	type_ahead(line, "\x04.\n", ".\r\n");

	g_assert_false(tf_terminal_drop_typed(line->terminal));
}

static void test_end_of_input(Line *line, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	type(line, "\x04");
	text = tf_terminal_ask_line(line->terminal, "File? ", &error);

	g_assert_null(text);
	g_assert_error(error, TF_ERROR, TF_ERROR_INTERRUPTED);
}

/* A person who types the next of 'answers' whenever the question stands. */
typedef struct Person {
	const Line *line;
	const gchar *question;
	const gchar *const *answers;
} Person;

static gpointer answer_questions(gpointer data)
{
	const Person *person = data;

	for (guint i = 0; person->answers[i] != NULL; i++) {
		await_shown(person->line, person->question);
		type(person->line, person->answers[i]);
	}

	return NULL;
}

static gboolean confirm(const Line *line, const gchar *const *answers)
{
	Person person = { line, "Wipe? [y/n] ", answers };
	GThread *thread = g_thread_new("person", answer_questions, &person);
	gboolean is_yes = FALSE;

	g_assert_true(tf_terminal_confirm(line->terminal, "Wipe?", &is_yes, NULL));
	g_thread_join(thread);

	return is_yes;
}

static void test_confirm(Line *line, gconstpointer data)
{
	const gchar *const answers[] = { "perhaps\n", "\n", "はい\n", NULL };

	(void)data;
	g_assert_true(confirm(line, answers));
}

static void test_decline(Line *line, gconstpointer data)
{
	const gchar *const answers[] = { "ｎ\n", NULL };

	(void)data;
	g_assert_false(confirm(line, answers));
}

static void test_answer_ahead(Line *line, gconstpointer data)
{
	const gchar *const answers[] = { "n\n", NULL };

	(void)data;
	type_ahead(line, "y\n", "y\r\n");

	g_assert_false(confirm(line, answers));
}

static void test_answer_begun(Line *line, gconstpointer data)
{
	const gchar *const answers[] = { "y\n", "n\n", NULL };

	(void)data;
	type_ahead(line, "yes\n ", "yes\r\n ");

	g_assert_false(confirm(line, answers));
}

static void test_secret_begun(Line *line, gconstpointer data)
{
	const gchar *const answers[] = { "579\n", "13579\n", NULL };
	Person person = { line, "PIN? ", answers };
	g_autoptr(TfSecret) secret = NULL;
	GThread *thread = NULL;

	(void)data;
	type_ahead(line, "13", "13");
	thread = g_thread_new("person", answer_questions, &person);
	secret = tf_terminal_ask_secret(line->terminal, "PIN? ", NULL);
	g_thread_join(thread);

	g_assert_nonnull(secret);
	g_assert_cmpuint(tf_secret_length(secret), ==, 5);
	g_assert_cmpint(memcmp(tf_secret_peek(secret), "13579", 5), ==, 0);
}

static void add(const gchar *path, void (*test)(Line *, gconstpointer))
{
	g_test_add(path, Line, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/terminal/a secret is not shown, and not taken from what was typed before", test_secret);
	add("/terminal/a line is read up to its newline", test_line);
	add("/terminal/a line that is no UTF-8 is asked for again", test_line_again);
	add("/terminal/the end of the input is an interruption", test_end_of_input);
	add("/terminal/lines that were typed before are thrown away", test_drop_lines);
	add("/terminal/of a line that is being typed the rest is still to come", test_drop_begun);
	add("/terminal/where nothing was typed nothing is thrown away", test_drop_nothing);
	add("/terminal/the end of the input is thrown away as well", test_drop_end_of_input);
	add("/terminal/a question is asked until the answer is clear", test_confirm);
	add("/terminal/no is no", test_decline);
	add("/terminal/an answer that was typed before the question is none", test_answer_ahead);
	add("/terminal/an answer that was begun before the question is none", test_answer_begun);
	add("/terminal/of a secret that was begun before its question the end is not taken",
		test_secret_begun);

	return g_test_run();
}
