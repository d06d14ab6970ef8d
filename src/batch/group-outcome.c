/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "group-outcome.h"

#include "base/hex.h"
#include "key/certificate.h"
#include "record/json-line.h"

static TfPlacement *describe(const TfBatch *batch, const TfTask *task)
{
	TfPlacement *placement = tf_placement_new();

	placement->token = tf_token_facts_copy(task->token);
	placement->module = tf_module_facts_copy(batch->plan->module);
	placement->key_id = tf_hex(g_bytes_get_data(task->key_id, NULL), g_bytes_get_size(task->key_id));
	placement->evidence = tf_evidence_copy(task->evidence);
	placement->statement = task->statement != NULL ? g_bytes_ref(task->statement) : NULL;

	return placement;
}

static void copy_names(GPtrArray *to, const GPtrArray *from)
{
	for (guint i = 0; i < from->len; i++)
		g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

void tf_group_outcome_begin(const TfBatch *batch, TfTask *task)
{
	TfOutcome *outcome = task->outcome = tf_outcome_new();

	outcome->status = TF_STATUS_PROVISIONED;
	outcome->run = g_strdup_printf("%s/%" G_GINT64_FORMAT, tf_ledger_uuid(batch->ledger), task->row);
	outcome->started = task->job->changed;
	if (batch->plan->campaign != NULL)
		outcome->campaign = g_strdup(tf_campaign_name(batch->plan->campaign));
	outcome->member_name = g_strdup(task->job->name);
	outcome->member_number = g_strdup(task->job->number);
	outcome->certificate = tf_certificate_facts_copy(task->facts);
	outcome->certificate_der = tf_certificate_der(task->certificate);
	outcome->source_sha256 = tf_hex(task->sha256, TF_SHA256_SIZE);
	g_free(outcome->revocation);
	outcome->revocation = g_strdup(task->revocation);
	g_ptr_array_add(outcome->placements, describe(batch, task));
	copy_names(outcome->carried, task->carried);
	copy_names(outcome->dropped, task->dropped_of_file);
	/* The member's own PC was not seen at all. */
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_COPIES);
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_OTHER_PLACES);
	tf_outcome_add_unchecked(outcome, TF_UNCHECKED_POSTURE);
	if (batch->plan->module->let_pass != NULL)
		tf_outcome_add_exception(outcome, TF_EXCEPTION_MODULE);
	if (batch->plan->crl_path == NULL)
		tf_outcome_add_unchecked(outcome, TF_UNCHECKED_REVOCATION);
}

gchar *tf_group_outcome_text(const TfTask *task)
{
	g_autoptr(json_t) object = NULL;

	task->outcome->finished = g_get_real_time() / G_USEC_PER_SEC;
	object = tf_outcome_to_json(task->outcome);

	return tf_json_line(object, 0);
}
