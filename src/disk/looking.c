/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk/looking.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wait.h"
#include "contents-private.h"
#include "disk/looker.h"
#include "process/process.h"

#define STARTS		    3u /* in a row, before it is broken */
#define READY_SECONDS	    30
#define LOOK_MILLISECONDS   120000u
#define TICK_MILLISECONDS   100
#define BYTES_A_MILLISECOND (16u << 10) /* of a large file, at least */
#define KEYS_LIMIT	    10000u	/* in one file */

struct TfLooking {
	TfLookingOptions options;
	TfProcess *process; /* NULL: none */
	gboolean is_ready;
	GStrv confinement;
};

/* One file. */
typedef struct Visit {
	TfLooking *looking;
	TfPieceFunc func;
	gpointer user_data;
	int keys;    /* the end of the pipe that is ours */
	gint64 left; /* microseconds that the looker, and whoever opens its keys, may still take */
	guint n_keys;
	gboolean is_ended; /* by 'func' */
	TfContentsLimits *limits;
	GError *stop; /* what 'go_on' gave */
} Visit;

/* What comes after a message. */
typedef enum Turn {
	TURN_HEAR, /* the next one */
	TURN_OVER,
	TURN_LOST /* with this looker nothing more is to be done */
} Turn;

static void lose(TfLooking *looking)
{
	g_clear_pointer(&looking->process, tf_process_free);
	looking->is_ready = FALSE;
}

/* Libcrypto's providers and the system's converters of characters are libraries that it loads. */
static gboolean start(TfLooking *looking, GError **error)
{
	static const gchar *const libraries[] = { "/usr/lib", "/lib", "/lib64", NULL };
	const TfProcessOptions options = { .program = looking->options.program,
		.setup = tf_process_setup(libraries) };

	looking->process = tf_process_start(&tf_looker_role, &options, error);

	return looking->process != NULL;
}

TfLooking *tf_looking_new(const TfLookingOptions *options)
{
	TfLooking *looking = g_new0(TfLooking, 1);

	looking->options = *options;
	if (looking->options.milliseconds == 0)
		looking->options.milliseconds = LOOK_MILLISECONDS;

	return looking;
}

void tf_looking_free(TfLooking *looking)
{
	if (looking == NULL)
		return;

	/* It has nothing to put in order. */
	tf_process_free(looking->process);
	g_strfreev(looking->confinement);
	g_free(looking);
}

const gchar *const *tf_looking_confinement(const TfLooking *looking)
{
	return (const gchar *const *)looking->confinement;
}

static gboolean become_ready(TfLooking *looking, GError **error)
{
	gint64 deadline = g_get_monotonic_time() + READY_SECONDS * TF_WAIT_SECOND;

	if (looking->is_ready)
		return TRUE;
	if ((looking->process == NULL && !start(looking, error)) ||
		!tf_process_wait_ready(looking->process, deadline, error))
		return FALSE;
	looking->is_ready = TRUE;
	g_strfreev(looking->confinement);
	looking->confinement = g_strdupv((GStrv)tf_process_confinement(looking->process));

	return TRUE;
}

static GVariant *spots_to_variant(const TfSpots *spots)
{
	GVariant *offsets =
		spots != NULL ? g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, spots->offsets->data,
					spots->offsets->len, sizeof(guint64))
			      : g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, NULL, 0, sizeof(guint64));

	return g_variant_new(
		"(bb@at)", spots != NULL && spots->are_all, spots != NULL && spots->are_so_many, offsets);
}

/* An idle looker may have been killed by somebody: then the file is the next one's. */
static gboolean ask(TfLooking *looking, int file, const TfSpots *spots, int keys, GError **error)
{
	const int fds[] = { file, keys };

	return become_ready(looking, error) &&
	       tf_talk_say(tf_process_talk(looking->process), TF_MESSAGE_LOOK_INTO, spots_to_variant(spots),
		       fds, error);
}

static gboolean ask_one(TfLooking *looking, int file, const TfSpots *spots, int keys, GError **error)
{
	for (guint n = 1;; n++) {
		g_autoptr(GError) problem = NULL;
		const gchar *const *arguments = NULL;

		if (ask(looking, file, spots, keys, &problem))
			return TRUE;
		lose(looking);
		if (n < STARTS)
			continue;
		arguments = tf_error_arguments(problem);

		return tf_raise(error, TF_ERROR_LOOKER_BROKEN,
			arguments != NULL && arguments[0] != NULL ? arguments[0] : problem->message, NULL);
	}
}

/* FALSE when the looker's time is over, or somebody does not want to go on. */
static gboolean wait_for(Visit *visit, int fd)
{
	const TfLookingOptions *options = &visit->looking->options;
	gint64 begun = g_get_monotonic_time();
	gint64 now = begun;
	gboolean is_there = FALSE;

	while (!is_there && now - begun < visit->left) {
		gint64 tick = MIN(begun + visit->left, now + (gint64)TICK_MILLISECONDS * 1000);

		is_there = tf_wait_for(fd, POLLIN, tick);
		now = g_get_monotonic_time();
		if (!is_there && options->go_on != NULL && !options->go_on(options->user_data, &visit->stop))
			break;
	}
	visit->left -= now - begun;

	return is_there;
}

/* Exactly so many octets. NULL when they do not come. */
static TfSecret *read_key(Visit *visit, gsize length)
{
	g_autoptr(TfSecret) key = tf_secret_new(length);
	gsize n_read = 0;

	while (key != NULL && n_read < length) {
		gssize n = read(visit->keys, tf_secret_buffer(key) + n_read, length - n_read);

		if (n > 0)
			n_read += (gsize)n;
		else if (n == 0 || (errno != EINTR && (errno != EAGAIN || !wait_for(visit, visit->keys))))
			return NULL;
	}
	if (key != NULL)
		tf_secret_set_length(key, length);

	return g_steal_pointer(&key);
}

/* What tf_contents_visit() promises of a piece is asked for here: whoever promised it may have been taken
 * over. */
static gboolean is_plausible(guint32 form, const TfPiece *piece, guint64 length)
{
	if (form >= TF_N_FORMS || !tf_form_is_key((TfForm)form) || length > TF_CONTENTS_KEY_LIMIT)
		return FALSE;
	if (piece->member != NULL && strlen(piece->member) > TF_LOOKER_MEMBER_LIMIT)
		return FALSE;
	if (form == TF_FORM_NSS)
		return length == 0 && !piece->is_damaged && !piece->is_pem;
	if (piece->is_pem && form != TF_FORM_PKCS1 && form != TF_FORM_SEC1)
		return FALSE;

	return length > 0 || piece->is_damaged;
}

/* A file may be made of keys of which each takes seconds to open: whoever wants to stop does not wait for the
 * last of them, and what is beyond one file's time stays closed. */
static Turn pass_on(Visit *visit, const TfPiece *piece)
{
	const TfLookingOptions *options = &visit->looking->options;
	gint64 begun = g_get_monotonic_time();

	visit->is_ended = !visit->func(piece, visit->user_data);
	visit->left -= g_get_monotonic_time() - begun;
	if (visit->is_ended)
		return TURN_LOST;
	if (options->go_on != NULL && !options->go_on(options->user_data, &visit->stop))
		return TURN_LOST;
	if (visit->left > 0)
		return TURN_HEAR;
	visit->limits->is_too_large = TRUE;

	return TURN_LOST;
}

static Turn take_key(Visit *visit, GVariant *body)
{
	TfPiece piece = { 0 };
	g_autoptr(TfSecret) bytes = NULL;
	guint32 form = 0;
	guint64 length = 0;

	g_variant_get(body, "(um&sbbbt)", &form, &piece.member, &piece.is_damaged, &piece.is_pem,
		&piece.is_in_mail, &length);
	if (!is_plausible(form, &piece, length))
		return TURN_LOST;
	if (++visit->n_keys > KEYS_LIMIT) {
		visit->limits->is_too_large = TRUE;
		return TURN_LOST;
	}
	if (length > 0) {
		bytes = read_key(visit, (gsize)length);
		if (bytes == NULL)
			return TURN_LOST;
	}
	piece.form = (TfForm)form;
	piece.bytes = bytes;

	return pass_on(visit, &piece);
}

static Turn take(Visit *visit, const TfMessage *message)
{
	TfContentsLimits *limits = visit->limits;

	if (message->kind == TF_MESSAGE_KEY)
		return take_key(visit, message->body);
	if (message->kind == TF_MESSAGE_FAILED) {
		limits->is_unreadable = TRUE;
		return TURN_OVER;
	}
	g_variant_get(message->body, "(bbbb)", &limits->is_too_large, &limits->is_too_deep,
		&limits->is_locked, &limits->is_unreadable);

	return TURN_OVER;
}

static Turn hear(Visit *visit)
{
	TfTalk *talk = tf_process_talk(visit->looking->process);
	g_autoptr(TfMessage) message = wait_for(visit, tf_talk_fd(talk)) ? tf_talk_hear(talk, 0, NULL) : NULL;

	return message != NULL ? take(visit, message) : TURN_LOST;
}

/* Microseconds. */
static gint64 time_for(const TfLooking *looking, int fd)
{
	struct stat status;
	gint64 milliseconds = looking->options.milliseconds;

	if (fstat(fd, &status) == 0 && status.st_size > (off_t)TF_CONTENTS_SIZE_LIMIT)
		milliseconds += status.st_size / BYTES_A_MILLISECOND;

	return milliseconds * 1000;
}

/* A pipe whose reading end does not block; the writing one does. FALSE with errno. */
static gboolean make_pipe(int *ret_ours, int *ret_theirs)
{
	int pair[2] = { -1, -1 };

	if (pipe2(pair, O_CLOEXEC) != 0)
		return FALSE;
	*ret_ours = pair[0];
	*ret_theirs = pair[1];

	return fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0;
}

gboolean tf_looking_visit(TfLooking *looking, int fd, const TfSpots *spots, TfPieceFunc func,
	gpointer user_data, TfContentsLimits *ret_limits, GError **error)
{
	TF_AUTO_FD int ours = -1;
	TF_AUTO_FD int theirs = -1;
	TfContentsLimits limits = { 0 };
	Visit visit = { .looking = looking,
		.func = func,
		.user_data = user_data,
		.left = time_for(looking, fd),
		.limits = &limits };
	Turn turn = TURN_HEAR;

	if (!make_pipe(&ours, &theirs))
		return tf_raise(error, TF_ERROR_SYSTEM, "pipe", g_strerror(errno), NULL);
	if (!ask_one(looking, fd, spots, theirs, error))
		return FALSE;
	tf_file_close(&theirs);
	visit.keys = ours;
	while (turn == TURN_HEAR)
		turn = hear(&visit);
	if (turn == TURN_LOST)
		lose(looking);
	if (visit.stop != NULL) {
		g_propagate_error(error, visit.stop);
		return FALSE;
	}
	limits.is_unanswered = turn == TURN_LOST && !visit.is_ended && !limits.is_too_large;
	*ret_limits = limits;

	return TRUE;
}
