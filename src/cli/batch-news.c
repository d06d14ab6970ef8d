/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/batch-news.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/batch-board.h"
#include "cli/batch-questions.h"
#include "cli/interrupt.h"
#include "cli/language.h"
#include "cli/live-screen.h"
#include "cli/output.h"
#include "cli/phrase.h"
#include "cli/wording.h"
#include "report/report.h"

/* Between two frames; the time left changes without news as well. */
#define FRAME_MS 250u

struct TfBatchTeller {
	TfBatchTellerPlan plan;
	TfBatchBoard *board;
	TfBatchQuestions *questions;
	TfLiveScreen *screen; /* NULL: lines are told */
	guint ticking;	      /* source; 0: none */
	gint64 next_frame;    /* monotonic microseconds */
};

static const gchar *const kind_names[TF_N_BATCH_NEWS] = {
	[TF_BATCH_CONFINED] = "confinement",
	[TF_BATCH_RESUMED] = "resumed",
	[TF_BATCH_STEP] = "step",
	[TF_BATCH_PROVISIONED] = "provisioned",
	[TF_BATCH_FAILED] = "failed",
	[TF_BATCH_RESTARTED] = "restarted",
	[TF_BATCH_GIVEN_UP] = "given-up",
	[TF_BATCH_INSERT] = "insert",
	[TF_BATCH_HELD_UP] = "held-up",
	[TF_BATCH_WARNED] = "warning",
	[TF_BATCH_TAKE_OUT] = "take-out",
};

static void add_problem(json_t *object, const GError *problem)
{
	g_autofree gchar *sentence = tf_wording_of_error(problem);
	g_autofree gchar *advice = tf_error_advice(problem);

	json_object_set_new(object, "error", json_string(tf_error_name(problem)));
	json_object_set_new(object, "message", tf_output_string(sentence));
	json_object_set_new(object, "advice", tf_output_string(advice));
}

static void add_progress(json_t *object, const TfBatchBoard *board)
{
	TfBatchProgress progress = tf_batch_board_progress(board, g_get_monotonic_time());

	json_object_set_new(object, "done", json_integer((json_int_t)progress.n_done));
	json_object_set_new(object, "failed", json_integer((json_int_t)progress.n_failed));
	json_object_set_new(object, "total", json_integer((json_int_t)progress.n_total));
	json_object_set_new(object, "per_minute", json_real(progress.per_minute));
	json_object_set_new(object, "seconds_left",
		progress.seconds_left >= 0 ? json_integer(progress.seconds_left) : json_null());
}

static void add_source(json_t *object, const TfKept *kept)
{
	json_object_set_new(object, "source", json_string(kept != NULL ? "kept" : "wiped"));
	if (kept == NULL)
		return;
	json_object_set_new(object, "why", json_string(tf_kept_why_name(kept->why)));
	json_object_set_new(object, "detail", tf_output_string(kept->detail));
}

static void tell_json(const TfBatchNews *news, const TfBatchBoard *board)
{
	json_t *object = tf_output_object(kind_names[news->kind]);

	if (news->lane != NULL)
		json_object_set_new(object, "reader", tf_output_string(news->lane));
	if (news->job != NULL) {
		json_object_set_new(object, "number", tf_output_string(news->job->number));
		json_object_set_new(object, "name", tf_output_string(news->job->name));
		json_object_set_new(object, "line", json_integer(news->job->line));
	}
	if (news->kind == TF_BATCH_STEP)
		json_object_set_new(object, "step", json_string(tf_batch_step_name(news->step)));
	if (news->label != NULL)
		json_object_set_new(object, "label", tf_output_string(news->label));
	if (news->token != NULL)
		json_object_set_new(object, "token", tf_token_facts_to_json(news->token));
	if (news->problem != NULL)
		add_problem(object, news->problem);
	if (news->names != NULL) {
		json_t *names = json_array();

		for (guint i = 0; news->names[i] != NULL; i++)
			json_array_append_new(names, tf_output_string(news->names[i]));
		json_object_set_new(object, "confinement", names);
	}
	if (news->kind == TF_BATCH_PROVISIONED)
		add_source(object, news->kept);
	if (news->kind == TF_BATCH_PROVISIONED || news->kind == TF_BATCH_FAILED)
		add_progress(object, board);
	tf_output_json(object);
}

static gchar *insertion(const TfBatchNews *news)
{
	if (news->job == NULL)
		return tf_phrase(_("{reader}: insert a card"), "reader", news->lane, NULL);

	return tf_phrase(_("{reader}: insert a card for {number} {name}"), "reader", news->lane, "number",
		news->job->number, "name", news->job->name, NULL);
}

static gchar *removal(const TfBatchNews *news, const gchar *problem, const gchar *advice)
{
	if (news->problem != NULL)
		return tf_phrase(_("{reader}: take the card out. {problem} {advice}"), "reader", news->lane,
			"problem", problem, "advice", advice, NULL);
	if (news->label == NULL)
		return tf_phrase(_("{reader}: take the card out"), "reader", news->lane, NULL);

	return tf_phrase(_("{reader}: take the card out and label it with '{label}'"), "reader", news->lane,
		"label", news->label, NULL);
}

static gchar *made(const TfBatchNews *news)
{
	if (news->label == NULL)
		return tf_phrase(_("{number} {name}: done, token {token}"), "number", news->job->number,
			"name", news->job->name, "token", news->token->serial, NULL);

	return tf_phrase(_("{number} {name}: done, card {token}, which is to be labelled with '{label}'"),
		"number", news->job->number, "name", news->job->name, "token", news->token->serial, "label",
		news->label, NULL);
}

static gchar *success(const TfBatchNews *news)
{
	g_autofree gchar *text = made(news);
	g_autofree gchar *kept = NULL;

	if (news->kept == NULL)
		return g_steal_pointer(&text);
	kept = tf_phrase(_("Its file '{path}' was not wiped. {why} {detail}"), "path", news->kept->path,
		"why", tf_report_kept_why(tf_kept_why_name(news->kept->why)), "detail",
		news->kept->detail != NULL ? news->kept->detail : "", NULL);

	return g_strjoin(" ", text, g_strchomp(kept), NULL);
}

static gchar *sentence_of(const TfBatchNews *news)
{
	g_autofree gchar *problem = news->problem != NULL ? tf_wording_of_error(news->problem) : NULL;
	g_autofree gchar *advice = news->problem != NULL ? tf_error_advice(news->problem) : NULL;
	g_autofree gchar *names =
		news->names != NULL ? g_strjoinv(", ", (gchar **)news->names) : g_strdup("");

	switch (news->kind) {
	case TF_BATCH_CONFINED:
		return tf_phrase(_("{reader}: ready ({names})"), "reader", news->lane, "names", names, NULL);
	case TF_BATCH_RESUMED:
		return tf_phrase(_("{number} {name}: begun by an earlier run, going on"), "number",
			news->job->number, "name", news->job->name, NULL);
	case TF_BATCH_PROVISIONED:
		return success(news);
	case TF_BATCH_FAILED:
		return tf_phrase(_("{number} {name}: not done. {problem} {advice}"), "number",
			news->job->number, "name", news->job->name, "problem", problem, "advice", advice,
			NULL);
	case TF_BATCH_RESTARTED:
		if (news->lane == NULL)
			return tf_phrase(_("What prepares files and letters is started again. {problem}"),
				"problem", problem, NULL);
		return tf_phrase(_("{reader}: started again. {problem}"), "reader", news->lane, "problem",
			problem, NULL);
	case TF_BATCH_GIVEN_UP:
		return tf_phrase(_("{reader}: makes no more tokens in this run. {problem} {advice}"),
			"reader", news->lane, "problem", problem, "advice", advice, NULL);
	case TF_BATCH_INSERT:
		return insertion(news);
	case TF_BATCH_TAKE_OUT:
		return removal(news, problem, advice);
	case TF_BATCH_HELD_UP:
	case TF_BATCH_WARNED:
		return tf_phrase(_("{problem} {advice}"), "problem", problem, "advice", advice, NULL);
	case TF_BATCH_STEP:
	case TF_N_BATCH_NEWS:
		break;
	}

	return NULL;
}

static void draw(TfBatchTeller *teller, gint64 now)
{
	guint columns = 0;
	guint rows = 0;
	g_autoptr(GPtrArray) lines = NULL;

	if (tf_interrupt_is_noted())
		tf_batch_board_stop(teller->board);
	tf_live_screen_size(teller->screen, &columns, &rows);
	lines = tf_batch_board_lines(
		teller->board, columns, rows, tf_live_screen_has_colours(teller->screen), now);
	tf_live_screen_show(teller->screen, lines);
	teller->next_frame = now + (FRAME_MS * G_TIME_SPAN_MILLISECOND);
}

static gboolean tick(gpointer data)
{
	draw(data, g_get_monotonic_time());

	return G_SOURCE_CONTINUE;
}

/* What a reader's line shows does not stay; why something went wrong does, a file that is still there, and a
 * label that no reader waits for. */
static gboolean stays_on_screen(const TfBatchNews *news)
{
	return news->problem != NULL || news->kind == TF_BATCH_RESUMED ||
	       (news->kind == TF_BATCH_PROVISIONED && (news->label != NULL || news->kept != NULL));
}

static void show(TfBatchTeller *teller, const TfBatchNews *news, gint64 now)
{
	g_autofree gchar *sentence = stays_on_screen(news) ? sentence_of(news) : NULL;

	if (sentence != NULL)
		tf_live_screen_say(teller->screen, sentence);
	if (now >= teller->next_frame)
		draw(teller, now);
}

static void tell(const TfBatchNews *news, gpointer user_data)
{
	TfBatchTeller *teller = user_data;
	gint64 now = g_get_monotonic_time();
	g_autofree gchar *sentence = NULL;

	tf_batch_board_take(teller->board, news, now);
	/* While somebody is asked, what happens is told in lines below the question. */
	if (teller->screen != NULL && !tf_live_screen_is_paused(teller->screen)) {
		show(teller, news, now);
		return;
	}
	if (teller->plan.is_json) {
		if (news->kind != TF_BATCH_STEP || teller->plan.is_verbose)
			tell_json(news, teller->board);
		return;
	}
	sentence = sentence_of(news);
	if (sentence != NULL)
		tf_output_notice(sentence);
}

static gboolean is_interrupted(G_GNUC_UNUSED gpointer user_data)
{
	return tf_interrupt_is_noted();
}

static void ask(const TfBatchQuestion *question, gpointer user_data)
{
	const TfBatchTeller *teller = user_data;

	if (teller->screen != NULL)
		tf_live_screen_pause(teller->screen);
	tf_batch_questions_ask(teller->questions, question);
}

static void withdraw(const gchar *lane, gpointer user_data)
{
	const TfBatchTeller *teller = user_data;

	tf_batch_questions_withdraw(teller->questions, lane);
}

static gboolean hear(TfBatchAnswer *ret_answer, gpointer user_data)
{
	const TfBatchTeller *teller = user_data;
	gboolean is_heard = tf_batch_questions_hear(teller->questions, ret_answer);

	if (teller->screen != NULL)
		tf_live_screen_go_on(teller->screen);

	return is_heard;
}

TfBatchTeller *tf_batch_teller_new(const TfBatchTellerPlan *plan)
{
	TfBatchTeller *teller = g_new0(TfBatchTeller, 1);

	teller->plan = *plan;
	teller->board = tf_batch_board_new(plan->n_done, plan->n_total, g_get_monotonic_time());
	teller->questions = tf_batch_questions_new(plan->terminal);
	if (!plan->is_json && !plan->is_verbose)
		teller->screen = tf_live_screen_new(STDERR_FILENO);
	if (teller->screen != NULL)
		teller->ticking = g_timeout_add(FRAME_MS, tick, teller);

	return teller;
}

void tf_batch_teller_free(TfBatchTeller *teller)
{
	if (teller == NULL)
		return;

	if (teller->ticking != 0)
		(void)g_source_remove(teller->ticking);
	if (teller->screen != NULL)
		draw(teller, g_get_monotonic_time());
	tf_live_screen_free(teller->screen);
	tf_batch_questions_free(teller->questions);
	tf_batch_board_free(teller->board);
	g_free(teller);
}

TfBatchListener tf_batch_teller_listener(TfBatchTeller *teller)
{
	return (TfBatchListener){ .tell = tell,
		.is_interrupted = is_interrupted,
		.interrupt_fd = tf_interrupt_fd(),
		.ask = ask,
		.withdraw = withdraw,
		.answers_fd = teller->plan.terminal != NULL ? tf_terminal_fd(teller->plan.terminal) : -1,
		.hear = hear,
		.user_data = teller };
}

void tf_batch_news_kept(guint64 n_kept)
{
	g_autofree gchar *text = NULL;

	if (n_kept == 0)
		return;
	text = tf_phrase(_("Files of members with a token that were not wiped, and are still there: {count}. "
			   "'tokenferry status --list' says which and why."),
		"count", TF_NUMBER(n_kept), NULL);
	tf_output_notice(text);
}

void tf_batch_news_end(const TfBatchResult *result, guint64 total, guint64 n_kept, gboolean is_json)
{
	g_autofree gchar *text = NULL;

	if (is_json) {
		json_t *object = tf_output_object("result");

		json_object_set_new(object, "status", json_string("done"));
		json_object_set_new(object, "provisioned", json_integer((json_int_t)result->n_provisioned));
		json_object_set_new(object, "total", json_integer((json_int_t)total));
		json_object_set_new(object, "kept", json_integer((json_int_t)n_kept));
		tf_output_json(object);
		return;
	}
	text = tf_phrase(
		_("All {total} members have their token; {count} were made now. Their own PCs are still to "
		  "be cleaned."),
		"total", TF_NUMBER(total), "count", TF_NUMBER(result->n_provisioned), NULL);
	tf_output_text(text);
}

const gchar *tf_batch_news_language(void)
{
	return tf_language_spoken();
}
