/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <jansson.h>
#include <string.h>

#include "base/file.h"
#include "key/certificate.h"
#include "record/json-line.h"

#define MILLISECOND 1000.0

static const gchar *const stage_names[TF_N_STAGES] = {
	[TF_STAGE_OPEN] = "open",
	[TF_STAGE_LETTER] = "letter",
	[TF_STAGE_READY] = "wait",
	[TF_STAGE_FORMAT] = "format",
	[TF_STAGE_IMPORT] = "import",
	[TF_STAGE_AUDIT] = "audit",
	[TF_STAGE_PUBLISH] = "publish",
	[TF_STAGE_WIPE] = "wipe",
};

TfTask *tf_task_new(TfJob *job)
{
	TfTask *task = g_new0(TfTask, 1);

	task->job = job;
	task->key = -1;
	task->stage = TF_STAGE_OPEN;
	task->stage_began = g_get_monotonic_time();

	return task;
}

void tf_task_free(TfTask *task)
{
	if (task == NULL)
		return;

	tf_file_close(&task->key);
	tf_wiping_free(task->wiping);
	tf_found_free(task->found);
	tf_outcome_free(task->outcome);
	tf_proof_free(task->proof);
	tf_challenge_free(task->challenge);
	tf_evidence_free(task->evidence);
	g_clear_pointer(&task->statement, g_bytes_unref);
	g_clear_pointer(&task->signature, g_bytes_unref);
	tf_token_facts_free(task->token);
	g_clear_pointer(&task->dropped, g_ptr_array_unref);
	g_clear_pointer(&task->key_id, g_bytes_unref);
	tf_letter_file_free(task->letter);
	g_clear_pointer(&task->resume, g_bytes_unref);
	g_clear_pointer(&task->escrow, g_bytes_unref);
	tf_pins_free(task->pins);
	g_free(task->revocation);
	g_clear_pointer(&task->carried, g_ptr_array_unref);
	g_clear_pointer(&task->dropped_of_file, g_ptr_array_unref);
	g_free(task->label);
	tf_certificate_facts_free(task->facts);
	g_clear_pointer(&task->chain, tf_x509_stack_free);
	X509_free(task->certificate);
	tf_job_free(task->job);
	g_clear_error(&task->problem);
	g_free(task);
}

void tf_task_enter(TfTask *task, TfStage stage)
{
	gint64 now = g_get_monotonic_time();

	task->spent[task->stage] += now - task->stage_began;
	task->stage = stage;
	task->stage_began = now;
}

gchar *tf_task_timings(const TfTask *task)
{
	g_autoptr(json_t) object = json_object();

	for (guint i = 0; i < TF_N_STAGES; i++)
		(void)json_object_set_new(
			object, stage_names[i], json_real((double)task->spent[i] / MILLISECOND));

	return tf_json_line(object, JSON_REAL_PRECISION(6));
}

TfChallengeContext tf_task_challenge_context(const TfTask *task, const gchar *ledger_uuid)
{
	TfChallengeContext context = {
		.ledger = ledger_uuid,
		.row = task->row,
		.manufacturer = task->token->manufacturer,
		.model = task->token->model,
		.serial = task->token->serial,
	};

	tf_certificate_sha256(task->certificate, context.certificate_sha256);
	memcpy(context.source_sha256, task->sha256, TF_SHA256_SIZE);

	return context;
}
