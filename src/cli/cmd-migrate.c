/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/conversation.h"
#include "cli/language.h"
#include "cli/output.h"
#include "cli/pc-questions.h"
#include "cli/phrase.h"
#include "cli/places.h"
#include "cli/result.h"
#include "cli/touch-print.h"
#include "guided-private.h"
#include "report/report.h"

#define KEY_LIMIT 256u

/* The folder itself: a link to it, or a path by way of one, is no other store. */
static gchar *resolve_store(const gchar *path, GError **error)
{
	char *real = realpath(path, NULL);
	gchar *resolved = g_strdup(real);

	free(real);
	if (resolved == NULL)
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, g_strerror(errno), NULL);

	return resolved;
}

static gboolean resolve_guided(TfGuidance *guidance, GError **error)
{
	gchar *resolved = resolve_store(guidance->source, error);

	if (resolved == NULL)
		return FALSE;
	g_free(guidance->source);
	guidance->source = resolved;

	return TRUE;
}

static gboolean take_source(TfInvocation *invocation, TfGuidance *guidance, GError **error)
{
	const TfOptions *options = invocation->options;

	if (options->from_nss != NULL && invocation->words[0] != NULL)
		return tf_raise(error, TF_ERROR_USAGE, _("--from-nss takes the place of the file"), NULL);
	if (options->from_nss != NULL && (options->move_to != NULL || options->may_discard))
		return tf_raise(error, TF_ERROR_USAGE,
			_("--move-to and --discard are for files, not for --from-nss"), NULL);
	guidance->is_from_store = options->from_nss != NULL;
	invocation->is_from_store = guidance->is_from_store;
	guidance->source = options->from_nss != NULL ? resolve_store(options->from_nss, error)
						     : g_strdup(invocation->words[0]);

	return guidance->source != NULL;
}

static gboolean find_source(
	TfInvocation *invocation, TfConversation *conversation, TfGuidance *guidance, GError **error)
{
	const TfOptions *options = invocation->options;
	/* A person at the terminal waits a moment; a script says what it wants. */
	gboolean looks_at_pc = options->checks_pc || tf_conversation_is_with_person(conversation);

	if (invocation->words[0] != NULL || options->from_nss != NULL) {
		if (!take_source(invocation, guidance, error))
			return FALSE;
		guidance->was_infected = options->was_infected;
		if (looks_at_pc)
			guidance->posture = tf_pc_questions(conversation, error);
		if (looks_at_pc && guidance->posture == NULL)
			return FALSE;
	} else if (!tf_conversation_is_with_person(conversation)) {
		return tf_raise(error, TF_ERROR_USAGE, _("the file to be moved is missing"), NULL);
	} else if (!tf_guided_ask(conversation, guidance, error) ||
		   (guidance->is_from_store && !resolve_guided(guidance, error))) {
		return FALSE;
	}
	invocation->is_from_store = guidance->is_from_store;
	if (guidance->name == NULL)
		guidance->name = g_strdup(options->name);
	if (guidance->number == NULL)
		guidance->number = g_strdup(options->number);

	return TRUE;
}

static gboolean make_plan(const TfInvocation *invocation, const TfConversation *conversation,
	const TfGuidance *guidance, const TfCards *cards, const TfCampaign *campaign,
	TfTransferPlan *ret_plan, GError **error)
{
	const TfOptions *options = invocation->options;
	guint key = options->key != NULL ? tf_answer_number(options->key, KEY_LIMIT) : 0;

	if (options->key != NULL && key == 0)
		return tf_raise(error, TF_ERROR_USAGE, _("--key takes the number of a key, from 1"), NULL);
	if (options->may_discard && geteuid() != 0)
		return tf_raise(error, TF_ERROR_USAGE, _("--discard asks for root"), NULL);

	*ret_plan = (TfTransferPlan){
		.source = guidance->source,
		.is_from_store = guidance->is_from_store,
		.certificate_file = options->certificate,
		.key_index = (gint)key - 1,
		.crl = options->crl,
		.module = tf_places_module(options, cards),
		.token_uri = options->token,
		.spare_uri = options->spare,
		.campaign = campaign,
		.profiles = options->profiles,
		.member_name = guidance->name,
		.member_number = guidance->number,
		.posture = guidance->posture,
		.accepts_pc = (conversation->accepted & (1u << TF_EXCEPTION_POSTURE)) != 0,
		.was_infected = guidance->was_infected,
		.keeps_source = options->keeps_source,
		.wipe_backup = options->wipe_backup,
		.may_discard = options->may_discard,
		.auditor = invocation->auditor,
	};

	return TRUE;
}

static gboolean rehearse(
	const TfTransferPlan *plan, const TfOptions *options, const TfDialogue *dialogue, GError **error)
{
	g_autofree gchar *path = tf_places_ledger(options, error);
	g_autofree gchar *reports = tf_places_reports(options);
	g_autofree gchar *report = g_build_filename(reports, "tokenferry-*", NULL);
	g_autoptr(TfLedger) ledger = NULL;
	g_autofree gchar *configuration = tf_cards_configuration(plan->module.cards);
	g_autoptr(GPtrArray) list = NULL;

	if (path == NULL || !tf_ledger_open_to_read(options->ledger, &ledger, error))
		return FALSE;
	list = tf_transfer_rehearse(plan, path, ledger, dialogue, error);
	if (list == NULL)
		return FALSE;

	tf_touch_print(options->is_json, TF_TOUCH_WRITE_FILE, configuration);
	for (guint i = 0; i < list->len; i++) {
		const TfTouch *touch = g_ptr_array_index(list, i);

		tf_touch_print(options->is_json, touch->kind, touch->what);
	}
	tf_touch_print(options->is_json, TF_TOUCH_WRITE_FILE, report);
	if (options->is_json) {
		json_t *result = tf_output_object("result");

		json_object_set_new(result, "status", json_string("dry-run"));
		tf_output_json(result);
	}

	return TRUE;
}

static gboolean transfer(TfInvocation *invocation, const TfTransferPlan *plan, const TfDialogue *dialogue,
	int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autofree gchar *path = tf_places_ledger(options, error);
	g_autoptr(TfLedger) ledger = NULL;
	g_autoptr(TfOutcome) outcome = NULL;

	if (path == NULL || !tf_places_check_reports(options, error))
		return FALSE;
	ledger = tf_ledger_open(options->ledger, error);
	if (ledger == NULL)
		return FALSE;
	outcome = tf_transfer(plan, ledger, dialogue, &invocation->where, error);
	if (outcome == NULL)
		return FALSE;

	*ret_status = tf_result_exit_status(outcome, options->keeps_source);

	return tf_result_tell(outcome, NULL, options, error);
}

gboolean tf_cmd_migrate(TfInvocation *invocation, int *ret_status, GError **error)
{
	const TfOptions *options = invocation->options;
	g_autoptr(TfCards) cards = tf_cards_new(options->token_profile, options->profiles, error);
	g_auto(TfConversation) conversation = { 0 };
	g_auto(TfGuidance) guidance = { 0 };
	g_autoptr(TfCampaign) campaign = NULL;
	TfTransferPlan plan = { 0 };
	TfDialogue dialogue;
	gboolean is_done = FALSE;

	if (cards == NULL || !tf_conversation_init(&conversation, options, error))
		return FALSE;
	if (options->campaign != NULL) {
		campaign = tf_campaign_load(options->campaign, options->profiles, error);
		if (campaign == NULL)
			return FALSE;
		invocation->contact = g_strdup(tf_campaign_contact(campaign, tf_language_spoken()));
	}
	invocation->moves_key = TRUE;
	if (!find_source(invocation, &conversation, &guidance, error))
		return FALSE;
	if (!make_plan(invocation, &conversation, &guidance, cards, campaign, &plan, error))
		return FALSE;
	dialogue = tf_conversation_dialogue(&conversation);
	*ret_status = TF_EXIT_DONE;
	is_done = options->is_dry_run ? rehearse(&plan, options, &dialogue, error)
				      : transfer(invocation, &plan, &dialogue, ret_status, error);
	if (invocation->contact == NULL && conversation.campaign != NULL)
		invocation->contact =
			g_strdup(tf_campaign_contact(conversation.campaign, tf_language_spoken()));

	return is_done;
}
