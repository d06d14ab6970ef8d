/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib-unix.h>
#include <unistd.h>

#include "base/file.h"
#include "base/secret.h"
#include "card-lane-private.h"
#include "inquiry.h"

#define N_LANES 2u

/* Two readers whose cards wait to be confirmed, and an operator whose lines the test writes. */
typedef struct Desk {
	int lines[2];
	gboolean is_void; /* the next line that is heard, which says no */
	gboolean is_interrupted;
	GString *events; /* what the operator was told */
	TfBatchListener listener;
	TfBatchPlan plan;
	TfBatch batch;
	TfCardLane *lanes[N_LANES];
	TfInquiry *inquiry;
} Desk;

static void note(gpointer user_data, const gchar *event, const gchar *lane)
{
	Desk *desk = user_data;

	g_string_append_printf(desk->events, "%s %s, ", event, lane);
}

static void ask(const TfBatchQuestion *question, gpointer user_data)
{
	note(user_data, "ask", question->lane);
}

static void withdraw(const gchar *lane, gpointer user_data)
{
	note(user_data, "void", lane);
}

static gboolean hear(TfBatchAnswer *ret_answer, gpointer user_data)
{
	Desk *desk = user_data;
	gchar byte = '\0';

	g_assert_cmpint(read(desk->lines[0], &byte, 1), ==, 1);
	*ret_answer =
		(TfBatchAnswer){ .text = g_strdup(""), .is_no = desk->is_void, .is_void = desk->is_void };

	return TRUE;
}

static gboolean is_interrupted(gpointer user_data)
{
	const Desk *desk = user_data;

	return desk->is_interrupted;
}

static TfCardLane *new_lane(Desk *desk, const gchar *name)
{
	TfReader reader = { .has_card = TRUE };
	TfCardLane *lane = tf_card_lane_new(&desk->batch, name);

	reader.name = lane->name;
	tf_card_lane_show(lane, &reader);
	lane->doing = TF_CARD_DOING_CONFIRM;

	return lane;
}

static void set_up(Desk *desk, gconstpointer data)
{
	(void)data;
	g_assert_true(g_unix_open_pipe(desk->lines, FD_CLOEXEC, NULL));
	desk->events = g_string_new(NULL);
	desk->plan.assign = TF_BATCH_ASSIGN_ASK;
	desk->listener = (TfBatchListener){ .ask = ask,
		.withdraw = withdraw,
		.hear = hear,
		.is_interrupted = is_interrupted,
		.interrupt_fd = -1,
		.answers_fd = desk->lines[0],
		.user_data = desk };
	desk->batch.plan = &desk->plan;
	desk->batch.listener = &desk->listener;
	desk->lanes[0] = new_lane(desk, "A");
	desk->lanes[1] = new_lane(desk, "B");
	desk->inquiry = tf_inquiry_new(&desk->batch);
	desk->batch.inquiry = desk->inquiry;
	tf_inquiry_add(desk->inquiry, desk->lanes[0], FALSE);
	tf_inquiry_add(desk->inquiry, desk->lanes[1], FALSE);
}

static void tear_down(Desk *desk, gconstpointer data)
{
	(void)data;
	tf_inquiry_free(desk->inquiry);
	for (guint i = 0; i < N_LANES; i++)
		tf_card_lane_free(desk->lanes[i]);
	g_string_free(desk->events, TRUE);
	tf_file_close(&desk->lines[0]);
	tf_file_close(&desk->lines[1]);
}

/* One line, from its Enter until it was heard. */
static void type_line(Desk *desk)
{
	g_assert_cmpint(write(desk->lines[1], "\n", 1), ==, 1);
	while (g_main_context_iteration(NULL, FALSE))
		continue;
}

static void test_one_at_a_time(Desk *desk, gconstpointer data)
{
	(void)data;
	g_assert_cmpstr(desk->events->str, ==, "ask A, ");

	/* Neither yes nor no. */
	type_line(desk);

	g_assert_cmpstr(desk->events->str, ==, "ask A, ask A, ");
}

static void test_withdrawn(Desk *desk, gconstpointer data)
{
	(void)data;
	tf_inquiry_withdraw(desk->inquiry, desk->lanes[0]);

	g_assert_cmpstr(desk->events->str, ==, "ask A, void A, ");
}

static void test_line_for_withdrawn(Desk *desk, gconstpointer data)
{
	(void)data;
	tf_inquiry_withdraw(desk->inquiry, desk->lanes[0]);

	type_line(desk);

	g_assert_cmpstr(desk->events->str, ==, "ask A, void A, ask B, ");
}

static void test_new_question_waits(Desk *desk, gconstpointer data)
{
	(void)data;
	tf_inquiry_withdraw(desk->inquiry, desk->lanes[0]);

	tf_inquiry_add(desk->inquiry, desk->lanes[0], TRUE);

	g_assert_cmpstr(desk->events->str, ==, "ask A, void A, ");
}

static void test_withdrawn_before_it_stood(Desk *desk, gconstpointer data)
{
	(void)data;
	tf_inquiry_withdraw(desk->inquiry, desk->lanes[1]);

	g_assert_cmpstr(desk->events->str, ==, "ask A, ");
}

static void test_void_line(Desk *desk, gconstpointer data)
{
	(void)data;
	desk->is_void = TRUE;

	type_line(desk);

	g_assert_cmpstr(desk->events->str, ==, "ask A, ask A, ");
}

static void test_interrupted(Desk *desk, gconstpointer data)
{
	(void)data;
	desk->is_interrupted = TRUE;

	tf_inquiry_withdraw(desk->inquiry, desk->lanes[0]);

	g_assert_cmpstr(desk->events->str, ==, "ask A, ");
}

static void add(const gchar *path, void (*test)(Desk *, gconstpointer))
{
	g_test_add(path, Desk, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	add("/inquiry/one question stands at a time, until its answer is clear", test_one_at_a_time);
	add("/inquiry/a question that is withdrawn is said to be, and the next one waits", test_withdrawn);
	add("/inquiry/the line that was being typed for it answers no other", test_line_for_withdrawn);
	add("/inquiry/not even one that goes on with what was asked", test_new_question_waits);
	add("/inquiry/of a question that never stood nothing is said", test_withdrawn_before_it_stood);
	add("/inquiry/a line that was begun before its question has it asked again", test_void_line);
	add("/inquiry/a run that is to end asks nothing more", test_interrupted);

	return g_test_run();
}
