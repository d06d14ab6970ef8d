/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "preparation.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "batch/check-row.h"
#include "key/certificate.h"
#include "key/envelope.h"
#include "variant-private.h"

int tf_preparation_open(const TfTask *task, GError **error)
{
	const gchar *path = task->job->source_path;
	g_autofree gchar *resolved = NULL;
	TF_AUTO_FD int fd = tf_file_open(path, &resolved, error);

	if (fd < 0)
		return -1;
	if (strcmp(resolved, path) != 0) {
		tf_raise(error, TF_ERROR_SOURCE_UNREADABLE, path, _("a folder above it is a link now"), NULL);
		return -1;
	}

	return tf_file_steal(&fd);
}

gboolean tf_preparation_password(
	const TfBatch *batch, const TfTask *task, TfSecret **ret_password, GError **error)
{
	TfPasswords *passwords = batch->plan->passwords;

	return passwords == NULL || tf_passwords_get(passwords, task->job->number, ret_password, error);
}

static gboolean take_message(TfBatch *batch, TfTask *task, TfMessage *opened, GError **error)
{
	g_autoptr(GVariant) sha256 = NULL;
	g_autoptr(GVariant) certificate = NULL;
	g_autoptr(GVariant) chain = NULL;
	g_autoptr(GVariant) carried = NULL;
	g_autoptr(GVariant) dropped = NULL;
	gsize length = 0;
	gconstpointer digest = NULL;

	g_variant_get(opened->body, "(@ay@ay@aaymsbb@as@as)", &sha256, &certificate, &chain, &task->label,
		&task->holds_one_secret, &task->is_weak, &carried, &dropped);
	digest = g_variant_get_fixed_array(sha256, &length, 1);
	task->certificate = tf_variant_certificate(certificate);
	task->chain = tf_variant_chain(chain, batch->authorities);
	if (length != TF_SHA256_SIZE || task->certificate == NULL || task->chain == NULL)
		return tf_raise(error, TF_ERROR_WORKER_FAILED, _("its answer is not understood"), NULL);

	memcpy(task->sha256, digest, TF_SHA256_SIZE);
	tf_certificate_spki_sha256(task->certificate, task->spki_sha256);
	task->facts = tf_certificate_describe(task->certificate);
	task->carried = tf_variant_names(carried);
	task->dropped_of_file = tf_variant_names(dropped);
	task->key = tf_file_steal(&opened->fds[0]);

	return TRUE;
}

/* The first thing that is wrong ends the task. */
static gboolean check_rules(const TfBatch *batch, TfTask *task, GError **error)
{
	const TfManifestRow row = {
		.line = task->job->line, .number = task->job->number, .name = task->job->name
	};
	const TfOpenedSource source = { task->certificate, task->chain, task->holds_one_secret,
		task->is_weak };
	TfRowFindings findings = { 0 };
	g_autoptr(GPtrArray) problems = NULL;

	if (batch->plan->letters != NULL && !tf_row_checks_glyphs(batch->checks, row.name, error))
		return FALSE;
	problems = tf_row_checks_hold(batch->checks, &row, &source, &findings, error);
	if (problems == NULL)
		return FALSE;
	if (problems->len > 0) {
		g_propagate_error(error, g_error_copy(g_ptr_array_index(problems, 0)));
		return FALSE;
	}
	task->revocation = g_strdup(findings.revocation == TF_REVOCATION_GOOD ? "good" : "unknown");

	return TRUE;
}

static GBytes *seal(const TfTask *task, gboolean for_escrow, X509 *recipient, GError **error)
{
	g_autoptr(TfSecret) text = tf_pins_write(task->pins, task->job->number, for_escrow, error);

	return text != NULL ? tf_envelope_seal(text, recipient, error) : NULL;
}

static gboolean draw_pins(const TfBatchPlan *plan, TfTask *task, GError **error)
{
	task->pins = tf_pins_draw(plan->campaign, plan->family, error);
	if (task->pins == NULL)
		return FALSE;
	task->resume = seal(task, FALSE, tf_station_key_certificate(plan->station_key), error);
	if (task->resume == NULL)
		return FALSE;
	if (plan->escrow == NULL)
		return TRUE;
	task->escrow = seal(task, TRUE, plan->escrow, error);

	return task->escrow != NULL;
}

static gboolean open_pins(TfBatch *batch, TfTask *task, GBytes *resume, GError **error)
{
	const TfStationKey *key = batch->plan->station_key;
	g_autoptr(TfSecret) text = tf_envelope_open(resume, tf_station_key_private(key),
		tf_station_key_certificate(key), task->job->number, error);

	task->pins = text != NULL ? tf_pins_read(text, task->job->number, task->job->number, error) : NULL;

	return task->pins != NULL;
}

/* Never new ones for a token that may have been written with others. */
static gboolean find_pins(TfBatch *batch, TfTask *task, GError **error)
{
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;

	if (!tf_ledger_job_envelopes(batch->ledger, task->job->id, &resume, &escrow, error))
		return FALSE;

	return resume != NULL ? open_pins(batch, task, resume, error) : draw_pins(batch->plan, task, error);
}

gboolean tf_preparation_open_pins(TfBatch *batch, TfTask *task, GError **error)
{
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;

	if (!tf_ledger_job_envelopes(batch->ledger, task->job->id, &resume, &escrow, error))
		return FALSE;
	if (resume == NULL)
		return tf_raise(error, TF_ERROR_ENVELOPE_UNREADABLE, task->job->number,
			_("it is not in the ledger"), NULL);

	return open_pins(batch, task, resume, error);
}

gboolean tf_preparation_take(TfBatch *batch, TfTask *task, TfMessage *opened, GError **error)
{
	return take_message(batch, task, opened, error) && check_rules(batch, task, error) &&
	       find_pins(batch, task, error);
}

/* Body of WRITE_LETTER, floating. */
static GVariant *describe_letter(const TfBatchPlan *plan, const TfTask *task)
{
	const TfCampaign *campaign = plan->campaign;
	const TfLetter letter = {
		.number = task->job->number,
		.name = task->job->name,
		.number_label = campaign != NULL ? tf_campaign_number_label(campaign, plan->language) : NULL,
		.campaign_title = campaign != NULL ? tf_campaign_title(campaign, plan->language) : NULL,
		.contact = campaign != NULL ? tf_campaign_contact(campaign, plan->language) : NULL,
		.token_label = task->job->number,
		.token_serial = task->token != NULL ? task->token->serial : NULL,
		.language = plan->language,
		.issued = g_get_real_time() / G_USEC_PER_SEC,
		.time_zone = campaign != NULL ? tf_campaign_time_zone(campaign) : NULL,
	};

	return tf_letter_body(&letter);
}

gboolean tf_preparation_ask_letter(TfBatch *batch, TfPeer *writer, TfTask *task, GError **error)
{
	const TfBatchPlan *plan = batch->plan;
	TF_AUTO_FD int pin = tf_pipe_secret(task->pins->user, error);
	int fds[2] = { pin, -1 };

	if (pin < 0)
		return FALSE;
	task->letter = tf_letter_file_new(batch->letters, plan->letters, error);
	if (task->letter == NULL)
		return FALSE;
	fds[1] = tf_letter_file_fd(task->letter);
	tf_peer_ask(writer, TF_MESSAGE_WRITE_LETTER, describe_letter(plan, task), fds);

	return TRUE;
}
