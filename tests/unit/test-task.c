/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#define PATIENCE_SECONDS 30

typedef struct Work {
	GMutex mutex;
	GCond changed;
	gboolean may_end;
	gboolean is_done;
	gboolean is_destroyed;
} Work;

static Work work;

static void set(gboolean *flag)
{
	g_mutex_lock(&work.mutex);
	*flag = TRUE;
	g_cond_broadcast(&work.changed);
	g_mutex_unlock(&work.mutex);
}

static void wait_for(const gboolean *flag)
{
	g_mutex_lock(&work.mutex);
	while (!*flag)
		g_cond_wait(&work.changed, &work.mutex);
	g_mutex_unlock(&work.mutex);
}

static void end_when_allowed(gpointer data)
{
	(void)data;
	wait_for(&work.may_end);
	set(&work.is_done);
}

static void destroy(gpointer data)
{
	(void)data;
	set(&work.is_destroyed);
}

static void work_that_ends_leaves_its_data(void)
{
	work = (Work){ .may_end = TRUE };

	g_assert_true(tf_task_run("test", end_when_allowed, &work, destroy, PATIENCE_SECONDS));

	g_assert_true(work.is_done);
	g_assert_false(work.is_destroyed);
}

static void work_that_hangs_is_left_behind_with_its_data(void)
{
	work = (Work){ .may_end = FALSE };

	g_assert_false(tf_task_run("test", end_when_allowed, &work, destroy, 0));

	g_assert_false(work.is_done);
	set(&work.may_end);
	wait_for(&work.is_destroyed);
	g_assert_true(work.is_done);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);

	g_test_add_func("/task/work that ends leaves its data to the caller", work_that_ends_leaves_its_data);
	g_test_add_func("/task/work that hangs is left behind and frees its data when it ends",
		work_that_hangs_is_left_behind_with_its_data);

	return g_test_run();
}
