/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One file of a search: the keys in it, whose they are, and that it is held for whoever wipes. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "catch.h"
#include "disk/access.h"
#include "disk/media.h"
#include "disk/trash.h"
#include "place.h"
#include "sweeping.h"

#define PLACES_LENGTH  4096u
#define UNOPENED_LIMIT 100u
#define LOCKED_LIMIT   1000u

typedef struct Look {
	TfSweeping *sweeping;
	const gchar *path;
	int fd;
	gboolean is_in_mail;
	gboolean knows_place; /* and what follows, of files with a key */
	gboolean is_removable;
	gboolean is_readable_by_others;
	gchar *trashed_from;
	GPtrArray *seen; /* TfSeen */
	gboolean has_locked;
} Look;

static void seen_free(TfSeen *seen)
{
	tf_stray_free(seen->stray);
	g_free(seen);
}

static void look_clear(Look *look)
{
	g_free(look->trashed_from);
	g_clear_pointer(&look->seen, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

void tf_locked_free(TfLocked *locked)
{
	tf_candidate_free(locked->candidate);
	g_ptr_array_unref(locked->seen);
	g_free(locked);
}

static void note_unknown(TfSweepResult *result, const TfStray *stray)
{
	if (stray->rank == TF_RANK_UNKNOWN && result->unknown->len < TF_UNKNOWN_LIMIT)
		g_ptr_array_add(result->unknown, tf_stray_copy(stray));
}

/* Else nobody asks anything of them again. */
static gboolean keeps_seen(const TfSweeping *sweeping)
{
	return sweeping->plan->catches != NULL || sweeping->listener->further_password != NULL;
}

/* Few files have a key, and this takes longer than to find none in a small one. */
static void learn_place(Look *look)
{
	g_autoptr(TfMedia) media = NULL;

	if (look->knows_place)
		return;

	media = tf_media_of(look->fd, look->sweeping->mounts, NULL);
	look->is_removable = media != NULL && media->place == TF_PLACE_REMOVABLE;
	look->is_readable_by_others = tf_access_by_others(look->fd, look->path);
	look->trashed_from = tf_trash_origin(look->path);
	look->knows_place = TRUE;
}

static gboolean take_piece(const TfPiece *piece, gpointer user_data)
{
	Look *look = user_data;
	const TfSweeping *sweeping = look->sweeping;
	TfSeen *seen = g_new0(TfSeen, 1);
	TfStray *stray = seen->stray = tf_stray_new(look->path, piece->member, tf_form_name(piece->form));
	gboolean is_find = FALSE;

	learn_place(look);
	stray->is_removable = look->is_removable;
	stray->is_in_mail = look->is_in_mail || piece->is_in_mail;
	tf_place_note(stray, sweeping->sharing, look->is_readable_by_others);
	stray->trashed_from = g_strdup(look->trashed_from);
	is_find = tf_known_rank(
		sweeping->plan->known, piece, sweeping->plan->password, sweeping->library, stray);
	if (piece->form == TF_FORM_NSS && piece->member == NULL)
		tf_known_rank_database(sweeping->plan->known, look->fd, stray);
	if (is_find) {
		sweeping->result->n_of_rank[stray->rank]++;
		sweeping->result->exposures |= tf_stray_exposures(stray);
		sweeping->listener->found(sweeping->listener->user_data, stray);
		note_unknown(sweeping->result, stray);
	}
	seen->is_locked = is_find && tf_known_may_open(piece, stray);
	look->has_locked = look->has_locked || seen->is_locked;
	if (keeps_seen(sweeping))
		g_ptr_array_add(look->seen, seen);
	else
		seen_free(seen);

	return TRUE;
}

static void note_limits(TfSweeping *sweeping, const gchar *path, const TfContentsLimits *limits)
{
	const gboolean holds[TF_N_LIMITS] = {
		[TF_LIMIT_TOO_LARGE] = limits->is_too_large,
		[TF_LIMIT_TOO_DEEP] = limits->is_too_deep,
		[TF_LIMIT_LOCKED] = limits->is_locked,
		[TF_LIMIT_DAMAGED] = limits->is_unreadable,
		[TF_LIMIT_UNANSWERED] = limits->is_unanswered,
	};
	TfSweepResult *result = sweeping->result;
	guint word = 0;

	for (guint i = 0; i < TF_N_LIMITS; i++)
		word |= holds[i] ? 1u << i : 0;
	if (word == 0)
		return;
	result->n_left_out++;
	if (result->left_out->len < TF_LEFT_OUT_LIMIT)
		g_ptr_array_add(result->left_out, tf_left_out_new(path, word));
	sweeping->listener->left_out(sweeping->listener->user_data, path, word);
}

static gboolean is_moved(const TfStray *stray)
{
	return stray->rank == TF_RANK_SAME_KEY || stray->rank == TF_RANK_SAME_EXPORT;
}

/* Where in the file the moved key lies, each time. NULL: the file is nothing else. */
static gchar *places_of(const GPtrArray *seen)
{
	g_autoptr(GString) places = g_string_new(NULL);
	guint n_more = 0;

	for (guint i = 0; i < seen->len; i++) {
		const TfStray *stray = ((const TfSeen *)g_ptr_array_index(seen, i))->stray;

		if (!is_moved(stray) || stray->member == NULL)
			continue;
		if (places->len + strlen(stray->member) > PLACES_LENGTH)
			n_more++;
		else
			g_string_append_printf(places, "%s%s", places->len > 0 ? "; " : "", stray->member);
	}
	if (n_more > 0)
		g_string_append_printf(places, " (+%u)", n_more);

	return places->len > 0 ? g_string_free(g_steal_pointer(&places), FALSE) : NULL;
}

/* A file that two of the paths lead to is one; what is known of it now counts. */
static void hold(GPtrArray *catches, TfCatch *caught)
{
	for (guint i = 0; i < catches->len; i++) {
		if (tf_catch_is_same(caught, g_ptr_array_index(catches, i))) {
			tf_catch_free(caught);
			return;
		}
	}
	g_ptr_array_add(catches, caught);
}

static void let_go(GPtrArray *catches, const gchar *path)
{
	for (guint i = catches->len; i-- > 0;) {
		const TfCatch *caught = g_ptr_array_index(catches, i);

		if (strcmp(caught->stray->path, path) == 0)
			(void)g_ptr_array_remove_index(catches, i);
	}
}

/* Held from now on as it is: whatever comes in its place before it is wiped stays. */
void tf_sweep_catch(
	TfSweeping *sweeping, int fd, TfForm form, const GPtrArray *seen, const TfSecret *password)
{
	GPtrArray *catches = sweeping->plan->catches;
	g_autofree gchar *places = places_of(seen);
	TfCatch *caught = NULL;
	guint first = 0;

	while (first < seen->len && !is_moved(((const TfSeen *)g_ptr_array_index(seen, first))->stray))
		first++;
	if (catches == NULL || first == seen->len)
		return;
	let_go(catches, ((const TfSeen *)g_ptr_array_index(seen, first))->stray->path);
	caught = tf_catch_new(fd, tf_stray_copy(((const TfSeen *)g_ptr_array_index(seen, first))->stray),
		sweeping->plan->known, password, sweeping->mounts, catches->len >= tf_catch_limit());
	if (places != NULL)
		tf_catch_within(caught, form, places);
	hold(catches, caught);
}

/* It was there a moment ago, and may be gone, or be something else now. */
static void note_unopened(TfSweeping *sweeping, const gchar *path, int failure)
{
	if (failure == ENOENT || failure == ELOOP || failure == ESTALE)
		return;
	sweeping->n_unopened++;
	if (sweeping->unopened->len < UNOPENED_LIMIT)
		g_ptr_array_add(sweeping->unopened, g_strdup(path));
}

static void note_locked(TfSweeping *sweeping, TfCandidate **candidate, Look *look)
{
	TfLocked *locked = NULL;

	if (!look->has_locked || sweeping->listener->further_password == NULL ||
		sweeping->locked->len >= LOCKED_LIMIT)
		return;
	locked = g_new0(TfLocked, 1);
	locked->candidate = g_steal_pointer(candidate);
	locked->seen = g_steal_pointer(&look->seen);
	g_ptr_array_add(sweeping->locked, locked);
}

gboolean tf_sweep_look(TfSweeping *sweeping, TfCandidate *taken, GError **error)
{
	g_autoptr(TfCandidate) candidate = taken;
	TF_AUTO_FD int fd = tf_candidate_open(candidate);
	g_auto(Look) look = { .sweeping = sweeping, .path = candidate->path, .fd = fd };
	TfContentsLimits limits = { 0 };

	if (fd < 0) {
		note_unopened(sweeping, candidate->path, errno);
		return TRUE;
	}
	look.seen = g_ptr_array_new_with_free_func((GDestroyNotify)seen_free);
	look.is_in_mail = candidate->form == TF_FORM_MAIL;
	if (!tf_looking_visit(sweeping->looking, fd, candidate->spots, take_piece, &look, &limits, error))
		return FALSE;
	tf_sweep_catch(sweeping, fd, candidate->form, look.seen, sweeping->plan->password);
	note_limits(sweeping, candidate->path, &limits);
	note_locked(sweeping, &candidate, &look);

	return TRUE;
}
