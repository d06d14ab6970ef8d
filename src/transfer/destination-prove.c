/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "destination-private.h"
#include "destination.h"
#include "record/json-line.h"
#include "token/import.h"
#include "transfer/durable.h"
#include "transfer/judgement.h"

/* Slow cards need seconds per signature; a hung module must not hold the run for ever. */
#define AUDIT_DEADLINE_SECONDS 180

TfChallengeContext tf_destination_context(
	const TfRun *run, const TfDestination *destination, const TfSubject *subject)
{
	TfChallengeContext context = {
		.ledger = tf_ledger_uuid(run->ledger),
		.row = destination->row,
		.manufacturer = destination->token->manufacturer,
		.model = destination->token->model,
		.serial = destination->token->serial,
	};

	tf_certificate_sha256(subject->certificate, context.certificate_sha256);
	memcpy(context.source_sha256, subject->source_sha256, TF_SHA256_SIZE);

	return context;
}

/* Takes back what this row wrote. The step is recorded only after the objects are gone. */
static gboolean undo(
	TfRun *run, TfDestination *destination, const TfSubject *subject, TfStep step, GError **error)
{
	g_auto(TfOpenToken) open = { NULL, NULL };

	/* Law 1: what this run wrote may by now be the only key there is. */
	if (subject->source == NULL || !tf_source_is_whole(subject->source)) {
		run->where = TF_WHERE_TOKEN_ALONE;
		return tf_raise(error, TF_ERROR_SOURCE_MISSING,
			subject->source != NULL ? subject->source->path : "", NULL);
	}
	tf_dialogue_tell(run->dialogue, TF_NEWS_UNDOING, &(TfNewsContext){ .token = destination->token });
	if (!tf_destination_open(run, destination, &open, error))
		return FALSE;
	if (!tf_import_remove(open.session, destination->key_id, subject->certificate, subject->chain, error))
		return FALSE;
	run->n_holders--;
	run->where = tf_run_where_without(run);

	return tf_ledger_record_step(run->ledger, destination->row, step, NULL, error);
}

/* Raises 'problem' after undoing; a failed undoing is told with it, and the row stays for the next run. */
static gboolean undo_and_fail(TfRun *run, TfDestination *destination, const TfSubject *subject, TfStep step,
	GError *problem, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree gchar *sentence = NULL;

	if (!undo(run, destination, subject, step, &failure)) {
		sentence = tf_error_sentence(failure);
		g_prefix_error(&problem, "%s ", sentence);
	}
	g_propagate_error(error, problem);

	return FALSE;
}

static gboolean audit(TfRun *run, TfDestination *destination, const TfSubject *subject,
	TfChallenge *challenge, GBytes **ret_answer, GError **error)
{
	TfKeyUsage usage = tf_certificate_key_usage(subject->certificate);
	g_autoptr(GBytes) ciphertext = NULL;
	TfAuditRequest request = {
		.auditor = run->plan->auditor,
		.module = destination->module,
		.module_arguments = destination->module_arguments,
		.token = destination->token,
		.key_id = destination->key_id,
		.certificate = subject->certificate,
		.statement = usage.may_sign ? tf_challenge_statement(challenge) : NULL,
		.pin = destination->pin,
		.deadline_seconds = AUDIT_DEADLINE_SECONDS,
		.client_seconds = run->plan->client_seconds,
	};

	tf_cards_instruct(&request, destination->family, destination->reader);
	if (!usage.may_sign) {
		ciphertext = tf_challenge_encrypt(challenge, subject->certificate, error);
		if (ciphertext == NULL)
			return FALSE;
		request.ciphertext = ciphertext;
	}
	/* The auditor's process has to have the token to itself. */
	tf_run_close_modules(run);
	tf_dialogue_tell(run->dialogue, TF_NEWS_AUDITING, &(TfNewsContext){ .token = destination->token });
	destination->evidence = tf_audit(&request, ret_answer, error);
	if (destination->evidence == NULL)
		return FALSE;
	for (guint i = 0; i < destination->dropped->len; i++)
		tf_evidence_add_dropped(destination->evidence, g_ptr_array_index(destination->dropped, i));
	tf_cards_note_constants(destination->evidence, destination->family);
	tf_dialogue_tell(run->dialogue, TF_NEWS_AUDITED,
		&(TfNewsContext){ .token = destination->token, .evidence = destination->evidence });

	return TRUE;
}

/* A proof outlives the power; so has to what was proven. */
static gboolean record_proved(TfRun *run, const TfDestination *destination, GError **error)
{
	g_autoptr(json_t) object = tf_evidence_to_json(destination->evidence);
	g_autofree gchar *text = tf_json_line(object, 0);

	if (!tf_durable(run->dialogue, error))
		return FALSE;

	return tf_ledger_record_proved(
		run->ledger, destination->row, destination->statement, destination->signature, text, error);
}

/* Asks the token and judges its answers. *ret_step: where an undoing would lead; TF_N_STEPS when the audit
 * itself failed, which says nothing against the token. */
static gboolean judge(
	TfRun *run, TfDestination *destination, const TfSubject *subject, TfStep *ret_step, GError **error)
{
	TfChallengeContext context = tf_destination_context(run, destination, subject);
	g_autoptr(TfChallenge) challenge = tf_challenge_draw(&context, error);
	g_autoptr(GBytes) answer = NULL;
	g_auto(TfJudgement) judgement = { 0 };

	*ret_step = TF_N_STEPS;
	if (challenge == NULL || !audit(run, destination, subject, challenge, &answer, error))
		return FALSE;
	if (!tf_judge(challenge, destination->evidence, answer, subject->certificate, destination->token,
		    &judgement, error)) {
		*ret_step = judgement.undone;
		return FALSE;
	}
	destination->proof = g_steal_pointer(&judgement.proof);
	destination->statement = g_steal_pointer(&judgement.statement);
	destination->signature = g_steal_pointer(&judgement.signature);

	return TRUE;
}

gboolean tf_destination_prove(
	TfRun *run, TfDestination *destination, const TfSubject *subject, GError **error)
{
	TfStep undone = TF_N_STEPS;
	GError *problem = NULL;

	if (judge(run, destination, subject, &undone, &problem))
		return record_proved(run, destination, error);
	if (undone != TF_N_STEPS)
		return undo_and_fail(run, destination, subject, undone, problem, error);
	g_propagate_error(error, problem);

	return FALSE;
}

gboolean tf_destination_prove_again(
	TfRun *run, TfDestination *destination, const TfSubject *subject, GError **error)
{
	TfStep ignored = TF_N_STEPS;

	return judge(run, destination, subject, &ignored, error);
}
