/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audits.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "token/audit.h"
#include "transfer/cards.h"
#include "transfer/judgement.h"

typedef struct Audit {
	TfTask *task; /* borrowed */
	TfAuditRequest request;
	GBytes *ciphertext; /* NULL: a signature is asked for */
	GBytes *answer;
	gboolean is_over;
} Audit;

struct TfAudits {
	TfBatch *batch;
	Audit *audits;
	guint n;
	guint *asked; /* indices into 'audits', in the order of the last question */
	guint n_asked;
	guint n_heard;
	gboolean is_one_by_one;
};

static gboolean plan(const TfBatch *batch, Audit *audit, guint deadline_seconds, GError **error)
{
	TfTask *task = audit->task;
	TfChallengeContext context = tf_task_challenge_context(task, tf_ledger_uuid(batch->ledger));
	TfKeyUsage usage = tf_certificate_key_usage(task->certificate);

	task->challenge = tf_challenge_draw(&context, error);
	if (task->challenge == NULL)
		return FALSE;
	audit->request = (TfAuditRequest){
		.module = batch->plan->module,
		.module_arguments = batch->plan->module_arguments,
		.token = task->token,
		.key_id = task->key_id,
		.certificate = task->certificate,
		.statement = usage.may_sign ? tf_challenge_statement(task->challenge) : NULL,
		.pin = task->pins->user,
		.deadline_seconds = deadline_seconds,
		.skips_client = batch->plan->skips_client,
	};
	tf_cards_instruct(&audit->request, batch->plan->family, NULL);
	audit->request.reader = task->reader;
	if (usage.may_sign)
		return TRUE;
	audit->ciphertext = tf_challenge_encrypt(task->challenge, task->certificate, error);
	audit->request.ciphertext = audit->ciphertext;

	return audit->ciphertext != NULL;
}

TfAudits *tf_audits_new(TfBatch *batch, GPtrArray *group, guint deadline_seconds, GError **error)
{
	g_autoptr(TfAudits) audits = g_new0(TfAudits, 1);

	audits->batch = batch;
	audits->n = group->len;
	audits->audits = g_new0(Audit, group->len);
	audits->asked = g_new0(guint, group->len);
	for (guint i = 0; i < audits->n; i++) {
		audits->audits[i].task = g_ptr_array_index(group, i);
		if (!plan(batch, &audits->audits[i], deadline_seconds, error))
			return NULL;
	}

	return g_steal_pointer(&audits);
}

void tf_audits_free(TfAudits *audits)
{
	if (audits == NULL)
		return;

	for (guint i = 0; i < audits->n; i++) {
		g_clear_pointer(&audits->audits[i].ciphertext, g_bytes_unref);
		g_clear_pointer(&audits->audits[i].answer, g_bytes_unref);
	}
	g_free(audits->audits);
	g_free(audits->asked);
	g_free(audits);
}

gboolean tf_audits_is_over(const TfAudits *audits)
{
	for (guint i = 0; i < audits->n; i++) {
		if (!audits->audits[i].is_over)
			return FALSE;
	}

	return TRUE;
}

static void choose(TfAudits *audits)
{
	audits->n_asked = 0;
	audits->n_heard = 0;
	for (guint i = 0; i < audits->n; i++) {
		if (audits->audits[i].is_over)
			continue;
		audits->asked[audits->n_asked++] = i;
		if (audits->is_one_by_one)
			return;
	}
}

static void set_problem(Audit *audit, GError *problem)
{
	g_clear_error(&audit->task->problem);
	audit->task->problem = problem;
	audit->is_over = TRUE;
}

void tf_audits_ask(TfAudits *audits, TfPeer *auditor)
{
	g_autofree const TfAuditRequest **requests = g_new0(const TfAuditRequest *, audits->n);
	g_autoptr(TfSecret) pins = NULL;
	g_autofree gchar *text = NULL;
	g_autoptr(GError) problem = NULL;
	TF_AUTO_FD int fd = -1;

	choose(audits);
	for (guint i = 0; i < audits->n_asked; i++)
		requests[i] = &audits->audits[audits->asked[i]].request;
	pins = tf_audit_group_pins(requests, audits->n_asked);
	fd = pins != NULL ? tf_pipe_secret(pins, &problem) : -1;
	if (pins == NULL)
		tf_raise(&problem, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);
	if (fd < 0) {
		tf_batch_stop(audits->batch, g_steal_pointer(&problem));
		return;
	}
	text = tf_audit_group_to_text(requests, audits->n_asked);
	tf_peer_ask(auditor, TF_MESSAGE_AUDIT, g_variant_new_string(text), &fd);
}

static gboolean raise_nonsense(GError **error)
{
	return tf_raise(error, TF_ERROR_AUDITOR_FAILED, _("its answer is not understood"), NULL);
}

static gboolean take(TfAudits *audits, const TfMessage *audited)
{
	guint index = 0;
	const gchar *text = NULL;
	Audit *audit = NULL;
	g_autoptr(TfAuditResult) result = NULL;

	g_variant_get(audited->body, "(u&s)", &index, &text);
	if (index != audits->n_heard || index >= audits->n_asked)
		return FALSE;
	audit = &audits->audits[audits->asked[audits->n_heard++]];
	result = tf_audit_group_result(text, &audit->request);
	if (result->error != NULL) {
		set_problem(audit, g_steal_pointer(&result->error));
		return TRUE;
	}
	audit->task->evidence = g_steal_pointer(&result->evidence);
	audit->answer = g_steal_pointer(&result->answer);
	audit->is_over = TRUE;

	return TRUE;
}

/* Nothing counts of what it said since it was asked. */
static void forget_answers(TfAudits *audits)
{
	for (guint i = 0; i < audits->n_asked; i++) {
		Audit *audit = &audits->audits[audits->asked[i]];

		g_clear_error(&audit->task->problem);
		g_clear_pointer(&audit->task->evidence, tf_evidence_free);
		g_clear_pointer(&audit->answer, g_bytes_unref);
		audit->is_over = FALSE;
	}
}

void tf_audits_take(TfAudits *audits, TfPeer *auditor, const TfMessage *audited)
{
	GError *problem = NULL;

	if (take(audits, audited)) {
		tf_peer_expect(auditor);
		return;
	}
	forget_answers(audits);
	raise_nonsense(&problem);
	tf_peer_refuse(auditor, problem);
}

void tf_audits_end(TfAudits *audits)
{
	for (guint i = audits->n_heard; i < audits->n_asked; i++) {
		GError *problem = NULL;

		raise_nonsense(&problem);
		set_problem(&audits->audits[audits->asked[i]], problem);
	}
}

void tf_audits_fail(TfAudits *audits, const GError *problem)
{
	if (audits->n_asked == 1 && !audits->audits[audits->asked[0]].is_over)
		set_problem(&audits->audits[audits->asked[0]], g_error_copy(problem));
	audits->is_one_by_one = TRUE;
}

void tf_audits_give_up(TfAudits *audits, const GError *problem)
{
	for (guint i = 0; i < audits->n; i++) {
		if (audits->audits[i].is_over)
			continue;
		set_problem(&audits->audits[i], g_error_copy(problem));
		audits->audits[i].task->goes_back = TRUE;
	}
}

static TfGrade grade_of(const Audit *audit)
{
	const TfEvidence *evidence = audit->task->evidence;

	return audit->request.skips_client ? tf_evidence_grade_without_client(evidence)
					   : tf_evidence_grade(evidence);
}

static void judge(Audit *audit, const TfTokenProfile *family)
{
	TfTask *task = audit->task;
	g_auto(TfJudgement) judgement = { 0 };

	for (guint i = 0; i < task->dropped->len; i++)
		tf_evidence_add_dropped(task->evidence, g_ptr_array_index(task->dropped, i));
	tf_cards_note_constants(task->evidence, family);
	if (!tf_judge(task->challenge, task->evidence, audit->answer, task->certificate, task->token,
		    &judgement, &task->problem))
		return;
	/* Nobody is asked at a station to type a serial number for a weaker grade. */
	if (grade_of(audit) != TF_GRADE_REFUSED) {
		tf_raise(&task->problem, TF_ERROR_EVIDENCE_CLAIMED, task->token->label, NULL);
		return;
	}
	task->proof = g_steal_pointer(&judgement.proof);
	task->statement = g_steal_pointer(&judgement.statement);
	task->signature = g_steal_pointer(&judgement.signature);
}

void tf_audits_judge(TfAudits *audits)
{
	for (guint i = 0; i < audits->n; i++) {
		if (audits->audits[i].task->problem == NULL)
			judge(&audits->audits[i], audits->batch->plan->family);
	}
}
