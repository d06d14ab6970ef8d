/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* On a pseudo-terminal, read by what a person would sit at; the test itself, executed again, is the program
 * that is stopped and ended there. */
#include "cli/live-screen.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/wait.h"
#include "cli/interrupt.h"

#define HIDE  "\033[?25l"
#define SHOW  "\033[?25h"
#define SOON  (g_get_monotonic_time() + 60 * TF_WAIT_SECOND)
#define FRAME "frame"
#define MARK  "\005"

typedef struct Line {
	int person;
	int program;
	TfLiveScreen *screen;
} Line;

static void resize(const Line *line, guint16 columns, guint16 rows)
{
	const struct winsize size = { .ws_col = columns, .ws_row = rows };

	g_assert_cmpint(ioctl(line->person, TIOCSWINSZ, &size), ==, 0);
}

/* The terminal itself would make two bytes of each newline. */
static void leave_bytes_alone(int fd)
{
	struct termios state;

	g_assert_cmpint(tcgetattr(fd, &state), ==, 0);
	state.c_oflag &= ~(tcflag_t)OPOST;
	g_assert_cmpint(tcsetattr(fd, TCSANOW, &state), ==, 0);
}

static void set_up(Line *line, gconstpointer data)
{
	(void)data;
	g_assert_true(g_setenv("TERM", "xterm", TRUE));
	g_unsetenv("NO_COLOR");
	g_assert_cmpint(openpty(&line->person, &line->program, NULL, NULL, NULL), ==, 0);
	leave_bytes_alone(line->program);
	resize(line, 80, 24);
	line->screen = tf_live_screen_new(line->program);
	g_assert_nonnull(line->screen);
}

static void tear_down(Line *line, gconstpointer data)
{
	(void)data;
	tf_live_screen_free(line->screen);
	tf_file_close(&line->program);
	tf_file_close(&line->person);
}

/* What there is now; the terminal passes on what is written when it comes to it. */
static gchar *read_some(const Line *line)
{
	gchar bytes[65536];
	gssize n = 0;

	if (tf_wait_for(line->person, POLLIN, 0))
		n = read(line->person, bytes, sizeof(bytes));
	g_assert_cmpint(n, >=, 0);

	return g_strndup(bytes, (gsize)n);
}

/* Everything that was written before: a mark is written behind it. */
static gchar *shown(const Line *line)
{
	g_autoptr(GString) all = g_string_new(NULL);

	g_assert_cmpint(write(line->program, MARK, strlen(MARK)), ==, strlen(MARK));
	while (!g_str_has_suffix(all->str, MARK)) {
		g_autofree gchar *some = NULL;

		g_assert_true(tf_wait_for(line->person, POLLIN, SOON));
		some = read_some(line);
		g_string_append(all, some);
	}

	return g_strndup(all->str, all->len - strlen(MARK));
}

static void show(const Line *line, const gchar *first, const gchar *second)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new();

	g_ptr_array_add(lines, (gchar *)first);
	if (second != NULL)
		g_ptr_array_add(lines, (gchar *)second);
	tf_live_screen_show(line->screen, lines);
}

static void assert_shown(const Line *line, const gchar *expected)
{
	g_autofree gchar *text = shown(line);

	g_assert_cmpstr(text, ==, expected);
}

static gboolean echoes(int fd)
{
	struct termios state;

	g_assert_cmpint(tcgetattr(fd, &state), ==, 0);

	return (state.c_lflag & ECHO) != 0;
}

static void test_in_place(Line *line, gconstpointer data)
{
	(void)data;
	show(line, "one", "two");
	assert_shown(line, HIDE "\r\033[Jone\033[K\r\ntwo\033[K\033[J");

	show(line, "three", "four");

	assert_shown(line, "\r\033[1Athree\033[K\r\nfour\033[K\033[J");
}

static void test_same_frame(Line *line, gconstpointer data)
{
	g_autofree gchar *first = NULL;

	(void)data;
	show(line, "one", NULL);
	first = shown(line);

	show(line, "one", NULL);

	assert_shown(line, "");
}

static void test_for_good(Line *line, gconstpointer data)
{
	g_autofree gchar *first = NULL;

	(void)data;
	show(line, "one", NULL);
	first = shown(line);
	tf_live_screen_say(line->screen, "failed");
	assert_shown(line, "");

	show(line, "one", NULL);

	assert_shown(line, "\rfailed\033[K\r\none\033[K\033[J");
}

static void test_narrower(Line *line, gconstpointer data)
{
	g_autofree gchar *first = NULL;

	(void)data;
	show(line, "0123456789012345678901234567890123456789", "会員会員会員会員会員会員会員会員");
	first = shown(line);
	resize(line, 20, 24);

	show(line, "short", NULL);

	/* Two lines that became two rows each: three up from the last. */
	assert_shown(line, "\r\033[3A\033[Jshort\033[K\033[J");
}

static void test_typing(Line *line, gconstpointer data)
{
	g_autofree gchar *text = NULL;

	(void)data;
	show(line, "one", NULL);
	g_assert_false(echoes(line->program));
	text = shown(line);

	g_clear_pointer(&line->screen, tf_live_screen_free);

	g_assert_true(echoes(line->program));
	assert_shown(line, "\r\n" SHOW);
}

static void test_never_shown(Line *line, gconstpointer data)
{
	(void)data;
	g_clear_pointer(&line->screen, tf_live_screen_free);

	g_assert_true(echoes(line->program));
	assert_shown(line, "");
}

static void test_last_words(Line *line, gconstpointer data)
{
	g_autofree gchar *first = NULL;

	(void)data;
	show(line, "one", NULL);
	first = shown(line);
	tf_live_screen_say(line->screen, "failed");

	g_clear_pointer(&line->screen, tf_live_screen_free);

	assert_shown(line, "\rfailed\033[K\r\none\033[K\033[J\r\n" SHOW);
}

static void test_pause(Line *line, gconstpointer data)
{
	g_autofree gchar *first = NULL;
	gchar typed[16] = "";

	(void)data;
	show(line, "one", "two");
	first = shown(line);
	g_assert_cmpint(write(line->person, "early\n", 6), ==, 6);
	g_assert_true(tf_wait_for(line->program, POLLIN, g_get_monotonic_time() + TF_WAIT_SECOND));

	tf_live_screen_pause(line->screen);
	g_assert_true(echoes(line->program));
	g_assert_cmpint(read(line->program, typed, sizeof typed - 1), ==, 6);
	show(line, "three", NULL);
	assert_shown(line, "\r\n" SHOW);

	tf_live_screen_go_on(line->screen);
	g_assert_true(echoes(line->program));
	show(line, "three", NULL);

	g_assert_false(echoes(line->program));
	assert_shown(line, HIDE "\rthree\033[K\033[J");
}

/* Nobody reads: frames are left out, nobody waits, and what was begun is sent whole once somebody reads. */
static void test_slow_terminal(Line *line, gconstpointer data)
{
	g_autoptr(GString) all = g_string_new(NULL);
	guint n = 0;

	(void)data;
	for (guint i = 0; i < 10000; i++) {
		g_autofree gchar *text = g_strdup_printf("frame %05u %060u", i, i);

		show(line, text, NULL);
	}
	do {
		g_autofree gchar *some = read_some(line);

		g_string_append(all, some);
		show(line, "the end", NULL);
	} while (strstr(all->str, "the end\033[K\033[J") == NULL);
	for (const gchar *at = all->str; (at = strstr(at, "frame ")) != NULL; at++)
		n++;

	g_assert_cmpuint(n, >, 0);
	g_assert_cmpuint(n, <, 10000);
}

static void test_no_terminal(void)
{
	int ends[2];
	Line line = { 0 };

	g_assert_true(g_setenv("TERM", "xterm", TRUE));
	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_null(tf_live_screen_new(ends[1]));
	g_assert_cmpint(openpty(&line.person, &line.program, NULL, NULL, NULL), ==, 0);
	g_assert_true(g_setenv("TERM", "dumb", TRUE));
	g_assert_null(tf_live_screen_new(line.program));
	g_unsetenv("TERM");
	g_assert_null(tf_live_screen_new(line.program));
	tf_file_close(&line.person);
	tf_file_close(&line.program);
	tf_file_close(&ends[0]);
	tf_file_close(&ends[1]);
}

static void test_colours(Line *line, gconstpointer data)
{
	(void)data;
	g_assert_true(tf_live_screen_has_colours(line->screen));
	g_assert_true(g_setenv("NO_COLOR", "1", TRUE));
	g_assert_false(tf_live_screen_has_colours(line->screen));
	g_assert_true(g_setenv("NO_COLOR", "", TRUE));
	g_assert_true(tf_live_screen_has_colours(line->screen));
}

/* A signal interrupts reading: that is no order. FALSE: there are none any more. */
static gboolean read_order(gchar *ret_byte)
{
	gssize n = -1;

	while (n < 0)
		n = read(TF_CHILD_FIRST_FD + 1, ret_byte, 1);

	return n > 0;
}

/* The program that is stopped: shows a frame of each byte that it is written, until that is 'q'. */
static int act(void)
{
	g_autoptr(TfLiveScreen) screen = NULL;
	gchar byte = '1';

	/* A group of its own, which its parent is not in: one that nobody could let go on is never stopped.
	 */
	g_assert_cmpint(setpgid(0, 0), ==, 0);
	tf_interrupt_setup();
	screen = tf_live_screen_new(TF_CHILD_FIRST_FD);
	do {
		g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

		g_ptr_array_add(lines, g_strdup_printf(FRAME " %c", byte));
		tf_live_screen_show(screen, lines);
	} while (read_order(&byte) && byte != 'q');

	return EXIT_SUCCESS;
}

typedef struct Program {
	Line line;
	TfChild child;
	int orders; /* a byte for each frame; 'q' ends it */
} Program;

static void await(const Program *program, const gchar *text)
{
	g_autoptr(GString) seen = g_string_new(NULL);

	while (strstr(seen->str, text) == NULL) {
		g_autofree gchar *some = NULL;

		g_assert_true(tf_wait_for(program->line.person, POLLIN, SOON));
		some = read_some(&program->line);
		g_string_append(seen, some);
	}
}

static void start(Program *program, gconstpointer data)
{
	static const gchar *const argv[] = { "/proc/self/exe", "--act", NULL };
	int ends[2];

	(void)data;
	g_assert_true(g_setenv("TERM", "xterm", TRUE));
	g_assert_cmpint(openpty(&program->line.person, &program->line.program, NULL, NULL, NULL), ==, 0);
	g_assert_cmpint(pipe(ends), ==, 0);
	program->orders = ends[1];
	g_assert_cmpint(tf_child_start(argv, NULL, (const int[]){ program->line.program, ends[0] }, 2,
				&program->child),
		==, 0);
	tf_file_close(&ends[0]);
	await(program, FRAME " 1\033[K\033[J");
}

static void finish(Program *program, gconstpointer data)
{
	(void)data;
	tf_child_clear(&program->child);
	tf_file_close(&program->orders);
	tf_file_close(&program->line.program);
	tf_file_close(&program->line.person);
}

static void order(const Program *program, gchar byte)
{
	g_assert_cmpint(write(program->orders, &byte, 1), ==, 1);
}

static int status_of(const Program *program, int options)
{
	int status = 0;

	g_assert_cmpint(waitpid(program->child.pid, &status, options), ==, program->child.pid);

	return status;
}

static void test_stopped(Program *program, gconstpointer data)
{
	(void)data;
	g_assert_false(echoes(program->line.program));
	g_assert_cmpint(kill(program->child.pid, SIGTSTP), ==, 0);
	g_assert_true(WIFSTOPPED(status_of(program, WUNTRACED)));
	await(program, SHOW);
	g_assert_true(echoes(program->line.program));

	g_assert_cmpint(kill(program->child.pid, SIGCONT), ==, 0);
	order(program, '2');

	await(program, HIDE "\r" FRAME " 2");
	g_assert_false(echoes(program->line.program));
}

static void test_ended_at_once(Program *program, gconstpointer data)
{
	(void)data;
	g_assert_cmpint(kill(program->child.pid, SIGTERM), ==, 0);
	order(program, '2');
	await(program, FRAME " 2");
	g_assert_cmpint(kill(program->child.pid, SIGTERM), ==, 0);
	g_assert_true(WIFEXITED(status_of(program, 0)));
	program->child.pid = 0;

	await(program, SHOW);
	g_assert_true(echoes(program->line.program));
}

#define ADD(name, function)	    g_test_add(name, Line, NULL, set_up, function, tear_down)
#define ADD_PROGRAM(name, function) g_test_add(name, Program, NULL, start, function, finish)

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--act") == 0)
		return act();
	g_test_init(&argc, &argv, NULL);
	ADD("/live-screen/a frame takes the place of the last", test_in_place);
	ADD("/live-screen/what is shown already costs nothing", test_same_frame);
	ADD("/live-screen/lines for good go above, with the next frame", test_for_good);
	ADD("/live-screen/a window that became narrower is cleared of broken lines", test_narrower);
	ADD("/live-screen/typing is not shown, and the terminal put back at the end", test_typing);
	ADD("/live-screen/a terminal that nothing was shown on is left alone", test_never_shown);
	ADD("/live-screen/the last words are said", test_last_words);
	ADD("/live-screen/nobody waits for a slow terminal, and no frame is torn", test_slow_terminal);
	ADD("/live-screen/a pause leaves the terminal, and what was typed, to a question, and goes on below",
		test_pause);
	g_test_add_func("/live-screen/what is no terminal, or a dumb one, is not drawn on", test_no_terminal);
	ADD("/live-screen/NO_COLOR is respected", test_colours);
	ADD_PROGRAM("/live-screen/Ctrl-Z puts the terminal back, and it comes back itself", test_stopped);
	ADD_PROGRAM("/live-screen/a second SIGTERM ends it with the terminal put back", test_ended_at_once);

	return g_test_run();
}
