/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/sweep.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "catch.h"
#include "disk/access.h"
#include "disk/looking.h"
#include "disk/media.h"
#include "disk/sharing.h"
#include "disk/trash.h"
#include "key/certificate.h"
#include "key/proof.h"
#include "ledger/stray-wipe.h"
#include "place.h"
#include "sweep-start.h"
#include "token/import.h"

#define TICK_MILLISECONDS 100
#define PLACES_LENGTH	  4096u
#define UNOPENED_LIMIT	  100u

typedef struct Sweep {
	const TfSweepPlan *plan;
	const TfSweepListener *listener;
	TfSweepResult *result;
	TfLibrary *library;
	TfMounts *mounts;
	TfSharing *sharing;
	TfLooking *looking;
	GPtrArray *unopened; /* gchar, the first of them */
	guint n_unopened;
	gint64 told; /* monotonic, of the last progress */
} Sweep;

/* One file. */
typedef struct Look {
	Sweep *sweep;
	const gchar *path;
	int fd;
	gboolean is_removable;
	gboolean is_readable_by_others;
	gboolean is_in_mail;
	gchar *trashed_from;
	TfStray *moved;	 /* the first piece that is the moved key, when files are caught */
	GString *places; /* then: where in the file it lies, each time; NULL: it is nothing else */
	guint n_more;	 /* places beyond what fits */
} Look;

static void look_clear(Look *look)
{
	g_free(look->trashed_from);
	tf_stray_free(look->moved);
	if (look->places != NULL)
		g_string_free(look->places, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

void tf_sweep_result_clear(TfSweepResult *result)
{
	g_clear_pointer(&result->unknown, g_ptr_array_unref);
	g_clear_pointer(&result->volumes, g_ptr_array_unref);
	g_clear_pointer(&result->skipped, g_ptr_array_unref);
	g_clear_pointer(&result->unreadable, g_ptr_array_unref);
	g_clear_pointer(&result->confinement, g_strfreev);
}

static void keep_unknown(TfSweepResult *result, TfStray **stray)
{
	if (result->unknown->len < TF_UNKNOWN_LIMIT)
		g_ptr_array_add(result->unknown, g_steal_pointer(stray));
}

static void add_place(Look *look, const gchar *member)
{
	if (look->places == NULL)
		look->places = g_string_new(NULL);
	if (look->places->len + strlen(member) > PLACES_LENGTH)
		look->n_more++;
	else
		g_string_append_printf(look->places, "%s%s", look->places->len > 0 ? "; " : "", member);
}

static void note_moved(Look *look, TfStray **stray)
{
	if ((*stray)->rank != TF_RANK_SAME_KEY && (*stray)->rank != TF_RANK_SAME_EXPORT)
		return;
	if ((*stray)->member != NULL)
		add_place(look, (*stray)->member);
	if (look->moved == NULL)
		look->moved = g_steal_pointer(stray);
}

static gboolean take_piece(const TfPiece *piece, gpointer user_data)
{
	Look *look = user_data;
	const Sweep *sweep = look->sweep;
	g_autoptr(TfStray) stray = tf_stray_new(look->path, piece->member, tf_form_name(piece->form));

	stray->is_removable = look->is_removable;
	stray->is_in_mail = look->is_in_mail || piece->is_in_mail;
	tf_place_note(stray, sweep->sharing, look->is_readable_by_others);
	stray->trashed_from = g_strdup(look->trashed_from);
	tf_known_rank(sweep->plan->known, piece, sweep->plan->password, sweep->library, stray);
	if (piece->form == TF_FORM_NSS && piece->member == NULL)
		tf_known_rank_database(sweep->plan->known, look->fd, stray);
	sweep->result->n_of_rank[stray->rank]++;
	sweep->result->exposures |= tf_stray_exposures(stray);
	sweep->listener->found(sweep->listener->user_data, stray);
	if (stray->rank == TF_RANK_UNKNOWN)
		keep_unknown(sweep->result, &stray);
	else if (sweep->plan->catches != NULL)
		note_moved(look, &stray);

	return TRUE;
}

static gboolean has_limits(const TfContentsLimits *limits)
{
	return limits->is_too_large || limits->is_too_deep || limits->is_locked || limits->is_unreadable ||
	       limits->is_unanswered;
}

/* Held from now on as it is: whatever comes in its place before it is wiped stays. */
static void catch_file(Sweep *sweep, int fd, TfForm form, Look *look)
{
	GPtrArray *catches = sweep->plan->catches;
	g_autoptr(TfCatch) caught = tf_catch_new(fd, g_steal_pointer(&look->moved), sweep->plan->known,
		sweep->plan->password, sweep->mounts, catches->len >= tf_catch_limit());

	if (look->n_more > 0)
		g_string_append_printf(look->places, " (+%u)", look->n_more);
	if (look->places != NULL)
		tf_catch_within(caught, form, look->places->str);
	/* A file that two of the paths lead to is one. */
	for (guint i = 0; i < catches->len; i++) {
		if (tf_catch_is_same(caught, g_ptr_array_index(catches, i)))
			return;
	}
	g_ptr_array_add(catches, g_steal_pointer(&caught));
}

/* It was there a moment ago, and may be gone, or be something else now. */
static void note_unopened(Sweep *sweep, const gchar *path, int failure)
{
	if (failure == ENOENT || failure == ELOOP || failure == ESTALE)
		return;
	sweep->n_unopened++;
	if (sweep->unopened->len < UNOPENED_LIMIT)
		g_ptr_array_add(sweep->unopened, g_strdup(path));
}

static gboolean look_into(Sweep *sweep, const TfCandidate *candidate, GError **error)
{
	TF_AUTO_FD int fd = tf_candidate_open(candidate);
	g_autoptr(TfMedia) media = fd >= 0 ? tf_media_of(fd, sweep->mounts, NULL) : NULL;
	g_auto(Look) look = { .sweep = sweep, .path = candidate->path, .fd = fd };
	TfContentsLimits limits = { 0 };

	if (fd < 0) {
		note_unopened(sweep, candidate->path, errno);
		return TRUE;
	}
	look.is_removable = media != NULL && media->place == TF_PLACE_REMOVABLE;
	look.is_readable_by_others = tf_access_by_others(fd, candidate->path);
	look.is_in_mail = candidate->form == TF_FORM_MAIL;
	look.trashed_from = tf_trash_origin(candidate->path);
	if (!tf_looking_visit(sweep->looking, fd, candidate->spots, take_piece, &look, &limits, error))
		return FALSE;
	if (look.moved != NULL)
		catch_file(sweep, fd, candidate->form, &look);
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
	g_autoptr(TfSharing) sharing = tf_sharing_new("");
	g_autoptr(TfMounts) mounts = plan->mounts == NULL ? tf_mounts_new() : NULL;
	const TfLookingOptions options = { plan->program, listener->go_on, listener->user_data, 0 };
	g_autoptr(TfLooking) looking = tf_looking_new(&options);
	g_autoptr(GPtrArray) unopened = g_ptr_array_new_with_free_func(g_free);
	Sweep sweep = { .plan = plan,
		.listener = listener,
		.result = ret_result,
		.library = library,
		.sharing = sharing,
		.mounts = plan->mounts != NULL ? plan->mounts : mounts,
		.looking = looking,
		.unopened = unopened };
	g_autoptr(TfWalk) walk = NULL;
	gboolean is_over = FALSE;

	memset(ret_result, 0, sizeof *ret_result);
	ret_result->unknown = g_ptr_array_new_with_free_func((GDestroyNotify)tf_stray_free);
	ret_result->reads_whole = plan->scope.reads_whole;
	walk = library != NULL ? tf_sweep_begin(plan, listener, &ret_result->volumes, error) : NULL;
	is_over = walk != NULL && take_candidates(&sweep, walk, error);
	listener->over(listener->user_data);
	if (!is_over)
		return FALSE;
	tf_walk_progress(walk, &ret_result->progress);
	ret_result->skipped = tf_walk_steal_skipped(walk);
	ret_result->unreadable = tf_walk_steal_unreadable(walk);
	ret_result->progress.n_unreadable += sweep.n_unopened;
	g_ptr_array_extend_and_steal(ret_result->unreadable, g_steal_pointer(&unopened));
	ret_result->confinement = g_strdupv((GStrv)tf_looking_confinement(looking));

	return TRUE;
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
	search->reads_whole = result->reads_whole;
	search->exposures = result->exposures;
	for (guint i = 0; i < result->unknown->len; i++) {
		const TfStray *stray = g_ptr_array_index(result->unknown, i);

		tf_search_add_unknown(search, stray->path, stray->member, stray->form);
	}
	search->n_unknown = result->n_of_rank[TF_RANK_UNKNOWN];

	return search;
}

void tf_sweep_know_certificate(TfKnown *known, X509 *certificate)
{
	g_autoptr(GBytes) key_id = tf_import_plan_id_of(X509_get0_pubkey(certificate));
	guint8 digest[TF_SHA256_SIZE];

	tf_certificate_spki_sha256(certificate, digest);
	tf_known_add_key(known, digest);
	if (key_id != NULL)
		tf_known_add_key_id(known, key_id);
}

static void know_row(TfKnown *known, const TfLedgerRow *row)
{
	tf_known_add_key(known, row->spki_sha256);
	tf_known_add_key_id(known, row->key_id);
	tf_known_add_content(known, row->source_sha256, row->spki_sha256, row->source_holds_one_secret);
}

static gboolean know_visited_row(const TfLedgerRow *row, gpointer user_data, GError **error)
{
	(void)error;
	know_row(user_data, row);

	return TRUE;
}

static gboolean know_exports(TfKnown *known, TfLedger *ledger, const guint8 *spki_sha256, GError **error)
{
	g_autoptr(GPtrArray) exports = tf_ledger_exports(ledger, spki_sha256, error);

	for (guint i = 0; exports != NULL && i < exports->len; i++)
		tf_known_add_export(known, g_bytes_get_data(g_ptr_array_index(exports, i), NULL));

	return exports != NULL;
}

gboolean tf_sweep_know_ledger(TfKnown *known, TfLedger *ledger, GError **error)
{
	return tf_ledger_visit_rows(ledger, know_visited_row, known, error) &&
	       know_exports(known, ledger, NULL, error);
}

/* That this was the key's file the ledger only says, unless the token once signed for it: then a file with
 * that content may be destroyed unopened. */
static gboolean has_proof(TfLedger *ledger, const TfLedgerRow *row)
{
	g_autoptr(X509) certificate = tf_certificate_parse(row->certificate_der, "", NULL);
	TfChallengeContext expected = { .ledger = tf_ledger_uuid(ledger),
		.row = row->id,
		.manufacturer = row->token->manufacturer,
		.model = row->token->model,
		.serial = row->token->serial };
	g_autoptr(TfProof) proof = NULL;

	if (certificate == NULL || row->statement == NULL || row->signature == NULL)
		return FALSE;
	tf_certificate_sha256(certificate, expected.certificate_sha256);
	memcpy(expected.source_sha256, row->source_sha256, TF_SHA256_SIZE);
	proof = tf_proof_load(row->statement, row->signature, certificate, &expected, NULL);

	return proof != NULL && memcmp(tf_proof_spki_sha256(proof), row->spki_sha256, TF_SHA256_SIZE) == 0;
}

gboolean tf_sweep_know_key(
	TfKnown *known, TfLedger *ledger, const guint8 spki_sha256[TF_SHA256_SIZE], GError **error)
{
	g_autoptr(GPtrArray) rows = tf_ledger_rows(ledger, spki_sha256, error);

	tf_known_add_key(known, spki_sha256);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		tf_known_add_key_id(known, row->key_id);
		if (has_proof(ledger, row))
			tf_known_add_content(
				known, row->source_sha256, row->spki_sha256, row->source_holds_one_secret);
	}

	return rows != NULL && know_exports(known, ledger, spki_sha256, error);
}
