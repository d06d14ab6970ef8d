/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/pace.h"

#define BEGAN  (5 * G_TIME_SPAN_HOUR)
#define SECOND G_TIME_SPAN_SECOND
#define MINUTE G_TIME_SPAN_MINUTE

static TfPace begin(void)
{
	TfPace pace;

	tf_pace_begin(&pace, BEGAN);

	return pace;
}

static void assert_near(gdouble found, gdouble expected)
{
	g_assert_cmpfloat_with_epsilon(found, expected, expected / 1000);
}

static void test_nothing_is_known_at_first(void)
{
	TfPace pace = begin();

	g_assert_cmpfloat(tf_pace_per_minute(&pace, BEGAN + MINUTE), ==, 0.0);
	g_assert_cmpint(tf_pace_seconds_left(&pace, 10, BEGAN + MINUTE), ==, -1);
	g_assert_cmpint(tf_pace_seconds_left(&pace, 0, BEGAN + MINUTE), ==, 0);
}

static void test_from_what_is_finished(void)
{
	TfPace pace = begin();

	for (guint i = 1; i <= 6; i++)
		tf_pace_finish(&pace, BEGAN + i * 5 * SECOND);

	assert_near(tf_pace_per_minute(&pace, BEGAN + 30 * SECOND), 12);
	g_assert_cmpint(tf_pace_seconds_left(&pace, 24, BEGAN + 30 * SECOND), ==, 121);
}

static void test_groups(void)
{
	TfPace pace = begin();

	for (guint i = 0; i < 32; i++)
		tf_pace_finish(&pace, BEGAN + 8 * SECOND);

	assert_near(tf_pace_per_minute(&pace, BEGAN + 8 * SECOND), 240);
}

static void test_slower_while_nothing_comes(void)
{
	TfPace pace = begin();

	for (guint i = 1; i <= 10; i++)
		tf_pace_finish(&pace, BEGAN + i * MINUTE);

	assert_near(tf_pace_per_minute(&pace, BEGAN + 10 * MINUTE), 1);
	assert_near(tf_pace_per_minute(&pace, BEGAN + 20 * MINUTE), 0.5);
}

static void test_what_is_long_past_is_forgotten(void)
{
	TfPace pace = begin();
	gint64 now = BEGAN + G_TIME_SPAN_HOUR;

	tf_pace_finish(&pace, now);
	for (guint i = 0; i < TF_PACE_KEPT; i++)
		tf_pace_finish(&pace, now += 10 * SECOND);

	assert_near(tf_pace_per_minute(&pace, now), 6);
}

static void test_finished_at_once(void)
{
	TfPace pace = begin();

	tf_pace_finish(&pace, BEGAN);

	g_assert_cmpfloat(tf_pace_per_minute(&pace, BEGAN), >, 0.0);
	g_assert_cmpint(tf_pace_seconds_left(&pace, 1000, BEGAN), ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pace/nothing is known before one is finished", test_nothing_is_known_at_first);
	g_test_add_func("/pace/rate and time left come from what is finished", test_from_what_is_finished);
	g_test_add_func("/pace/groups that are finished together count one by one", test_groups);
	g_test_add_func("/pace/it falls while nothing is finished", test_slower_while_nothing_comes);
	g_test_add_func("/pace/what is long past is forgotten", test_what_is_long_past_is_forgotten);
	g_test_add_func("/pace/what is finished at once has a pace", test_finished_at_once);

	return g_test_run();
}
