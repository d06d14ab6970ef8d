/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The work on one card, from the look at it until its key is on it; then card-lane-audit.c goes on. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "card-lane-private.h"
#include "group.h"
#include "order.h"
#include "variant-private.h"

static TfTask *current(const TfCardLane *lane)
{
	return g_ptr_array_index(lane->group, 0);
}

static void stop(const TfCardLane *lane, GError *problem)
{
	tf_batch_stop(lane->batch, problem);
}

static void tell_step(const TfCardLane *lane, TfBatchStep step)
{
	tf_batch_tell(lane->batch,
		&(TfBatchNews){
			.kind = TF_BATCH_STEP, .lane = lane->name, .job = current(lane)->job, .step = step });
}

static void ask_look(TfCardLane *lane)
{
	tf_peer_ask(lane->formatter, TF_MESSAGE_LOOK_CARD, g_variant_new_string(lane->name), NULL);
}

void tf_card_lane_look(TfCardLane *lane)
{
	lane->doing = TF_CARD_DOING_LOOK;
	tf_card_lane_when_ready(lane, ask_look);
}

/* ---- formatting ---- */

static gboolean ask_format(TfCardLane *lane, GError **error)
{
	const TfTask *task = current(lane);
	const TfPins *pins = task->pins;
	TF_AUTO_FD int so_pin = tf_pipe_secret(pins->so, error);
	TF_AUTO_FD int so_puk = so_pin >= 0 ? tf_pipe_secret(pins->so_puk, error) : -1;
	TF_AUTO_FD int pin = so_puk >= 0 ? tf_pipe_secret(pins->user, error) : -1;
	TF_AUTO_FD int puk = pin >= 0 ? tf_pipe_secret(pins->puk, error) : -1;
	const int fds[] = { so_pin, so_puk, pin, puk };

	if (puk < 0)
		return FALSE;
	tf_peer_ask(lane->formatter, TF_MESSAGE_FORMAT_CARD,
		g_variant_new("(sss)", lane->name, tf_card_state_name(lane->state), task->job->number), fds);

	return TRUE;
}

/* From now on the card may have the PINs of the envelope. */
static gboolean note_empty(TfCardLane *lane, GError **error)
{
	TfTask *task = current(lane);

	if (task->erases && !tf_ledger_set_job_erases(lane->batch->ledger, task->job->id, FALSE, error))
		return FALSE;
	task->erases = FALSE;

	return TRUE;
}

static void format(TfCardLane *lane, TfCardDoing doing)
{
	GError *problem = NULL;

	lane->doing = doing;
	if (!tf_card_lane_check_so_pin(lane, &problem)) {
		tf_card_lane_fail(lane, problem);
		return;
	}
	if (!note_empty(lane, &problem)) {
		stop(lane, problem);
		return;
	}
	if (!ask_format(lane, &problem))
		tf_card_lane_fail(lane, problem);
}

/* A formatter that was started since has not seen the card yet. */
static void begin_formatting(TfCardLane *lane)
{
	if (!lane->is_seen)
		ask_look(lane);
	else if (lane->erases)
		tf_card_lane_erase(lane);
	else
		format(lane, TF_CARD_DOING_FORMAT);
}

static void format_or_erase(TfCardLane *lane)
{
	lane->doing = TF_CARD_DOING_LOOK_AGAIN;
	tf_card_lane_when_ready(lane, begin_formatting);
}

void tf_card_lane_try_again(TfCardLane *lane)
{
	format_or_erase(lane);
}

static void note_erased(TfCardLane *lane)
{
	lane->batch->so_pin_trial = NULL;
	/* Others may be erased without it. */
	lane->batch->so_pin_fits |= lane->state == TF_CARD_READY;
	lane->erases = FALSE;
	lane->state = TF_CARD_BLANK;
	tf_batch_pump(lane->batch);
	format(lane, TF_CARD_DOING_FORMAT);
}

static void ask_tokens(TfCardLane *lane);

void tf_card_lane_begin(TfCardLane *lane, TfTask *task)
{
	GError *problem = NULL;

	g_ptr_array_add(lane->group, task);
	task->reader = lane->name;
	if (task->problem != NULL) {
		tf_card_lane_fail(lane, g_steal_pointer(&task->problem));
		return;
	}
	if (task->is_imported) {
		tf_card_lane_audit(lane);
		return;
	}
	if (!tf_ledger_job_erases(lane->batch->ledger, task->job->id, &task->erases, &problem)) {
		stop(lane, problem);
		return;
	}
	tf_task_enter(task, TF_STAGE_FORMAT);
	tell_step(lane, TF_BATCH_STEP_FORMAT);
	/* Begun before, and in force: is it by the PINs of its member, or as it was before that? */
	if (lane->state == TF_CARD_READY && task->job->made_serial != NULL) {
		lane->doing = TF_CARD_DOING_RECOGNISE;
		tf_card_lane_when_ready(lane, ask_tokens);
		return;
	}
	format_or_erase(lane);
}

static void ask_tokens(TfCardLane *lane)
{
	tf_peer_ask(lane->worker, TF_MESSAGE_LOOK, g_variant_new("()"), NULL);
}

/* What the module shows of the card that is formatted now. */
static void show(TfCardLane *lane)
{
	lane->state = TF_CARD_READY;
	lane->doing = TF_CARD_DOING_SHOW;
	tf_card_lane_when_ready(lane, ask_tokens);
}

static void record_refuted(TfCardLane *lane)
{
	GError *problem = NULL;

	if (!tf_ledger_record_step(lane->batch->ledger, current(lane)->row, TF_STEP_REFUTED,
		    "card formatted again", &problem)) {
		stop(lane, problem);
		return;
	}
	tf_card_lane_fail(lane, g_steal_pointer(&current(lane)->problem));
}

/* What was planned for a card is done to that card, as it was: another one may be there by now. */
static gboolean check_look(const TfCardLane *lane, TfCardState state, const gchar *serial, GError **error)
{
	if (lane->doing == TF_CARD_DOING_LOOK)
		return TRUE;
	if (strcmp(serial, lane->serial) == 0 && (lane->doing == TF_CARD_DOING_EMPTY || state == lane->state))
		return TRUE;

	return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "CARD", NULL);
}

static void take_look(TfCardLane *lane, const TfMessage *answer)
{
	const gchar *name = NULL;
	const gchar *serial = NULL;
	TfCardState state = TF_CARD_UNKNOWN;
	GError *problem = NULL;

	g_variant_get(answer->body, "(&s&s)", &name, &serial);
	if (!tf_card_state_from_name(name, &state) || serial[0] == '\0') {
		tf_raise(&problem, TF_ERROR_TOKEN_FORMAT_UNSUPPORTED, lane->name, NULL);
		tf_card_lane_fail(lane, problem);
		return;
	}
	if (!check_look(lane, state, serial, &problem)) {
		tf_card_lane_fail(lane, problem);
		return;
	}
	lane->state = state;
	lane->is_seen = TRUE;
	if (lane->doing == TF_CARD_DOING_LOOK_AGAIN) {
		begin_formatting(lane);
		return;
	}
	if (lane->doing == TF_CARD_DOING_EMPTY) {
		format(lane, TF_CARD_DOING_EMPTY);
		return;
	}
	g_free(lane->serial);
	lane->serial = g_strdup(serial);
	lane->doing = TF_CARD_DOING_CHOOSE;
	tf_card_lane_choose(lane);
}

/* What it was asked for did not come about. */
static void take_failure(TfCardLane *lane, const TfMessage *answer, const GError *problem)
{
	TfCardDoing doing = lane->doing;
	GError *failure = NULL;

	if (answer != NULL)
		(void)tf_message_raise(answer, &failure);
	else
		failure = g_error_copy(problem);
	if (doing == TF_CARD_DOING_ERASE)
		tf_card_lane_note_not_erased(lane, failure);
	else if (doing == TF_CARD_DOING_IMPORT || doing == TF_CARD_DOING_FORMAT ||
		 doing == TF_CARD_DOING_EMPTY)
		tf_card_lane_fail(lane, tf_card_lane_note_pin(lane, failure));
	else
		tf_card_lane_fail(lane, failure);
}

void tf_card_lane_heard_formatter(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfCardLane *lane = user_data;
	gboolean is_asked = lane->doing == TF_CARD_DOING_LOOK || lane->doing == TF_CARD_DOING_LOOK_AGAIN ||
			    lane->doing == TF_CARD_DOING_ERASE || lane->doing == TF_CARD_DOING_FORMAT ||
			    lane->doing == TF_CARD_DOING_EMPTY;

	if (!is_asked)
		return;
	if (answer == NULL || answer->kind == TF_MESSAGE_FAILED)
		take_failure(lane, answer, problem);
	else if (answer->kind == TF_MESSAGE_CARD)
		take_look(lane, answer);
	else if (answer->kind == TF_MESSAGE_CARD_ERASED)
		note_erased(lane);
	else if (lane->doing == TF_CARD_DOING_EMPTY)
		record_refuted(lane);
	else
		show(lane);
}

/* A key that came out is on this card no longer than it takes to format it again, with the same PINs. */
void tf_card_lane_empty(TfCardLane *lane)
{
	tell_step(lane, TF_BATCH_STEP_EMPTY);
	lane->doing = TF_CARD_DOING_EMPTY;
	tf_card_lane_when_ready(lane, ask_look);
}

/* ---- writing ---- */

/* The token of this serial number, which was planned for; FALSE when another card is there. */
static gboolean find_token(TfCardLane *lane, GVariant *tokens)
{
	TfTask *task = current(lane);
	GVariantIter iter;
	TfTokenFacts facts = { 0 };
	guint64 slot = 0;
	gboolean is_initialized = FALSE;

	g_variant_iter_init(&iter, tokens);
	while (g_variant_iter_next(&iter, "(&s&s&s&s&stbbbu)", &facts.label, &facts.manufacturer,
		&facts.model, &facts.serial, &facts.uri, &slot, &is_initialized, NULL, NULL, NULL)) {
		if (!is_initialized || strcmp(facts.serial, lane->serial) != 0)
			continue;
		tf_token_facts_free(task->token);
		task->token = tf_token_facts_copy(&facts);
		task->slot = slot;
		return TRUE;
	}

	return FALSE;
}

static gboolean ask_import(TfCardLane *lane, GError **error)
{
	TfTask *task = current(lane);
	TF_AUTO_FD int pin = tf_pipe_secret(task->pins->user, error);
	const int fds[] = { task->key, pin };

	if (pin < 0)
		return FALSE;
	tf_peer_ask(lane->worker, TF_MESSAGE_IMPORT, tf_order_import(task), fds);
	tf_file_close(&task->key);

	return TRUE;
}

/* A card that was begun for its member bears its number once it is formatted; so may one that was not erased
 * yet, of the year before. */
static gboolean check_label(TfCardLane *lane, GVariant *tokens, GError **error)
{
	const TfBatchPlan *plan = lane->batch->plan;
	const TfTask *task = current(lane);

	/* Of a card that is not there nothing is known. */
	if (!find_token(lane, tokens))
		return tf_raise(error, TF_ERROR_TOKEN_REMOVED, "C_GetTokenInfo", NULL);
	lane->erases = task->erases || !g_str_equal(task->token->label, task->job->number);

	return !lane->erases || (plan->reformats && plan->so_pin != NULL) ||
	       tf_raise(error, TF_ERROR_TOKEN_FOREIGN, lane->serial, NULL);
}

static void recognise(TfCardLane *lane, GVariant *tokens)
{
	GError *problem = NULL;

	/* Its module has the card in use. */
	lane->is_worker_spent = TRUE;
	if (check_label(lane, tokens, &problem))
		format_or_erase(lane);
	else
		tf_card_lane_fail(lane, problem);
}

static void import(TfCardLane *lane, GVariant *tokens)
{
	TfTask *task = current(lane);
	GError *problem = NULL;

	tf_task_enter(task, TF_STAGE_IMPORT);
	tell_step(lane, TF_BATCH_STEP_IMPORT);
	lane->doing = TF_CARD_DOING_IMPORT;
	if (!find_token(lane, tokens)) {
		tf_raise(&problem, TF_ERROR_TOKEN_REMOVED, "C_GetTokenInfo", NULL);
		tf_card_lane_fail(lane, problem);
	} else if (!tf_card_lane_forget_pins(lane, &problem))
		stop(lane, problem);
	else if (!ask_import(lane, &problem))
		tf_card_lane_fail(lane, problem);
}

void tf_card_lane_heard_worker(
	G_GNUC_UNUSED TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	TfCardLane *lane = user_data;

	/* What is written is written, whatever it says of its closing: the auditor looks. */
	if (lane->doing == TF_CARD_DOING_CLOSE) {
		tf_card_lane_audit(lane);
		return;
	}
	if (lane->doing != TF_CARD_DOING_SHOW && lane->doing != TF_CARD_DOING_IMPORT &&
		lane->doing != TF_CARD_DOING_RECOGNISE)
		return;
	if (answer == NULL || answer->kind == TF_MESSAGE_FAILED) {
		lane->is_worker_spent = TRUE;
		take_failure(lane, answer, problem);
		return;
	}
	if (answer->kind == TF_MESSAGE_TOKENS) {
		if (lane->doing == TF_CARD_DOING_RECOGNISE)
			recognise(lane, answer->body);
		else
			import(lane, answer->body);
		return;
	}
	current(lane)->dropped = tf_variant_names(answer->body);
	lane->doing = TF_CARD_DOING_CLOSE;
	tf_peer_ask(lane->worker, TF_MESSAGE_CLOSE, g_variant_new("()"), NULL);
}
