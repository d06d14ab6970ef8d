/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "group.h"
#include "group-outcome.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "key/certificate.h"
#include "place.h"
#include "record/json-line.h"
#include "token/import.h"
#include "transfer/names.h"

static gchar *letter_name(const TfJob *job)
{
	return g_strconcat(job->number, ".pdf", NULL);
}

gboolean tf_group_publish_letter(TfTask *task, GError **error)
{
	g_autofree gchar *name = letter_name(task->job);
	gboolean is_published =
		task->letter == NULL || tf_letter_file_publish(task->letter, name, TRUE, error);

	g_clear_pointer(&task->letter, tf_letter_file_free);

	return is_published;
}

void tf_group_remove_letter_of(const TfBatch *batch, const TfJob *job)
{
	g_autofree gchar *letter = letter_name(job);

	if (batch->letters >= 0)
		(void)unlinkat(batch->letters, letter, 0);
}

void tf_group_remove_letter(const TfBatch *batch, const TfTask *task)
{
	if (task->row != 0)
		tf_group_remove_letter_of(batch, task->job);
}

typedef gboolean (*IsSame)(const TfTask *a, const TfTask *b);

static gboolean has_same_certificate(const TfTask *a, const TfTask *b)
{
	return X509_cmp(a->certificate, b->certificate) == 0;
}

static gboolean has_same_token(const TfTask *a, const TfTask *b)
{
	return g_str_equal(a->token->serial, b->token->serial);
}

/* Number of the one before 'index' in the group who has the same; NULL. */
static const gchar *number_before(const GPtrArray *group, guint index, IsSame is_same)
{
	const TfTask *task = g_ptr_array_index(group, index);

	for (guint i = 0; i < index; i++) {
		const TfTask *before = g_ptr_array_index(group, i);

		if (before->problem == NULL && is_same(before, task))
			return before->job->number;
	}

	return NULL;
}

/* The same certificate under two numbers: one of them is somebody else's. */
static gboolean check_certificate(TfBatch *batch, const GPtrArray *group, guint index, GError **error)
{
	TfTask *task = g_ptr_array_index(group, index);
	const gchar *number = number_before(group, index, has_same_certificate);
	g_autoptr(TfJob) other = NULL;
	guint8 sha256[TF_SHA256_SIZE];

	tf_certificate_sha256(task->certificate, sha256);
	if (!tf_ledger_job_of_certificate(batch->ledger, sha256, &other, error))
		return FALSE;
	if (other != NULL && other->id != task->job->id)
		number = other->number;
	if (number != NULL)
		tf_raise(&task->problem, TF_ERROR_CERTIFICATE_TAKEN, number, NULL);

	return TRUE;
}

/* Before there are letters: one of a token that is not made would open nothing. */
static gboolean check_certificates(TfBatch *batch, const GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		if (!check_certificate(batch, group, i, error))
			return FALSE;
	}

	return TRUE;
}

/* An intent that was left open, of a token that may have been written: it goes on, with the PINs it has. */
static gboolean resume_task(TfBatch *batch, const gchar *lane, const gchar *confinement, TfTask *task,
	const TfLedgerRow *row, GError **error)
{
	const TfBatchPlan *plan = batch->plan;

	if (memcmp(row->source_sha256, task->sha256, TF_SHA256_SIZE) != 0) {
		tf_raise(&task->problem, TF_ERROR_MANIFEST_CHANGED, task->job->number,
			_("its file is another one"), NULL);
		return TRUE;
	}
	task->row = row->id;
	task->key_id = g_bytes_ref(row->key_id);

	return tf_ledger_resume_job(
		batch->ledger, task->job->id, plan->operator, plan->station, lane, confinement, error);
}

static gboolean plan_task(
	TfBatch *batch, const gchar *lane, const gchar *confinement, TfTask *task, GError **error)
{
	g_autoptr(GBytes) der = tf_certificate_der(task->certificate);
	/* Which token it will be, a staging store only knows when it is formatted; a card has its number. */
	TfTokenFacts unknown = { (gchar *)"", (gchar *)"", (gchar *)"", (gchar *)"", (gchar *)"" };
	TfLedgerRow row = {
		.source_path = task->job->source_path,
		.source_holds_one_secret = task->holds_one_secret,
		.certificate_der = der,
		.token = task->token != NULL ? task->token : &unknown,
	};
	TfJobIntent intent = {
		.plan = &row,
		.resume = task->resume,
		.escrow = task->escrow,
		.operator= batch->plan->operator,
		.station = batch->plan->station,
		.reader = lane,
		.confinement = confinement,
	};

	task->key_id = tf_import_plan_id_of(X509_get0_pubkey(task->certificate));
	g_assert(task->key_id != NULL);
	row.key_id = task->key_id;
	memcpy(row.source_sha256, task->sha256, TF_SHA256_SIZE);
	memcpy(row.spki_sha256, task->spki_sha256, TF_SHA256_SIZE);

	return tf_ledger_plan_job(batch->ledger, task->job->id, &intent, &task->row, error) &&
	       (!task->erases || tf_ledger_set_job_erases(batch->ledger, task->job->id, TRUE, error));
}

static gboolean plan_or_resume(
	TfBatch *batch, const gchar *lane, const gchar *confinement, TfTask *task, GError **error)
{
	g_autoptr(TfLedgerRow) row = NULL;

	if (task->job->migration != 0) {
		row = tf_ledger_load(batch->ledger, task->job->migration, error);
		if (row == NULL)
			return FALSE;
	}

	return row != NULL && row->step == TF_STEP_INTENT
		       ? resume_task(batch, lane, confinement, task, row, error)
		       : plan_task(batch, lane, confinement, task, error);
}

static gboolean plan_tasks(
	TfBatch *batch, const gchar *lane, const gchar *confinement, GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);

		if (task->problem == NULL && !plan_or_resume(batch, lane, confinement, task, error))
			return FALSE;
	}

	return TRUE;
}

void tf_group_drop_failed(TfBatch *batch, const gchar *lane, GPtrArray *group, gboolean keeps_pins)
{
	for (guint i = group->len; i > 0; i--) {
		TfTask *task = g_ptr_array_index(group, i - 1);

		if (task->problem == NULL)
			continue;
		(void)g_ptr_array_steal_index(group, i - 1);
		tf_batch_fail(batch, lane, task, keeps_pins);
	}
}

gboolean tf_group_commit(TfBatch *batch, gboolean is_recorded, GError **error)
{
	if (is_recorded)
		return tf_ledger_group_commit(batch->ledger, error);
	tf_ledger_group_abandon(batch->ledger);

	return FALSE;
}

gboolean tf_group_plan(
	TfBatch *batch, const gchar *lane, const gchar *const *confinement, GPtrArray *group, GError **error)
{
	g_autofree gchar *names = g_strjoinv(" ", (gchar **)confinement);

	if (!check_certificates(batch, group, error))
		return FALSE;
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);

		if (task->problem == NULL && !tf_group_publish_letter(task, error))
			return FALSE;
	}

	return tf_ledger_group_begin(batch->ledger, error) &&
	       tf_group_commit(batch, plan_tasks(batch, lane, names, group, error), error);
}

/* Which token it is, is a child's word: one that is somebody else's costs the member who got it. */
static gboolean check_token(TfBatch *batch, const GPtrArray *group, guint index, GError **error)
{
	TfTask *task = g_ptr_array_index(group, index);
	const gchar *number = number_before(group, index, has_same_token);
	g_autoptr(TfJob) other = NULL;

	if (!tf_ledger_job_of_token(batch->ledger, task->token, &other, error))
		return FALSE;
	if (other != NULL && other->id != task->job->id)
		number = other->number;
	if (number != NULL)
		tf_raise(&task->problem, TF_ERROR_TOKEN_PROVISIONED, task->token->label, number, NULL);

	return TRUE;
}

static gboolean record_imported(TfBatch *batch, GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);
		g_autofree gchar *dropped = tf_names_to_json(task->dropped);

		if (!check_token(batch, group, i, error))
			return FALSE;
		if (task->problem != NULL)
			continue;
		if (!tf_ledger_job_formatted(batch->ledger, task->job->id, task->row, task->token, error) ||
			!tf_ledger_record_imported(batch->ledger, task->row, dropped, error))
			return FALSE;
		task->is_imported = TRUE;
	}

	return TRUE;
}

gboolean tf_group_record_imported(TfBatch *batch, GPtrArray *group, GError **error)
{
	return tf_ledger_group_begin(batch->ledger, error) &&
	       tf_group_commit(batch, record_imported(batch, group, error), error);
}

static gboolean record_proved(TfBatch *batch, GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		const TfTask *task = g_ptr_array_index(group, i);
		g_autoptr(json_t) evidence = tf_evidence_to_json(task->evidence);
		g_autofree gchar *text = tf_json_line(evidence, 0);

		/* Its row is past that; this proof is for the wipe. */
		if (task->is_wiping)
			continue;
		if (!tf_ledger_record_proved(
			    batch->ledger, task->row, task->statement, task->signature, text, error))
			return FALSE;
	}

	return TRUE;
}

gboolean tf_group_prove(TfBatch *batch, GPtrArray *group, GError **error)
{
	return tf_ledger_group_begin(batch->ledger, error) &&
	       tf_group_commit(batch, record_proved(batch, group, error), error);
}

static void enter(TfBatch *batch, const gchar *lane, GPtrArray *group, TfStage stage, TfBatchStep step)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);

		tf_task_enter(task, stage);
		tf_batch_tell(
			batch, &(TfBatchNews){
				       .kind = TF_BATCH_STEP, .lane = lane, .job = task->job, .step = step });
	}
}

static void set_problems(GPtrArray *group, GError **problems)
{
	for (guint i = 0; i < group->len; i++)
		((TfTask *)g_ptr_array_index(group, i))->problem = g_steal_pointer(&problems[i]);
}

gboolean tf_group_publish(
	TfBatch *batch, const gchar *lane, const TfStaging *staging, GPtrArray *group, GError **error)
{
	g_autoptr(GPtrArray) serials = g_ptr_array_new();
	g_autofree GError **problems = g_new0(GError *, group->len);
	gboolean is_published = FALSE;

	if (group->len == 0)
		return TRUE;
	enter(batch, lane, group, TF_STAGE_PUBLISH, TF_BATCH_STEP_PUBLISH);
	for (guint i = 0; i < group->len; i++)
		g_ptr_array_add(serials, ((TfTask *)g_ptr_array_index(group, i))->token->serial);
	is_published = tf_staging_publish(staging, serials, problems, error);
	set_problems(group, problems);

	return is_published;
}

/* For 'pin unblock': the federation takes the files home, the ledger stays the record. */
static gboolean write_escrow(TfBatch *batch, const TfTask *task, GError **error)
{
	g_autofree gchar *name = g_strconcat(task->job->number, ".p7m", NULL);
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;

	if (batch->escrows < 0)
		return TRUE;
	if (!tf_ledger_job_envelopes(batch->ledger, task->job->id, &resume, &escrow, error))
		return FALSE;
	if (escrow == NULL)
		return TRUE;
	/* Of a run that died after it, or of a token that was replaced. */
	(void)unlinkat(batch->escrows, name, 0);

	return tf_place_create(
		batch->escrows, name, g_bytes_get_data(escrow, NULL), g_bytes_get_size(escrow), error);
}

static gboolean provision(TfBatch *batch, GPtrArray *group, GError **error)
{
	for (guint i = 0; i < group->len; i++) {
		TfTask *task = g_ptr_array_index(group, i);
		g_autofree gchar *outcome = tf_group_outcome_text(task);
		g_autofree gchar *timings = NULL;

		tf_task_enter(task, TF_STAGE_WIPE);
		timings = tf_task_timings(task);
		if (!write_escrow(batch, task, error))
			return FALSE;
		if (!tf_ledger_job_provisioned(
			    batch->ledger, task->job->id, task->row, outcome, timings, error))
			return FALSE;
	}

	return TRUE;
}

/* Somebody took it away: the PINs stay in the ledger, and the next run draws it again. */
static void check_letters(const TfBatch *batch, GPtrArray *group)
{
	for (guint i = 0; i < group->len && batch->letters >= 0; i++) {
		TfTask *task = g_ptr_array_index(group, i);
		g_autofree gchar *name = letter_name(task->job);

		if (faccessat(batch->letters, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
			tf_raise(&task->problem, TF_ERROR_LETTER_MISSING, name, NULL);
	}
}

static const TfKept *first_kept(const TfOutcome *outcome)
{
	return outcome->kept->len > 0 ? g_ptr_array_index(outcome->kept, 0) : NULL;
}

gboolean tf_group_provision(
	TfBatch *batch, const gchar *lane, GPtrArray *group, gboolean owes_label, GError **error)
{
	check_letters(batch, group);
	tf_group_drop_failed(batch, lane, group, TRUE);
	if (group->len == 0)
		return TRUE;
	if (!tf_ledger_group_begin(batch->ledger, error) ||
		!tf_group_commit(batch, provision(batch, group, error), error))
		return FALSE;
	for (guint i = 0; i < group->len; i++) {
		const TfTask *task = g_ptr_array_index(group, i);

		batch->result.n_provisioned++;
		tf_batch_tell(batch, &(TfBatchNews){ .kind = TF_BATCH_PROVISIONED,
					     .lane = lane,
					     .job = task->job,
					     .token = task->token,
					     .kept = first_kept(task->outcome),
					     .label = owes_label ? task->token->label : NULL });
	}

	return TRUE;
}
