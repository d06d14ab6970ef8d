/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-board.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "base/escape.h"
#include "cli/columns.h"
#include "cli/phrase.h"
#include "cli/wording.h"

#define BAR_COLUMNS	  20u
#define READER_COLUMNS	  24u
#define MEMBER_COLUMNS	  30u
#define SHORT_WINDOW	  60u
#define SECONDS_IN_MINUTE 60
#define MINUTES_IN_HOUR	  60

/* In the order in which they are shown where there is no room for all. */
typedef enum State {
	TAKE_OUT,
	FAILED,
	GIVEN_UP,
	INSERT,
	WORKING,
	DONE,
	WAITING,
	N_STATES
} State;

static const gchar *const colours[N_STATES] = {
	[TAKE_OUT] = "\033[1;32m",
	[FAILED] = "\033[1;31m",
	[GIVEN_UP] = "\033[1;31m",
	[INSERT] = "\033[1;33m",
};
#define PLAIN "\033[0m"

static const gchar *const step_words[TF_N_BATCH_STEPS] = {
	[TF_BATCH_STEP_FORMAT] = N_("preparing the token"),
	[TF_BATCH_STEP_IMPORT] = N_("writing the key"),
	[TF_BATCH_STEP_AUDIT] = N_("checking the token"),
	[TF_BATCH_STEP_EMPTY] = N_("destroying the key that came out"),
	[TF_BATCH_STEP_PUBLISH] = N_("keeping the token"),
	[TF_BATCH_STEP_WIPE] = N_("wiping the file"),
};

typedef struct Reader {
	gchar *name; /* escaped, as is all text here */
	State state;
	gchar *member; /* NULL: none */
	gchar *text;
	TfBatchStep step;
} Reader;

struct TfBatchBoard {
	GPtrArray *readers; /* Reader, in the order of their first news */
	TfPace pace;
	guint64 n_done;
	GHashTable *failed; /* numbers: who failed may be done yet, with the card put in again */
	guint64 n_total;
	gboolean is_stopping;
};

static void free_reader(gpointer data)
{
	Reader *reader = data;

	g_free(reader->name);
	g_free(reader->member);
	g_free(reader->text);
	g_free(reader);
}

TfBatchBoard *tf_batch_board_new(guint64 n_done, guint64 n_total, gint64 now)
{
	TfBatchBoard *board = g_new0(TfBatchBoard, 1);

	board->readers = g_ptr_array_new_with_free_func(free_reader);
	board->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	board->n_done = n_done;
	board->n_total = n_total;
	tf_pace_begin(&board->pace, now);

	return board;
}

void tf_batch_board_free(TfBatchBoard *board)
{
	if (board == NULL)
		return;

	g_hash_table_unref(board->failed);
	g_ptr_array_unref(board->readers);
	g_free(board);
}

void tf_batch_board_stop(TfBatchBoard *board)
{
	board->is_stopping = TRUE;
}

static Reader *reader_of(TfBatchBoard *board, const gchar *lane)
{
	g_autofree gchar *name = tf_escape_terminal(lane);
	Reader *reader = NULL;

	for (guint i = 0; i < board->readers->len; i++) {
		reader = g_ptr_array_index(board->readers, i);
		if (g_str_equal(reader->name, name))
			return reader;
	}
	reader = g_new0(Reader, 1);
	reader->name = g_steal_pointer(&name);
	reader->state = WAITING;
	g_ptr_array_add(board->readers, reader);

	return reader;
}

/* Takes 'text' over. */
static void set(Reader *reader, State state, const TfJob *job, gchar *text)
{
	reader->state = state;
	g_free(reader->text);
	reader->text = text;
	g_free(reader->member);
	reader->member =
		job != NULL ? tf_phrase("{number} {name}", "number", job->number, "name", job->name, NULL)
			    : NULL;
}

static gchar *why_and_what_to_do(const GError *problem)
{
	g_autofree gchar *sentence = tf_wording_of_error(problem);
	g_autofree gchar *advice = tf_error_advice(problem);

	return tf_phrase("{problem} {advice}", "problem", sentence, "advice", advice, NULL);
}

/* A card without a new key leaves as well; why is told now, or is what its reader says already. */
static gchar *removal(const Reader *reader, const TfBatchNews *news)
{
	g_autofree gchar *why = news->problem != NULL ? why_and_what_to_do(news->problem) : NULL;

	if (why == NULL && reader->state == FAILED)
		why = g_strdup(reader->text);
	if (why != NULL)
		return tf_phrase(_("take it out. {problem}"), "problem", why, NULL);
	if (news->label != NULL)
		return tf_phrase(_("take it out and label it with '{label}'"), "label", news->label, NULL);

	return g_strdup(_("take it out"));
}

/* What its processes cannot do here is told before they do anything. */
static gchar *readiness(const TfBatchNews *news)
{
	g_autofree gchar *names = g_strjoinv(", ", (gchar **)news->names);

	return tf_phrase(_("ready ({names})"), "names", names, NULL);
}

static void take_for_reader(Reader *reader, const TfBatchNews *news)
{
	switch (news->kind) {
	case TF_BATCH_CONFINED:
		if (reader->text == NULL)
			set(reader, WAITING, NULL, readiness(news));
		break;
	case TF_BATCH_STEP:
		set(reader, WORKING, news->job, g_strdup(_(step_words[news->step])));
		reader->step = news->step;
		break;
	case TF_BATCH_PROVISIONED:
		set(reader, DONE, news->job, g_strdup(_("the token is made")));
		break;
	case TF_BATCH_FAILED:
		set(reader, FAILED, news->job, why_and_what_to_do(news->problem));
		break;
	case TF_BATCH_GIVEN_UP:
		set(reader, GIVEN_UP, NULL, why_and_what_to_do(news->problem));
		break;
	case TF_BATCH_INSERT:
		set(reader, INSERT, news->job, g_strdup(_("insert a card")));
		break;
	case TF_BATCH_TAKE_OUT:
		set(reader, TAKE_OUT, news->job, removal(reader, news));
		break;
	case TF_BATCH_HELD_UP:
	case TF_BATCH_WARNED:
	case TF_BATCH_RESTARTED:
	case TF_BATCH_RESUMED:
	case TF_N_BATCH_NEWS:
		break;
	}
}

void tf_batch_board_take(TfBatchBoard *board, const TfBatchNews *news, gint64 now)
{
	if (news->kind == TF_BATCH_PROVISIONED) {
		board->n_done++;
		(void)g_hash_table_remove(board->failed, news->job->number);
	}
	if (news->kind == TF_BATCH_FAILED)
		(void)g_hash_table_add(board->failed, g_strdup(news->job->number));
	if (news->kind == TF_BATCH_PROVISIONED || news->kind == TF_BATCH_FAILED)
		tf_pace_finish(&board->pace, now);
	if (news->lane != NULL)
		take_for_reader(reader_of(board, news->lane), news);
}

TfBatchProgress tf_batch_board_progress(const TfBatchBoard *board, gint64 now)
{
	guint64 n_failed = g_hash_table_size(board->failed);
	guint64 n_over = board->n_done + n_failed;
	guint64 n_left = board->n_total > n_over ? board->n_total - n_over : 0;

	return (TfBatchProgress){
		.n_done = board->n_done,
		.n_failed = n_failed,
		.n_total = board->n_total,
		.per_minute = tf_pace_per_minute(&board->pace, now),
		.seconds_left = tf_pace_seconds_left(&board->pace, n_left, now),
	};
}

/* ASCII: what looks better has another width on some terminals. */
static gchar *bar(guint64 n, guint64 of, guint columns)
{
	guint n_full = of > 0 ? (guint)(MIN(n, of) * columns / of) : columns;
	g_autofree gchar *full = g_strnfill(n_full, '#');
	g_autofree gchar *empty = g_strnfill(columns - n_full, '.');

	return g_strdup_printf("[%s%s]", full, empty);
}

static gchar *time_left(gint64 seconds)
{
	gint64 minutes = (seconds + SECONDS_IN_MINUTE - 1) / SECONDS_IN_MINUTE;

	if (seconds <= SECONDS_IN_MINUTE)
		return g_strdup(_("less than a minute left"));
	if (minutes < MINUTES_IN_HOUR)
		return tf_phrase(_("about {minutes} min left"), "minutes", TF_NUMBER(minutes), NULL);

	return tf_phrase(_("about {hours} h {minutes} min left"), "hours",
		TF_NUMBER(minutes / MINUTES_IN_HOUR), "minutes", TF_NUMBER(minutes % MINUTES_IN_HOUR), NULL);
}

static gchar *pace_line(const TfBatchProgress *progress)
{
	g_autofree gchar *rate = g_strdup_printf("%.1f", progress->per_minute);
	g_autofree gchar *left = NULL;

	if (progress->seconds_left < 0)
		return g_strdup("");
	if (progress->seconds_left == 0)
		return tf_phrase(_(", {rate} a minute"), "rate", rate, NULL);
	left = time_left(progress->seconds_left);

	return tf_phrase(_(", {rate} a minute, {left}"), "rate", rate, "left", left, NULL);
}

static gchar *whole_line(const TfBatchBoard *board, guint columns, gint64 now)
{
	TfBatchProgress progress = tf_batch_board_progress(board, now);
	g_autofree gchar *drawn =
		columns >= SHORT_WINDOW ? bar(progress.n_done, progress.n_total, BAR_COLUMNS) : g_strdup("");
	g_autofree gchar *pace = pace_line(&progress);
	g_autofree gchar *counts =
		tf_phrase(_("{done} of {total} done, {failed} failed"), "done", TF_NUMBER(progress.n_done),
			"total", TF_NUMBER(progress.n_total), "failed", TF_NUMBER(progress.n_failed), NULL);
	g_autofree gchar *all = g_strdup_printf("%s%s%s%s%s", drawn, drawn[0] != '\0' ? " " : "", counts,
		board->is_stopping ? _("; stopping, what was begun comes to its end") : "",
		board->is_stopping ? "" : pace);

	return tf_columns_cut(all, columns);
}

static gchar *text_of(const Reader *reader, guint columns)
{
	g_autofree gchar *drawn = NULL;

	if (reader->state != WORKING || columns < SHORT_WINDOW)
		return g_strdup(reader->text != NULL ? reader->text : "");
	drawn = bar(reader->step, TF_N_BATCH_STEPS, TF_N_BATCH_STEPS * 2);

	return g_strdup_printf("%s %s", drawn, reader->text);
}

/* As wide as the longest, within bounds. */
static guint name_columns(const TfBatchBoard *board, guint columns)
{
	guint widest = 0;

	for (guint i = 0; i < board->readers->len; i++)
		widest =
			MAX(widest, tf_columns(((const Reader *)g_ptr_array_index(board->readers, i))->name));

	return MIN(widest, MIN(READER_COLUMNS, columns / 3));
}

static gchar *reader_line(
	const TfBatchBoard *board, const Reader *reader, guint columns, gboolean has_colours)
{
	g_autofree gchar *name = tf_columns_fit(reader->name, name_columns(board, columns));
	g_autofree gchar *text = text_of(reader, columns);
	g_autofree gchar *member = reader->member != NULL
					   ? tf_columns_cut(reader->member, MIN(MEMBER_COLUMNS, columns / 3))
					   : g_strdup("");
	g_autofree gchar *all =
		g_strdup_printf("%s  %s%s%s", name, member, member[0] != '\0' ? "  " : "", text);
	g_autofree gchar *cut = tf_columns_cut(all, columns);
	const gchar *colour = colours[reader->state];

	return has_colours && colour != NULL ? g_strconcat(colour, cut, PLAIN, NULL) : g_steal_pointer(&cut);
}

static void add_readers_of(const TfBatchBoard *board, State state, guint n, guint columns,
	gboolean has_colours, GPtrArray *lines)
{
	for (guint i = 0; i < board->readers->len && lines->len < n; i++) {
		const Reader *reader = g_ptr_array_index(board->readers, i);

		if (state == N_STATES || reader->state == state)
			g_ptr_array_add(lines, reader_line(board, reader, columns, has_colours));
	}
}

/* Everybody in the same place while there is room; else by what is urgent, and how many more there are. */
static void add_readers(
	const TfBatchBoard *board, guint room, guint columns, gboolean has_colours, GPtrArray *lines)
{
	g_autofree gchar *more = NULL;

	if (board->readers->len <= room) {
		add_readers_of(board, N_STATES, room, columns, has_colours, lines);
		return;
	}
	for (guint state = 0; room > 0 && state < N_STATES; state++)
		add_readers_of(board, (State)state, room - 1, columns, has_colours, lines);
	if (room == 0)
		return;
	more = tf_phrase(
		_("and {count} more readers"), "count", TF_NUMBER(board->readers->len - lines->len), NULL);
	g_ptr_array_add(lines, tf_columns_cut(more, columns));
}

GPtrArray *tf_batch_board_lines(
	const TfBatchBoard *board, guint columns, guint rows, gboolean has_colours, gint64 now)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	/* The last column stays free: a full line makes some terminals begin the next one. */
	guint width = columns > 1 ? columns - 1 : 1;
	guint room = rows > 2 ? rows - 2 : 0;

	add_readers(board, room, width, has_colours, lines);
	g_ptr_array_add(lines, whole_line(board, width, now));

	return lines;
}
