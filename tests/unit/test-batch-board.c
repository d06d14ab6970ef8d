/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-board.h"

#include <string.h>

#include "base/error.h"
#include "cli/columns.h"

#define NOW	(7 * G_TIME_SPAN_HOUR)
#define COLUMNS 100u
#define ROWS	24u

static TfJob job = { .number = (gchar *)"10000001", .name = (gchar *)"会員 1号" };

typedef struct Fixture {
	TfBatchBoard *board;
	gint64 now;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->board = tf_batch_board_new(2, 10, NOW);
	fixture->now = NOW;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	tf_batch_board_free(fixture->board);
}

static void take(Fixture *fixture, const TfBatchNews *news)
{
	tf_batch_board_take(fixture->board, news, fixture->now);
}

static void take_kind(Fixture *fixture, const gchar *lane, TfBatchNewsKind kind)
{
	take(fixture, &(TfBatchNews){ .kind = kind, .lane = lane, .job = &job });
}

static void fail_reader(Fixture *fixture, const gchar *lane, const GError *problem)
{
	take(fixture,
		&(TfBatchNews){ .kind = TF_BATCH_FAILED, .lane = lane, .job = &job, .problem = problem });
}

static GPtrArray *lines(const Fixture *fixture, guint columns, guint rows)
{
	return tf_batch_board_lines(fixture->board, columns, rows, FALSE, fixture->now);
}

static void assert_whole(const Fixture *fixture, const gchar *expected)
{
	g_autoptr(GPtrArray) all = lines(fixture, COLUMNS, ROWS);

	g_assert_cmpstr(g_ptr_array_index(all, all->len - 1), ==, expected);
}

/* The first reader's, in a window that is wide enough for all of it. */
static void assert_reader(const Fixture *fixture, const gchar *expected)
{
	g_autoptr(GPtrArray) all = lines(fixture, 1000, ROWS);

	g_assert_cmpstr(g_ptr_array_index(all, 0), ==, expected);
}

static void test_reader_by_reader(Fixture *fixture, gconstpointer data)
{
	static const gchar *const names[] = { "no-core", "seccomp", NULL };

	(void)data;
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_CONFINED, .lane = "Reader 00", .names = names });
	assert_reader(fixture, "Reader 00  ready (no-core, seccomp)");
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_INSERT, .lane = "Reader 00" });
	assert_reader(fixture, "Reader 00  insert a card");
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_STEP,
			      .lane = "Reader 00",
			      .job = &job,
			      .step = TF_BATCH_STEP_IMPORT });
	assert_reader(fixture, "Reader 00  10000001 会員 1号  [##..........] writing the key");
	take_kind(fixture, "Reader 00", TF_BATCH_PROVISIONED);
	assert_reader(fixture, "Reader 00  10000001 会員 1号  the token is made");
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_TAKE_OUT, .lane = "Reader 00", .label = "10000001" });
	assert_reader(fixture, "Reader 00  take it out and label it with '10000001'");
}

static void test_failure_says_why_and_what_to_do(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) problem = NULL;
	g_autofree gchar *sentence = NULL;
	g_autofree gchar *advice = NULL;
	g_autofree gchar *failed = NULL;
	g_autofree gchar *taken = NULL;

	(void)data;
	tf_raise(&problem, TF_ERROR_PIN_WRONG, "R", NULL);
	sentence = tf_error_sentence(problem);
	advice = tf_error_advice(problem);
	failed = g_strdup_printf("R  10000001 会員 1号  %s %s", sentence, advice);
	taken = g_strdup_printf("R  10000001 会員 1号  take it out. %s %s", sentence, advice);

	fail_reader(fixture, "R", problem);
	assert_reader(fixture, failed);
	take_kind(fixture, "R", TF_BATCH_TAKE_OUT);
	assert_reader(fixture, taken);
}

static void test_whole(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) problem = NULL;

	(void)data;
	tf_raise(&problem, TF_ERROR_PIN_WRONG, "R", NULL);
	assert_whole(fixture, "[####................] 2 of 10 done, 0 failed");
	for (guint i = 0; i < 2; i++) {
		fixture->now += 30 * G_TIME_SPAN_SECOND;
		take_kind(fixture, "R", TF_BATCH_PROVISIONED);
	}
	fixture->now += 30 * G_TIME_SPAN_SECOND;
	fail_reader(fixture, NULL, problem);

	assert_whole(
		fixture, "[########............] 4 of 10 done, 1 failed, 2.0 a minute, about 3 min left");
	tf_batch_board_stop(fixture->board);
	assert_whole(fixture,
		"[########............] 4 of 10 done, 1 failed; stopping, what was begun comes to its end");
}

static void test_progress(Fixture *fixture, gconstpointer data)
{
	TfBatchProgress progress = tf_batch_board_progress(fixture->board, fixture->now);

	(void)data;
	g_assert_cmpint(progress.seconds_left, ==, -1);
	fixture->now += 10 * G_TIME_SPAN_SECOND;
	take_kind(fixture, "R", TF_BATCH_PROVISIONED);

	progress = tf_batch_board_progress(fixture->board, fixture->now);

	g_assert_cmpuint(progress.n_done, ==, 3);
	g_assert_cmpuint(progress.n_total, ==, 10);
	g_assert_cmpfloat_with_epsilon(progress.per_minute, 6.0, 0.01);
	g_assert_cmpint(progress.seconds_left, ==, 71);
}

static void test_who_failed_and_is_done(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) problem = NULL;
	TfBatchProgress progress;

	(void)data;
	tf_raise(&problem, TF_ERROR_TOKEN_REMOVED, "C_Sign", NULL);
	fail_reader(fixture, "R", problem);
	fail_reader(fixture, "R", problem);
	progress = tf_batch_board_progress(fixture->board, fixture->now);
	g_assert_cmpuint(progress.n_failed, ==, 1);
	take_kind(fixture, "R", TF_BATCH_PROVISIONED);

	progress = tf_batch_board_progress(fixture->board, fixture->now);

	g_assert_cmpuint(progress.n_done, ==, 3);
	g_assert_cmpuint(progress.n_failed, ==, 0);
}

static void test_any_window(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (guint i = 0; i < 16; i++) {
		g_autofree gchar *lane = g_strdup_printf("とても長い名前のカードリーダー %02u", i);

		take(fixture, &(TfBatchNews){ .kind = TF_BATCH_STEP,
				      .lane = lane,
				      .job = &job,
				      .step = TF_BATCH_STEP_AUDIT });
	}
	for (guint columns = 1; columns <= 120; columns++) {
		for (guint rows = 1; rows <= 20; rows++) {
			g_autoptr(GPtrArray) all = lines(fixture, columns, rows);

			g_assert_cmpuint(all->len, <=, MAX(rows - 1, 1));
			for (guint i = 0; i < all->len; i++)
				g_assert_cmpuint(
					tf_columns(g_ptr_array_index(all, i)), <=, MAX(columns - 1, 1));
		}
	}
}

static void test_urgent_first(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) all = NULL;

	(void)data;
	for (guint i = 0; i < 8; i++) {
		g_autofree gchar *lane = g_strdup_printf("R%u", i);

		take_kind(fixture, lane, TF_BATCH_STEP);
	}
	take_kind(fixture, "R5", TF_BATCH_INSERT);
	take_kind(fixture, "R6", TF_BATCH_TAKE_OUT);

	all = lines(fixture, COLUMNS, 6);

	g_assert_cmpuint(all->len, ==, 5);
	g_assert_true(g_str_has_prefix(g_ptr_array_index(all, 0), "R6"));
	g_assert_true(g_str_has_prefix(g_ptr_array_index(all, 1), "R5"));
	g_assert_true(g_str_has_prefix(g_ptr_array_index(all, 2), "R0"));
	g_assert_cmpstr(g_ptr_array_index(all, 3), ==, "and 5 more readers");
}

static void test_hostile_names(Fixture *fixture, gconstpointer data)
{
	const TfJob hostile = { .number = (gchar *)"1", .name = (gchar *)"a\033[2J\u202e\n\xc2\x9b" };
	g_autoptr(GPtrArray) all = NULL;
	g_autofree gchar *text = NULL;

	(void)data;
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_STEP, .lane = "R\033]0;x\007", .job = &hostile });
	take(fixture, &(TfBatchNews){ .kind = TF_BATCH_TAKE_OUT, .lane = "S\r", .label = "\033c" });

	all = lines(fixture, 200, ROWS);
	g_ptr_array_add(all, NULL);
	text = g_strjoinv("", (gchar **)all->pdata);
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(at)) || g_utf8_get_char(at) == 0x202e);
}

static void test_colours(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) with = NULL;
	g_autoptr(GPtrArray) without = NULL;
	g_autoptr(GError) problem = NULL;

	(void)data;
	tf_raise(&problem, TF_ERROR_PIN_WRONG, "R", NULL);
	fail_reader(fixture, "R", problem);

	with = tf_batch_board_lines(fixture->board, COLUMNS, ROWS, TRUE, NOW);
	without = tf_batch_board_lines(fixture->board, COLUMNS, ROWS, FALSE, NOW);

	g_assert_nonnull(strchr(g_ptr_array_index(with, 0), '\033'));
	g_assert_null(strchr(g_ptr_array_index(without, 0), '\033'));
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/batch-board/a reader says insert, working, made, take it out and label it",
		test_reader_by_reader);
	ADD("/batch-board/a failure says why and what to do", test_failure_says_why_and_what_to_do);
	ADD("/batch-board/the whole is counted, with rate and time left", test_whole);
	ADD("/batch-board/programs are told the same numbers", test_progress);
	ADD("/batch-board/a member who failed and is done later is counted once",
		test_who_failed_and_is_done);
	ADD("/batch-board/no window is too small, and no line too long", test_any_window);
	ADD("/batch-board/what a hand is needed for comes first where there is no room", test_urgent_first);
	ADD("/batch-board/names that would steer the terminal do not", test_hostile_names);
	ADD("/batch-board/without colours there is no escape sequence", test_colours);

	return g_test_run();
}
