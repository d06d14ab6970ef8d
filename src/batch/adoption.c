/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "adoption.h"

#include <jansson.h>
#include <string.h>

#include "audits.h"
#include "base/error.h"
#include "group.h"
#include "key/certificate.h"
#include "preparation.h"
#include "token-peer.h"
#include "transfer/names.h"

#define AUDIT_SECONDS 300
#define LANE	      "SoftHSM"

typedef struct Adoption {
	TfBatch *batch;
	TfAudits *audits;
	TfPeer *auditor;
} Adoption;

static void adoption_clear(Adoption *adoption)
{
	tf_peer_free(adoption->auditor);
	tf_audits_free(adoption->audits);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Adoption, adoption_clear)

static void load_proof(TfBatch *batch, TfTask *task, const TfLedgerRow *row)
{
	g_autoptr(json_t) object = row->evidence != NULL ? json_loads(row->evidence, 0, NULL) : NULL;
	g_autoptr(TfEvidence) evidence = NULL;
	TfChallengeContext expected = tf_task_challenge_context(task, tf_ledger_uuid(batch->ledger));

	if (row->statement == NULL || row->signature == NULL || object == NULL)
		return;
	evidence = tf_evidence_from_json(object, tf_ledger_path(batch->ledger), NULL);
	if (evidence == NULL)
		return;
	task->proof = tf_proof_load(row->statement, row->signature, task->certificate, &expected, NULL);
	/* Else the audit that follows gathers all of it. */
	if (task->proof == NULL)
		return;
	task->evidence = g_steal_pointer(&evidence);
	task->statement = g_bytes_ref(row->statement);
	task->signature = g_bytes_ref(row->signature);
}

TfTask *tf_adoption_task(TfBatch *batch, TfJob *job, const TfLedgerRow *row)
{
	TfTask *task = tf_task_new(job);

	task->row = row->id;
	task->is_adopted = TRUE;
	task->certificate =
		tf_certificate_parse(row->certificate_der, tf_ledger_path(batch->ledger), &task->problem);
	if (task->certificate == NULL || !tf_preparation_open_pins(batch, task, &task->problem))
		return task;
	task->facts = tf_certificate_describe(task->certificate);
	task->chain = sk_X509_new_null();
	memcpy(task->sha256, row->source_sha256, TF_SHA256_SIZE);
	memcpy(task->spki_sha256, row->spki_sha256, TF_SHA256_SIZE);
	task->holds_one_secret = row->source_holds_one_secret;
	task->is_wiping = row->step == TF_STEP_WIPING;
	task->key_id = g_bytes_ref(row->key_id);
	task->token = tf_token_facts_copy(row->token);
	task->dropped = g_ptr_array_new_with_free_func(g_free);
	tf_names_add_from_json(task->dropped, row->dropped);
	/* What the file's attributes became is not in the ledger. */
	task->carried = g_ptr_array_new_with_free_func(g_free);
	task->dropped_of_file = g_ptr_array_new_with_free_func(g_free);
	task->revocation = g_strdup("unknown");
	load_proof(batch, task, row);

	return task;
}

static void ask(Adoption *adoption)
{
	if (tf_audits_is_over(adoption->audits))
		g_main_loop_quit(adoption->batch->loop);
	else if (tf_peer_is_idle(adoption->auditor))
		tf_audits_ask(adoption->audits, adoption->auditor);
}

static void heard(TfPeer *peer, TfMessage *answer, const GError *problem, gpointer user_data)
{
	Adoption *adoption = user_data;
	g_autoptr(GError) failure = NULL;

	if (answer != NULL && answer->kind == TF_MESSAGE_AUDITED) {
		tf_audits_take(adoption->audits, peer, answer);
		return;
	}
	if (answer != NULL && answer->kind == TF_MESSAGE_FAILED)
		(void)tf_message_raise(answer, &failure);
	if (answer == NULL || failure != NULL)
		tf_audits_fail(adoption->audits, answer == NULL ? problem : failure);
	else
		tf_audits_end(adoption->audits);
	ask(adoption);
}

static void became(G_GNUC_UNUSED TfPeer *peer, TfPeerEvent event, const GError *problem, gpointer user_data)
{
	Adoption *adoption = user_data;

	if (event == TF_PEER_READY)
		ask(adoption);
	else if (event == TF_PEER_AGAIN)
		tf_batch_tell(adoption->batch,
			&(TfBatchNews){ .kind = TF_BATCH_RESTARTED, .lane = LANE, .problem = problem });
	else
		tf_batch_stop(adoption->batch, g_error_copy(problem));
}

/* With the store that the tokens lie in, which the auditor may have to write: SoftHSM locks files. */
static TfPeer *new_auditor(Adoption *adoption)
{
	const TfStore *store = adoption->batch->store;
	const TfTokenPeer wanted = {
		.role = &tf_auditor_role,
		.configuration = tf_store_configuration(store),
		.directory = tf_store_directory(store),
		.deadline_ms = AUDIT_SECONDS * 1000,
		.became = became,
		.heard = heard,
		.user_data = adoption,
	};

	return tf_token_peer_new(adoption->batch, &wanted);
}

static gboolean audit(TfBatch *batch, GPtrArray *group, GError **error)
{
	g_auto(Adoption) adoption = { .batch = batch };

	adoption.audits = tf_audits_new(batch, group, AUDIT_SECONDS, error);
	if (adoption.audits == NULL)
		return FALSE;
	adoption.auditor = new_auditor(&adoption);
	g_main_loop_run(batch->loop);
	if (batch->problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&batch->problem));
		return FALSE;
	}
	tf_audits_judge(adoption.audits);

	return TRUE;
}

/* Who published them may have died before they were synced, and a proof lets the source be wiped. */
static void sync_tokens(const TfBatch *batch, GPtrArray *group)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);

		if (task->problem == NULL)
			(void)tf_store_sync(batch->store, task->token->serial, &task->problem);
	}
}

gboolean tf_adoption_is_published(const TfBatch *batch, const TfLedgerRow *row)
{
	return row->step == TF_STEP_PROVED || row->step == TF_STEP_WIPING || row->step == TF_STEP_WIPED ||
	       (row->step == TF_STEP_IMPORTED && batch->store != NULL &&
		       tf_store_holds(batch->store, row->token->serial));
}

gboolean tf_adoption_run(TfBatch *batch, GPtrArray *group, GError **error)
{
	if (group->len == 0)
		return TRUE;
	if (!audit(batch, group, error))
		return FALSE;
	sync_tokens(batch, group);
	tf_group_drop_failed(batch, LANE, group, TRUE);

	return tf_group_prove(batch, group, error) && tf_group_wipe(batch, LANE, group, error) &&
	       tf_group_provision(batch, LANE, group, FALSE, error);
}
