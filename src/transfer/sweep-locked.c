/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the first PIN code did not open: as long as somebody gives a further one, each file is tried once with
 * it, and what it opens is ranked again. */
#include <string.h>

#include "base/file.h"
#include "sweeping.h"

/* One file, once more. */
typedef struct Again {
	TfSweeping *sweeping;
	TfLocked *locked;
	const TfSecret *password;
	guint n;	     /* keys that came */
	guint n_opened;	     /* of these */
	gboolean is_another; /* file than it was */
} Again;

static gboolean is_same(const TfStray *stray, const TfPiece *piece)
{
	return strcmp(stray->form, tf_form_name(piece->form)) == 0 &&
	       g_strcmp0(stray->member, piece->member) == 0 && stray->is_damaged == piece->is_damaged;
}

static void forget_unknown(TfSweepResult *result, const TfStray *stray)
{
	for (guint i = 0; i < result->unknown->len; i++) {
		const TfStray *other = g_ptr_array_index(result->unknown, i);

		if (strcmp(other->path, stray->path) == 0 && strcmp(other->form, stray->form) == 0 &&
			g_strcmp0(other->member, stray->member) == 0) {
			(void)g_ptr_array_remove_index(result->unknown, i);
			return;
		}
	}
}

/* It is not what it was said to be. */
static void forget(Again *again, TfSeen *seen)
{
	TfSweepResult *result = again->sweeping->result;

	result->n_of_rank[seen->stray->rank]--;
	if (seen->stray->rank == TF_RANK_UNKNOWN)
		forget_unknown(result, seen->stray);
	seen->is_locked = FALSE;
	again->n_opened++;
}

/* Takes 'opened' over. */
static void take_opened(Again *again, TfSeen *seen, TfStray *opened)
{
	TfSweepResult *result = again->sweeping->result;

	forget(again, seen);
	result->n_of_rank[opened->rank]++;
	result->exposures |= tf_stray_exposures(opened);
	tf_stray_free(seen->stray);
	seen->stray = opened;
	again->sweeping->listener->found(again->sweeping->listener->user_data, opened);
}

static gboolean take_piece(const TfPiece *piece, gpointer user_data)
{
	Again *again = user_data;
	const GPtrArray *all = again->locked->seen;
	TfSeen *seen = again->n < all->len ? g_ptr_array_index(all, again->n) : NULL;
	g_autoptr(TfStray) stray = NULL;

	if (seen == NULL || !is_same(seen->stray, piece)) {
		again->is_another = TRUE;
		return FALSE;
	}
	again->n++;
	if (!seen->is_locked)
		return TRUE;
	stray = tf_stray_copy(seen->stray);
	if (!tf_known_rank(
		    again->sweeping->plan->known, piece, again->password, again->sweeping->library, stray))
		forget(again, seen);
	else if (!tf_known_may_open(piece, stray))
		take_opened(again, seen, g_steal_pointer(&stray));

	return TRUE;
}

static gboolean is_locked_still(const TfLocked *locked)
{
	for (guint i = 0; i < locked->seen->len; i++) {
		if (((const TfSeen *)g_ptr_array_index(locked->seen, i))->is_locked)
			return TRUE;
	}

	return FALSE;
}

/* A file that is gone, or another one now, stays what was said of it. */
static gboolean try(Again *again, GError **error)
{
	const TfCandidate *candidate = again->locked->candidate;
	TF_AUTO_FD int fd = tf_candidate_open(candidate);
	TfContentsLimits limits = { 0 };

	if (fd < 0)
		return TRUE;
	if (!tf_looking_visit(
		    again->sweeping->looking, fd, candidate->spots, take_piece, again, &limits, error))
		return FALSE;
	if (again->n_opened > 0 && !again->is_another)
		tf_sweep_catch(again->sweeping, fd, candidate->form, again->locked->seen, again->password);

	return TRUE;
}

static gboolean try_all(TfSweeping *sweeping, const TfSecret *password, guint *ret_n_opened, GError **error)
{
	*ret_n_opened = 0;
	for (guint i = sweeping->locked->len; i-- > 0;) {
		Again again = { sweeping, g_ptr_array_index(sweeping->locked, i), password, 0, 0, FALSE };

		if (!try(&again, error))
			return FALSE;
		*ret_n_opened += again.n_opened > 0;
		if (again.is_another || !is_locked_still(again.locked))
			(void)g_ptr_array_remove_index(sweeping->locked, i);
	}

	return TRUE;
}

/* FALSE with an error; *ret_password NULL: nobody knows one. */
static gboolean ask(
	TfSweeping *sweeping, guint n_asked, guint n_opened, TfSecret **ret_password, GError **error)
{
	const TfSweepListener *listener = sweeping->listener;
	g_autoptr(GPtrArray) paths = g_ptr_array_new();

	for (guint i = 0; i < sweeping->locked->len; i++)
		g_ptr_array_add(
			paths, ((const TfLocked *)g_ptr_array_index(sweeping->locked, i))->candidate->path);

	return listener->further_password(listener->user_data, paths, n_asked, n_opened, ret_password, error);
}

gboolean tf_sweep_open_locked(TfSweeping *sweeping, GError **error)
{
	guint n_opened = 0;

	/* Without a key to hold them against, what they are would mean nothing. */
	if (tf_known_n_keys(sweeping->plan->known) == 0)
		return TRUE;
	for (guint n = 0; n < TF_SWEEP_FURTHER_LIMIT && sweeping->locked->len > 0; n++) {
		g_autoptr(TfSecret) password = NULL;

		if (!ask(sweeping, n, n_opened, &password, error))
			return FALSE;
		if (password == NULL)
			return TRUE;
		if (!try_all(sweeping, password, &n_opened, error))
			return FALSE;
	}

	return TRUE;
}
