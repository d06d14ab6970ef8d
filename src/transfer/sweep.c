/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/sweep.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/looking.h"
#include "disk/media.h"
#include "disk/trash.h"

#define TICK_MILLISECONDS 100

typedef struct Sweep {
	const TfSweepPlan *plan;
	const TfSweepListener *listener;
	TfSweepResult *result;
	TfLibrary *library;
	TfMounts *mounts;
	TfLooking *looking;
	gint64 told; /* monotonic, of the last progress */
} Sweep;

/* One file. */
typedef struct Look {
	Sweep *sweep;
	const gchar *path;
	int fd;
	gboolean is_removable;
	gboolean is_readable_by_others;
	gchar *trashed_from;
} Look;

static void look_clear(Look *look)
{
	g_free(look->trashed_from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

void tf_sweep_result_clear(TfSweepResult *result)
{
	g_clear_pointer(&result->skipped, g_ptr_array_unref);
	g_clear_pointer(&result->unreadable, g_ptr_array_unref);
	g_clear_pointer(&result->confinement, g_strfreev);
}

static gboolean take_piece(const TfPiece *piece, gpointer user_data)
{
	const Look *look = user_data;
	const Sweep *sweep = look->sweep;
	g_autoptr(TfStray) stray = tf_stray_new(look->path, piece->member, tf_form_name(piece->form));

	stray->is_removable = look->is_removable;
	stray->is_readable_by_others = look->is_readable_by_others;
	stray->trashed_from = g_strdup(look->trashed_from);
	tf_known_rank(sweep->plan->known, piece, sweep->plan->password, sweep->library, stray);
	if (piece->form == TF_FORM_NSS && piece->member == NULL)
		tf_known_rank_database(sweep->plan->known, look->fd, stray);
	sweep->result->n_of_rank[stray->rank]++;
	sweep->listener->found(sweep->listener->user_data, stray);

	return TRUE;
}

/* By the file's own mode, and every folder's on the way to it. */
static gboolean others_may_read(int fd, const gchar *path)
{
	g_autofree gchar *folder = g_path_get_dirname(path);
	struct stat status;

	if (fstat(fd, &status) != 0 || (status.st_mode & S_IROTH) == 0)
		return FALSE;
	while (strcmp(folder, "/") != 0) {
		gchar *parent = NULL;

		if (stat(folder, &status) != 0 || (status.st_mode & S_IXOTH) == 0)
			return FALSE;
		parent = g_path_get_dirname(folder);
		g_free(folder);
		folder = parent;
	}

	return TRUE;
}

static gboolean has_limits(const TfContentsLimits *limits)
{
	return limits->is_too_large || limits->is_too_deep || limits->is_locked || limits->is_unreadable ||
	       limits->is_unanswered;
}

static gboolean look_into(Sweep *sweep, const TfCandidate *candidate, GError **error)
{
	TF_AUTO_FD int fd = tf_candidate_open(candidate);
	g_autoptr(TfMedia) media = fd >= 0 ? tf_media_of(fd, sweep->mounts, NULL) : NULL;
	g_auto(Look) look = { .sweep = sweep, .path = candidate->path, .fd = fd };
	TfContentsLimits limits = { 0 };

	/* It was there a moment ago, and may be gone. */
	if (fd < 0)
		return TRUE;
	look.is_removable = media != NULL && media->place == TF_PLACE_REMOVABLE;
	look.is_readable_by_others = others_may_read(fd, candidate->path);
	look.trashed_from = tf_trash_origin(candidate->path);
	if (!tf_looking_visit(sweep->looking, fd, take_piece, &look, &limits, error))
		return FALSE;
	if (has_limits(&limits)) {
		sweep->result->n_left_out++;
		sweep->listener->left_out(sweep->listener->user_data, candidate->path, &limits);
	}

	return TRUE;
}

static void tell_progress(Sweep *sweep, TfWalk *walk)
{
	gint64 now = g_get_monotonic_time();

	if (now - sweep->told < (gint64)TICK_MILLISECONDS * 1000)
		return;
	sweep->told = now;
	tf_walk_progress(walk, &sweep->result->progress);
	sweep->listener->progress(sweep->listener->user_data, &sweep->result->progress);
}

static gboolean take_candidates(Sweep *sweep, TfWalk *walk, GError **error)
{
	while (!tf_walk_is_over(walk)) {
		g_autoptr(TfCandidate) candidate = tf_walk_next(walk, TICK_MILLISECONDS);

		if (!sweep->listener->go_on(sweep->listener->user_data, error))
			return FALSE;
		tell_progress(sweep, walk);
		if (candidate != NULL && !look_into(sweep, candidate, error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_sweep(
	const TfSweepPlan *plan, const TfSweepListener *listener, TfSweepResult *ret_result, GError **error)
{
	g_autoptr(TfLibrary) library = tf_library_new(error);
	g_autoptr(TfMounts) mounts = tf_mounts_new();
	const TfLookingOptions options = { plan->program, listener->go_on, listener->user_data, 0 };
	g_autoptr(TfLooking) looking = tf_looking_new(&options);
	Sweep sweep = { .plan = plan,
		.listener = listener,
		.result = ret_result,
		.library = library,
		.mounts = mounts,
		.looking = looking };
	g_autoptr(TfWalk) walk = NULL;

	memset(ret_result, 0, sizeof *ret_result);
	walk = library != NULL ? tf_walk_new(plan->paths, &(TfWalkOptions){ 0 }, error) : NULL;
	if (walk == NULL || !take_candidates(&sweep, walk, error))
		return FALSE;
	tf_walk_progress(walk, &ret_result->progress);
	ret_result->skipped = tf_walk_steal_skipped(walk);
	ret_result->unreadable = tf_walk_steal_unreadable(walk);
	ret_result->confinement = g_strdupv((GStrv)tf_looking_confinement(looking));

	return TRUE;
}

typedef struct Rows {
	TfKnown *known;
	gint n;
} Rows;

static gboolean know_row(const TfLedgerRow *row, gpointer user_data, GError **error)
{
	Rows *rows = user_data;

	(void)error;
	tf_known_add_key(rows->known, row->spki_sha256);
	tf_known_add_key_id(rows->known, row->key_id);
	tf_known_add_content(rows->known, row->source_sha256);
	rows->n++;

	return TRUE;
}

gint tf_sweep_know_ledger(TfKnown *known, TfLedger *ledger, GError **error)
{
	Rows rows = { .known = known };

	return tf_ledger_visit_rows(ledger, know_row, &rows, error) ? rows.n : -1;
}
