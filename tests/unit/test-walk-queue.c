/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "walk-queue-private.h"

#include "base/secret.h"

static TfWalkQueue *queue_of(guint n_readers)
{
	TfWalkQueue *queue = tf_walk_queue_new(n_readers);

	tf_walk_queue_add(queue, g_strdup("/first"), NULL);
	tf_walk_queue_add(queue, g_strdup("/second"), NULL);

	return queue;
}

static void test_last_first(void)
{
	g_autoptr(TfWalkQueue) queue = queue_of(1);
	g_autoptr(TfWalkTask) second = tf_walk_queue_try(queue);
	g_autoptr(TfWalkTask) first = tf_walk_queue_wait(queue);

	g_assert_cmpstr(second->path, ==, "/second");
	g_assert_cmpstr(first->path, ==, "/first");
	g_assert_null(tf_walk_queue_try(queue));
}

static void test_nobody_left(void)
{
	g_autoptr(TfWalkQueue) queue = queue_of(1);

	tf_walk_task_free(tf_walk_queue_wait(queue));
	tf_walk_task_free(tf_walk_queue_wait(queue));

	g_assert_null(tf_walk_queue_wait(queue));
}

static gpointer wait_for_one(gpointer data)
{
	return tf_walk_queue_wait(data);
}

static void test_waits_for_who_may_find_more(void)
{
	g_autoptr(TfWalkQueue) queue = queue_of(2);
	g_autoptr(TfWalkTask) found = NULL;
	GThread *other = NULL;

	tf_walk_task_free(tf_walk_queue_wait(queue));
	tf_walk_task_free(tf_walk_queue_wait(queue));
	other = g_thread_new("other", wait_for_one, queue);
	g_usleep(G_USEC_PER_SEC / 50);
	tf_walk_queue_add(queue, g_strdup("/first/found"), NULL);
	found = g_thread_join(other);

	g_assert_nonnull(found);
	g_assert_cmpstr(found->path, ==, "/first/found");
}

static void test_ended(void)
{
	/* Another one is busy, so that this one waits. */
	g_autoptr(TfWalkQueue) queue = tf_walk_queue_new(2);
	g_autoptr(TfWalkQueue) full = queue_of(1);
	GThread *other = NULL;

	other = g_thread_new("other", wait_for_one, queue);
	g_usleep(G_USEC_PER_SEC / 50);
	tf_walk_queue_end(queue);
	tf_walk_queue_end(full);

	g_assert_null(g_thread_join(other));
	g_assert_null(tf_walk_queue_try(full));
	g_assert_null(tf_walk_queue_wait(full));
}

int main(int argc, char **argv)
{
	tf_secret_setup();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/walk-queue/the last comes out first", test_last_first);
	g_test_add_func(
		"/walk-queue/it is empty for good when nobody is left who could find more", test_nobody_left);
	g_test_add_func(
		"/walk-queue/who has nothing waits for what another finds", test_waits_for_who_may_find_more);
	g_test_add_func("/walk-queue/nothing comes out after its end, and nobody waits", test_ended);

	return g_test_run();
}
