/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "login.h"

#include "base/error.h"
#include "transfer/cards.h"
#include "transfer/pin-memory.h"

static void raise_failed_before(const TfTokenFacts *token, TfPinKind kind, GError **error)
{
	if (kind == TF_PIN_USER)
		tf_raise(error, TF_ERROR_PIN_FAILED_BEFORE, token->label, NULL);
	else
		tf_raise(error, TF_ERROR_UNBLOCK_FAILED_BEFORE, token->label,
			kind == TF_PIN_PUK ? "PUK" : "SO PIN", NULL);
}

gboolean tf_login_refuse_known(const TfTokenFacts *token, TfPinKind kind, const TfSecret *pin,
	const TfPinMemory *memory, const TfDialogue *dialogue, GError **error)
{
	g_autoptr(GError) problem = NULL;
	gboolean has_failed = FALSE;

	if (pin == NULL || memory->ledger == NULL)
		return TRUE;
	if (!tf_pin_has_failed(memory->ledger, token, kind, pin, &has_failed, error))
		return FALSE;
	if (!has_failed)
		return TRUE;

	raise_failed_before(token, kind, &problem);

	return tf_dialogue_require(dialogue,
		kind == TF_PIN_USER ? TF_QUESTION_INSIST_PIN : TF_QUESTION_INSIST_UNBLOCK,
		&(TfQuestionContext){ .token = token, .problem = problem }, "", error);
}

static gboolean insist_on_last_try(
	const TfTokenStatus *status, const TfDialogue *dialogue, gboolean *ret_insists, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (status->pin_state != TF_PIN_LAST_TRY) {
		*ret_insists = FALSE;
		return TRUE;
	}

	tf_raise(&problem, TF_ERROR_PIN_LAST_TRY, status->facts->label, NULL);
	if (!tf_dialogue_require(dialogue, TF_QUESTION_INSIST_PIN,
		    &(TfQuestionContext){ .token = status->facts, .problem = problem }, "", error))
		return FALSE;
	*ret_insists = TRUE;

	return TRUE;
}

void tf_login_note_failure(const TfPinMemory *memory, const TfTokenFacts *token, TfPinKind kind,
	const TfSecret *pin, GError **error)
{
	g_autoptr(TfLedger) made = NULL;
	TfLedger *ledger = memory->ledger;
	g_autoptr(GError) problem = NULL;
	g_autofree gchar *sentence = NULL;

	if (pin == NULL)
		return;
	if (ledger == NULL && memory->url != NULL)
		ledger = made = tf_ledger_open(memory->url, &problem);
	if (ledger != NULL)
		(void)tf_pin_note_failed(ledger, token, kind, pin, &problem);
	if (problem == NULL)
		return;
	sentence = tf_error_sentence(problem);
	g_prefix_error(error, "%s ", sentence);
}

gboolean tf_login(TfSession *session, TfTokenStatus *status, gboolean is_spare, const TfPinMemory *memory,
	const TfDialogue *dialogue, TfSecret **ret_pin, GError **error)
{
	TfLedger *ledger = memory->ledger;
	const TfTokenFacts *token = status->facts;
	g_autoptr(GError) problem = NULL;
	g_autoptr(TfSecret) pin = NULL;
	gboolean insists = FALSE;

	tf_cards_count_pin_tries(status);
	if (status->pin_state == TF_PIN_LOCKED)
		return tf_raise(error, TF_ERROR_PIN_LOCKED, token->label, NULL);
	if (!insist_on_last_try(status, dialogue, &insists, error))
		return FALSE;
	if (!dialogue->pin(dialogue->data, status, is_spare, &pin, error))
		return FALSE;
	if (!tf_login_refuse_known(token, TF_PIN_USER, pin, memory, dialogue, error))
		return FALSE;
	if (!tf_session_login(session, pin, insists, &problem)) {
		if (g_error_matches(problem, TF_ERROR, TF_ERROR_PIN_WRONG))
			tf_login_note_failure(memory, token, TF_PIN_USER, pin, &problem);
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (ledger != NULL && !tf_ledger_forget_failed_pins(ledger, token, TF_PIN_USER, error))
		return FALSE;
	*ret_pin = g_steal_pointer(&pin);

	return TRUE;
}
