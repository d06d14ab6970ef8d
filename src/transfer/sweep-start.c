/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sweep-start.h"

#include "disk/volumes.h"

#define TICK_MICROSECONDS 100000u

/* What is done before a walk can begin may wait for a file system that does not answer, and is therefore done
 * in a thread of its own, with what belongs to that. */
typedef struct Start {
	TfSweepScope scope;
	gchar **paths;
	GPtrArray *volumes;
	TfWalk *walk;
	GError *error;
	GAsyncQueue *told; /* itself, when it is over */
} Start;

static void start_free(Start *start)
{
	g_strfreev(start->paths);
	g_clear_pointer(&start->volumes, g_ptr_array_unref);
	tf_walk_free(start->walk);
	g_clear_error(&start->error);
	g_async_queue_unref(start->told);
	g_free(start);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Start, start_free)

/* Of a volume that is named nothing is entered that is mounted below: what is to be searched of that is
 * named, too. */
static gpointer start_walk(gpointer data)
{
	Start *start = data;
	const TfWalkOptions options = { .stays = start->scope.is_everywhere,
		.reads_whole = start->scope.reads_whole };
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	if (start->scope.is_everywhere)
		start->volumes = tf_volumes_find(&start->error);
	for (guint i = 0; start->volumes != NULL && i < start->volumes->len; i++) {
		const TfVolume *volume = g_ptr_array_index(start->volumes, i);

		if (volume->standing == TF_VOLUME_HERE)
			g_ptr_array_add(paths, volume->path);
	}
	for (guint i = 0; start->paths[i] != NULL; i++)
		g_ptr_array_add(paths, start->paths[i]);
	g_ptr_array_add(paths, NULL);
	if (start->error == NULL)
		start->walk = tf_walk_new((const gchar *const *)paths->pdata, &options, &start->error);
	g_async_queue_push(start->told, start);

	return NULL;
}

/* FALSE: it is not waited for any more, and what it works with stays its own until the process ends. */
static gboolean wait_for_start(const TfSweepListener *listener, Start *start, GError **error)
{
	while (g_async_queue_timeout_pop(start->told, TICK_MICROSECONDS) == NULL) {
		if (!listener->go_on(listener->user_data, error))
			return FALSE;
	}

	return TRUE;
}

TfWalk *tf_sweep_begin(
	const TfSweepPlan *plan, const TfSweepListener *listener, GPtrArray **ret_volumes, GError **error)
{
	g_autoptr(Start) start = g_new0(Start, 1);
	GThread *thread = NULL;

	start->scope = plan->scope;
	start->paths = g_strdupv((gchar **)plan->paths);
	start->told = g_async_queue_new();
	thread = g_thread_new("sweep", start_walk, start);
	if (!wait_for_start(listener, start, error)) {
		g_thread_unref(thread);
		(void)g_steal_pointer(&start);
		return NULL;
	}
	(void)g_thread_join(thread);
	*ret_volumes = g_steal_pointer(&start->volumes);
	if (start->walk == NULL)
		g_propagate_error(error, g_steal_pointer(&start->error));

	return g_steal_pointer(&start->walk);
}
