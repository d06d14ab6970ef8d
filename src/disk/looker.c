/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/looker.h"

#include <locale.h>
#include <poll.h>
#include <string.h>

#include "base/file.h"
#include "base/wait.h"
#include "disk/contents.h"

enum {
	FD_FILE,
	FD_KEYS
};

/*
 * LOOK_INTO: only at the spots, they are not all, their offsets (TfSpots). KEY: form, place in the file, is
 * damaged, is PEM, is in mail, number of octets (0: there are none to show). LOOKED: is too large, is too
 * deep, is locked, is unreadable (TfContentsLimits).
 */
static const TfMessageRow rows[] = {
	TF_MESSAGE_REQUEST(LOOK_INTO, "(bbat)", 2),
	TF_MESSAGE_ONE_OF(KEY, LOOK_INTO, "(umsbbbt)", 0),
	TF_MESSAGE_ANSWER(LOOKED, LOOK_INTO, "(bbbb)", 0),
};
/* What one file may unpack to, several times over, and what the dictionaries of compressors take. */
#define MORE_MEMORY (G_GUINT64_CONSTANT(3) << 30)

const TfRole tf_looker_role = {
	.name = "looker", .rows = rows, .n_rows = G_N_ELEMENTS(rows), .more_memory = MORE_MEMORY
};

typedef struct Telling {
	TfTalk *talk;
	int keys; /* the pipe */
	GError *problem;
} Telling;

static void telling_clear(Telling *telling)
{
	g_clear_error(&telling->problem);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Telling, telling_clear)

/* Names of members are in UTF-8 to libarchive and GMime then, whatever the person's locale. It is built into
 * the C library; a system without it shows fewer names. */
static gpointer set_up(G_GNUC_UNUSED GVariant *setup, G_GNUC_UNUSED GError **error)
{
	(void)setlocale(LC_CTYPE, "C.UTF-8");

	return g_new0(gint, 1);
}

/* As much of it as the supervisor takes, cut between two characters. */
static gchar *bounded(const gchar *member)
{
	const gchar *end = NULL;

	if (member == NULL)
		return NULL;
	end = member + MIN(strlen(member), TF_LOOKER_MEMBER_LIMIT);
	while (((guint8)*end & 0xc0u) == 0x80u)
		end--;

	return g_strndup(member, (gsize)(end - member));
}

/* The supervisor takes its time over a key; without it this process ends. */
static gboolean say(Telling *telling, guint kind, GVariant *body)
{
	(void)tf_wait_for(tf_talk_fd(telling->talk), POLLOUT, -1);

	return tf_talk_say(telling->talk, kind, body, NULL, &telling->problem);
}

/* FALSE when nobody listens any more. */
static gboolean tell(const TfPiece *piece, gpointer user_data)
{
	Telling *telling = user_data;
	g_autofree gchar *member = bounded(piece->member);
	gsize length = piece->bytes != NULL ? tf_secret_length(piece->bytes) : 0;

	if (!say(telling, TF_MESSAGE_KEY,
		    g_variant_new("(umsbbbt)", (guint32)piece->form, member, piece->is_damaged, piece->is_pem,
			    piece->is_in_mail, (guint64)length)))
		return FALSE;

	return length == 0 || tf_file_write_all(telling->keys, tf_secret_peek(piece->bytes), length) == 0;
}

/* NULL: the file as a whole, and nothing else. */
static TfSpots *spots_of(GVariant *body)
{
	g_autoptr(GVariant) offsets = g_variant_get_child_value(body, 2);
	TfSpots *spots = NULL;
	gsize n = 0;
	const guint64 *first = g_variant_get_fixed_array(offsets, &n, sizeof *first);

	if (n == 0)
		return NULL;
	spots = tf_spots_new();
	g_array_append_vals(spots->offsets, first, (guint)n);
	g_variant_get_child(body, 0, "b", &spots->are_all);
	g_variant_get_child(body, 1, "b", &spots->are_so_many);

	return spots;
}

static gboolean answer(G_GNUC_UNUSED gpointer state, TfTalk *talk, TfMessage *request, GError **error)
{
	g_auto(Telling) telling = { .talk = talk, .keys = request->fds[FD_KEYS] };
	g_autoptr(TfSpots) spots = spots_of(request->body);
	TfContentsLimits limits;

	g_assert(request->kind == TF_MESSAGE_LOOK_INTO);
	if (!tf_contents_visit(request->fds[FD_FILE], "", spots, tell, &telling, &limits, error))
		return FALSE;
	if (telling.problem == NULL)
		(void)say(&telling, TF_MESSAGE_LOOKED,
			g_variant_new("(bbbb)", limits.is_too_large, limits.is_too_deep, limits.is_locked,
				limits.is_unreadable));
	if (telling.problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&telling.problem));
		return FALSE;
	}

	return TRUE;
}

const TfRoleHandler tf_looker_handler = {
	.role = &tf_looker_role, .set_up = set_up, .answer = answer, .tear_down = g_free
};
