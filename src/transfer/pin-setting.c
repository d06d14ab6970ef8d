/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/pin-setting.h"

#include "base/error.h"
#include "chosen.h"
#include "token/pin-change.h"

static gboolean begin(TfChosen *setting, const TfPinPlan *plan, const TfDialogue *dialogue, GError **error)
{
	return tf_chosen_open(
		setting, &plan->module, plan->token_uri, plan->ledger_path, TRUE, dialogue, error);
}

static TfTokenFacts *end(const TfChosen *setting)
{
	return tf_token_facts_copy(setting->choice->status->facts);
}

/* Whoever types the old one on the reader types the new one there, too (2.40, 5.5.9). */
static gboolean ask_new_pin(const TfTokenStatus *status, gboolean is_on_reader, const TfDialogue *dialogue,
	TfSecret **ret_pin, GError **error)
{
	g_autoptr(TfSecret) pin = NULL;

	if (is_on_reader)
		return TRUE;
	if (!dialogue->new_pin(dialogue->data, status, &pin, error))
		return FALSE;
	if (pin == NULL)
		return tf_raise(error, TF_ERROR_SECRET_SOURCE, "pinpad", status->facts->label, NULL);
	if (!tf_pin_suits(status, TF_TOKEN_PIN_USER, pin, error) || !tf_dialogue_go_on(dialogue, error))
		return FALSE;
	*ret_pin = g_steal_pointer(&pin);

	return TRUE;
}

TfTokenFacts *tf_pin_setting_change(const TfPinPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_auto(TfChosen) setting = { NULL, NULL, NULL, NULL };
	TfPinMemory memory = { NULL, NULL };
	g_autoptr(TfSecret) old = NULL;
	g_autoptr(TfSecret) new = NULL;

	if (!begin(&setting, plan, dialogue, error))
		return NULL;
	if (plan->is_dry_run)
		return end(&setting);

	memory = tf_chosen_memory(&setting);
	if (!tf_login(setting.session, setting.choice->status, FALSE, &memory, dialogue, &old, error))
		return NULL;
	if (!ask_new_pin(setting.choice->status, old == NULL, dialogue, &new, error))
		return NULL;
	if (!tf_pin_change(setting.session, old, new, error))
		return NULL;

	return end(&setting);
}

static gboolean insist_on_last_try(
	const TfTokenStatus *status, const TfDialogue *dialogue, gboolean *ret_insists, GError **error)
{
	g_autoptr(GError) problem = NULL;

	tf_raise(&problem, TF_ERROR_SO_PIN_LAST_TRY, status->facts->label, NULL);
	if (!tf_dialogue_require(dialogue, TF_QUESTION_INSIST_UNBLOCK,
		    &(TfQuestionContext){ .token = status->facts, .problem = problem }, "", error))
		return FALSE;
	*ret_insists = TRUE;

	return TRUE;
}

static gboolean is_wrong(const GError *error)
{
	return g_error_matches(error, TF_ERROR, TF_ERROR_PUK_WRONG) ||
	       g_error_matches(error, TF_ERROR, TF_ERROR_SO_PIN_WRONG);
}

/* The user PIN that is set now may be one that failed before. */
static gboolean forget(const TfChosen *setting, TfPinKind kind, GError **error)
{
	const TfTokenFacts *token = setting->choice->status->facts;

	if (setting->ledger == NULL)
		return TRUE;

	return tf_ledger_forget_failed_pins(setting->ledger, token, TF_PIN_USER, error) &&
	       tf_ledger_forget_failed_pins(setting->ledger, token, kind, error);
}

static gboolean unblock(const TfChosen *setting, TfPinKind kind, const TfDialogue *dialogue, GError **error)
{
	const TfTokenStatus *status = setting->choice->status;
	const TfPinMemory memory = tf_chosen_memory(setting);
	g_autoptr(TfSecret) secret = NULL;
	g_autoptr(TfSecret) new = NULL;
	g_autoptr(GError) problem = NULL;
	gboolean insists = FALSE;

	if (kind == TF_PIN_SO && status->so_pin_state == TF_PIN_LAST_TRY &&
		!insist_on_last_try(status, dialogue, &insists, error))
		return FALSE;
	if (!dialogue->unblock_secret(dialogue->data, status, kind, &secret, error) ||
		!tf_login_refuse_known(status->facts, kind, secret, &memory, dialogue, error) ||
		!ask_new_pin(status, secret == NULL, dialogue, &new, error))
		return FALSE;
	if (!tf_unblock(setting->session, kind, secret, new, insists, &problem)) {
		if (is_wrong(problem))
			tf_login_note_failure(&memory, status->facts, kind, secret, &problem);
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}

	return forget(setting, kind, error);
}

TfTokenFacts *tf_pin_setting_unblock(const TfPinPlan *plan, const TfDialogue *dialogue, GError **error)
{
	g_auto(TfChosen) setting = { NULL, NULL, NULL, NULL };
	TfPinKind kind = plan->unblocks_by;

	if (!begin(&setting, plan, dialogue, error))
		return NULL;
	if (kind == TF_N_PIN_KINDS)
		kind = tf_unblock_kind(setting.session);
	if (!tf_unblock_check(setting.session, kind, error))
		return NULL;
	if (!plan->is_dry_run && !unblock(&setting, kind, dialogue, error))
		return NULL;

	return end(&setting);
}
