/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --dry-run of a cleaning, and what it shares with the real one: the one planner of both (law 10). */
#include "cleaning-plan.h"

#include <unistd.h>

#include "ledger/stray-wipe.h"
#include "needed.h"
#include "transfer/half-wiped.h"
#include "transfer/touch.h"

TfWipeOptions tf_cleaning_wipe_options(const TfCleaningPlan *plan)
{
	return (TfWipeOptions){ .checks_device = geteuid() == 0, .may_discard = plan->may_discard };
}

GPtrArray *tf_cleaning_paths(const TfCleaningPlan *plan)
{
	GPtrArray *paths = g_ptr_array_new();

	for (guint i = 0; plan->paths[i] != NULL; i++)
		g_ptr_array_add(paths, (gpointer)plan->paths[i]);
	if (plan->wipe_backup != NULL)
		g_ptr_array_add(paths, (gpointer)plan->wipe_backup);
	g_ptr_array_add(paths, NULL);

	return paths;
}

gboolean tf_cleaning_search(const TfCleaningPlan *plan, TfKnown *known, TfMounts *mounts, GPtrArray *catches,
	const TfSweepListener *listener, TfSweepResult *ret_search, GError **error)
{
	g_autoptr(GPtrArray) paths = tf_cleaning_paths(plan);
	TfSweepPlan sweep = { .scope = plan->scope,
		.known = known,
		.password = plan->password,
		.mounts = mounts,
		.catches = catches,
		.program = plan->program };

	sweep.paths = (const gchar *const *)paths->pdata;

	return tf_sweep(&sweep, listener, ret_search, error);
}

static gboolean is_named(const TfCleaningPlan *plan, const gchar *path)
{
	for (guint i = 0; plan->paths[i] != NULL; i++) {
		if (tf_keeping_is_named(path, plan->paths[i]))
			return TRUE;
	}

	return tf_keeping_is_named(path, plan->wipe_backup);
}

static gboolean keeps_whole(
	const TfCleaningPlan *plan, GHashTable *needed, const TfFound *found, TfKeeping *ret_keeping)
{
	const gchar *path = tf_found_path(found);

	if (tf_keeping_decide(tf_found_media(found), tf_found_holds_one_secret(found), FALSE,
		    tf_keeping_is_named(path, plan->wipe_backup), ret_keeping))
		return TRUE;
	if (!g_hash_table_contains(needed, path) || is_named(plan, path))
		return FALSE;
	*ret_keeping = (TfKeeping){ TF_STATUS_KEPT, TF_KEPT_NEEDED, NULL };

	return TRUE;
}

gboolean tf_cleaning_keeps(
	const TfCleaningPlan *plan, GHashTable *needed, const TfCatch *caught, TfKeeping *ret_keeping)
{
	if (caught->found != NULL)
		return keeps_whole(plan, needed, caught->found, ret_keeping);
	*ret_keeping =
		caught->stray->is_removable && !tf_keeping_is_named(caught->stray->path, plan->wipe_backup)
			? (TfKeeping){ TF_STATUS_DONE, TF_KEPT_BACKUP, caught->detail }
			: (TfKeeping){ TF_STATUS_KEPT, caught->why, caught->detail };

	return TRUE;
}

/* What wiping a file does besides. */
static void add_acts(GPtrArray *touches, const TfCleaningPlan *plan, const gchar *path, const TfMedia *media)
{
	const TfWipeOptions options = tf_cleaning_wipe_options(plan);

	if (media != NULL && tf_wipe_empties_journal(media, &options))
		tf_touch_add(touches, TF_TOUCH_EMPTY_JOURNAL, g_strdup(media->mount_point));
	if (plan->may_discard)
		tf_touch_add(touches, TF_TOUCH_DISCARD, g_strdup(path));
}

static void add_trace(GPtrArray *touches, const TfCleaningPlan *plan, const TfWipeTrace *trace)
{
	g_autofree gchar *path = tf_touch_find_left(trace);

	tf_touch_add_record_left(touches, trace);
	if (path == NULL)
		return;
	tf_touch_add(touches, TF_TOUCH_FINISH_WIPE, g_strdup(path));
	add_acts(touches, plan, path, NULL);
}

static gboolean add_sources_left(
	GPtrArray *touches, const TfCleaningPlan *plan, TfLedger *ledger, GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_wipes_left(ledger, NULL, error);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);
		TfFinisher finisher = TF_FINISHER_SWEEP;

		if (!tf_half_wiped_finisher(ledger, row, &finisher, error))
			return FALSE;
		if (finisher == TF_FINISHER_SWEEP && row->step == TF_STEP_WIPING)
			add_trace(touches, plan, row->wipe);
	}

	return rows != NULL;
}

static gboolean add_left(GPtrArray *touches, const TfCleaningPlan *plan, TfLedger *ledger, GError **error)
{
	g_autoptr(GPtrArray) left = tf_ledger_stray_wipes_left(ledger, error);

	for (guint i = 0; left != NULL && i < left->len; i++)
		add_trace(touches, plan, ((const TfStrayWipe *)g_ptr_array_index(left, i))->wipe);

	return left != NULL && add_sources_left(touches, plan, ledger, error);
}

static gboolean look_into_ledger(GPtrArray *touches, const TfCleaningPlan *plan, TfLedger *ledger,
	GHashTable **ret_needed, GError **error)
{
	if (ledger != NULL)
		*ret_needed = tf_needed_find(ledger, NULL, error);
	else
		*ret_needed = g_hash_table_new(g_str_hash, g_str_equal);

	return *ret_needed != NULL && (ledger == NULL || add_left(touches, plan, ledger, error));
}

GPtrArray *tf_clean_rehearse(const TfCleaningPlan *plan, TfKnown *known, const gchar *ledger_path,
	TfLedger *ledger, const TfSweepListener *listener, TfSweepResult *ret_search, GError **error)
{
	g_autoptr(GPtrArray) touches = g_ptr_array_new_with_free_func((GDestroyNotify)tf_touch_free);
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	g_autoptr(GPtrArray) catches = g_ptr_array_new_with_free_func((GDestroyNotify)tf_catch_free);
	g_autoptr(GHashTable) needed = NULL;

	tf_touch_add(touches, TF_TOUCH_WRITE_FILE, g_strdup(ledger_path));
	if (!look_into_ledger(touches, plan, ledger, &needed, error) ||
		!tf_cleaning_search(plan, known, mounts, catches, listener, ret_search, error))
		return NULL;
	for (guint i = 0; i < catches->len; i++) {
		const TfCatch *caught = g_ptr_array_index(catches, i);
		TfKeeping keeping;

		if (tf_cleaning_keeps(plan, needed, caught, &keeping) ||
			!tf_wipe_is_free(caught->found, NULL))
			continue;
		tf_touch_add(touches, TF_TOUCH_WIPE_FILE, g_strdup(caught->stray->path));
		tf_touch_add_record(touches, caught->stray->path);
		add_acts(touches, plan, caught->stray->path, tf_found_media(caught->found));
	}
	/* Those caught borrow the mounts. */
	g_ptr_array_set_size(catches, 0);

	return g_steal_pointer(&touches);
}
