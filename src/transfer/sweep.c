/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/sweep.h"

#include <string.h>

#include "sweep-start.h"
#include "sweeping.h"
#include "transfer/wiped.h"

#define TICK_MILLISECONDS 100

void tf_sweep_result_clear(TfSweepResult *result)
{
	g_clear_pointer(&result->unknown, g_ptr_array_unref);
	g_clear_pointer(&result->left_out, g_ptr_array_unref);
	g_clear_pointer(&result->volumes, g_ptr_array_unref);
	g_clear_pointer(&result->skipped, g_ptr_array_unref);
	g_clear_pointer(&result->unreadable, g_ptr_array_unref);
	g_clear_pointer(&result->confinement, g_strfreev);
}

static void tell_progress(TfSweeping *sweeping, TfWalk *walk)
{
	gint64 now = g_get_monotonic_time();

	if (now - sweeping->told < (gint64)TICK_MILLISECONDS * 1000)
		return;
	sweeping->told = now;
	tf_walk_progress(walk, &sweeping->result->progress);
	sweeping->listener->progress(sweeping->listener->user_data, &sweeping->result->progress);
}

static gboolean take_candidates(TfSweeping *sweeping, TfWalk *walk, GError **error)
{
	while (!tf_walk_is_over(walk)) {
		g_autoptr(TfCandidate) candidate = tf_walk_next(walk, TICK_MILLISECONDS);

		if (!sweeping->listener->go_on(sweeping->listener->user_data, error))
			return FALSE;
		tell_progress(sweeping, walk);
		if (candidate != NULL && !tf_sweep_look(sweeping, g_steal_pointer(&candidate), error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_sweep(
	const TfSweepPlan *plan, const TfSweepListener *listener, TfSweepResult *ret_result, GError **error)
{
	g_autoptr(TfLibrary) library = tf_library_new(error);
	g_autoptr(TfSharing) sharing = tf_sharing_new("");
	g_autoptr(TfMounts) mounts = plan->mounts == NULL ? tf_mounts_new() : NULL;
	const TfLookingOptions options = { plan->program, listener->go_on, listener->user_data, 0 };
	g_autoptr(TfLooking) looking = tf_looking_new(&options);
	g_autoptr(GPtrArray) unopened = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) locked = g_ptr_array_new_with_free_func((GDestroyNotify)tf_locked_free);
	TfSweeping sweeping = { .plan = plan,
		.listener = listener,
		.result = ret_result,
		.library = library,
		.sharing = sharing,
		.mounts = plan->mounts != NULL ? plan->mounts : mounts,
		.looking = looking,
		.unopened = unopened,
		.locked = locked };
	g_autoptr(TfWalk) walk = NULL;
	gboolean is_over = FALSE;

	memset(ret_result, 0, sizeof *ret_result);
	ret_result->unknown = g_ptr_array_new_with_free_func((GDestroyNotify)tf_stray_free);
	ret_result->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)tf_left_out_free);
	ret_result->reads_whole = plan->scope.reads_whole;
	walk = library != NULL ? tf_sweep_begin(plan, listener, &ret_result->volumes, error) : NULL;
	is_over = walk != NULL && take_candidates(&sweeping, walk, error);
	listener->over(listener->user_data);
	if (!is_over || !tf_sweep_open_locked(&sweeping, error))
		return FALSE;
	tf_walk_progress(walk, &ret_result->progress);
	ret_result->skipped = tf_walk_steal_skipped(walk);
	ret_result->unreadable = tf_walk_steal_unreadable(walk);
	ret_result->progress.n_unreadable += sweeping.n_unopened;
	g_ptr_array_extend_and_steal(ret_result->unreadable, g_steal_pointer(&unopened));
	ret_result->confinement = g_strdupv((GStrv)tf_looking_confinement(looking));

	return TRUE;
}

gboolean tf_sweep_is_live_store(const TfStray *stray)
{
	g_autofree gchar *name = g_path_get_basename(stray->path);
	g_autofree gchar *folder = g_path_get_dirname(stray->path);
	g_autofree gchar *certificates = g_build_filename(folder, "cert9.db", NULL);

	return strcmp(stray->form, TF_KIND_STORE) == 0 && stray->member == NULL &&
	       strcmp(name, TF_WIPE_TRACE_STORE) == 0 && g_file_test(certificates, G_FILE_TEST_IS_REGULAR);
}

static void add_skipped(TfSearch *search, const gchar *path, const gchar *file_system)
{
	g_ptr_array_add(search->skipped, g_strdup_printf("%s (%s)", path, file_system));
	search->n_skipped++;
}

/* What is mounted twice was searched once. */
static void add_volumes(TfSearch *search, const GPtrArray *volumes)
{
	for (guint i = 0; volumes != NULL && i < volumes->len; i++) {
		const TfVolume *volume = g_ptr_array_index(volumes, i);

		if (volume->standing == TF_VOLUME_HERE)
			g_ptr_array_add(search->paths, g_strdup(volume->path));
		else if (volume->standing != TF_VOLUME_TWICE)
			add_skipped(search, volume->path, volume->file_system);
	}
}

TfSearch *tf_sweep_describe(const gchar *const *paths, const TfSweepResult *result)
{
	TfSearch *search = tf_search_new();

	for (guint i = 0; paths[i] != NULL; i++)
		g_ptr_array_add(search->paths, g_strdup(paths[i]));
	add_volumes(search, result->volumes);
	for (guint i = 0; i < result->skipped->len; i++) {
		const TfSkipped *skipped = g_ptr_array_index(result->skipped, i);

		add_skipped(search, skipped->path, skipped->file_system);
	}
	search->n_files = (guint)MIN(result->progress.n_files, G_MAXUINT);
	search->n_unreadable = (guint)MIN(result->progress.n_unreadable, G_MAXUINT);
	search->n_left_out = result->n_left_out;
	for (guint i = 0; i < result->left_out->len; i++) {
		const TfLeftOut *left_out = g_ptr_array_index(result->left_out, i);

		g_ptr_array_add(search->left_out, tf_left_out_new(left_out->path, left_out->limits));
	}
	for (guint i = 0; i < MIN(result->unreadable->len, TF_LEFT_OUT_LIMIT); i++)
		g_ptr_array_add(search->unreadable, g_strdup(g_ptr_array_index(result->unreadable, i)));
	search->reads_whole = result->reads_whole;
	search->exposures = result->exposures;
	for (guint i = 0; i < result->unknown->len; i++) {
		const TfStray *stray = g_ptr_array_index(result->unknown, i);

		tf_search_add_unknown(search, stray->path, stray->member, stray->form);
	}
	search->n_unknown = result->n_of_rank[TF_RANK_UNKNOWN];

	return search;
}
