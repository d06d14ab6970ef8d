/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads only: the run acts on what is found here, and a dry run announces it. */
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "disk/volume-id.h"
#include "profile/campaign.h"
#include "resumption.h"
#include "token/session.h"
#include "transfer/checks.h"

void tf_left_clear(TfLeft *left)
{
	g_clear_pointer(&left->row, tf_ledger_row_free);
}

static TfLedgerRow *take_wiping(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);

		if (row->step == TF_STEP_WIPING || row->step == TF_STEP_WIPED)
			return g_ptr_array_steal_index(rows, i);
	}

	return NULL;
}

/* TRUE when a file other than the one being wiped stands at that path: a source of its own. */
static gboolean was_replaced(const TfLedgerRow *row, const gchar *path)
{
	const TfWipeTrace *trace = row->wipe;
	TF_AUTO_FD int directory = open(trace->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat status;

	if (tf_wipe_trace_is_of_store(trace) || lstat(path, &status) != 0)
		return FALSE;

	return row->step == TF_STEP_WIPED || directory < 0 || !tf_volume_is(directory, trace->device) ||
	       status.st_ino != trace->inode;
}

/* Nothing was overwritten yet. What a key store still holds is seen when it is opened. */
static gboolean is_whole(const TfLedgerRow *row)
{
	g_autoptr(TfFound) found = NULL;

	if (tf_wipe_trace_is_of_store(row->wipe))
		return FALSE;
	found = tf_recognise_recorded(row->source_path, row->source_sha256, row->spki_sha256,
		row->source_holds_one_secret, NULL, NULL);

	return row->step == TF_STEP_WIPING && found != NULL;
}

/* The newest run of that path decides: one that kept or undid what it found says nothing of the file now. */
static gboolean plan_report(const gchar *path, TfLedger *ledger, TfLeft *left, GError **error)
{
	g_autoptr(TfLedgerRow) newest = NULL;

	if (!tf_ledger_newest_of_source(ledger, path, &newest, error))
		return FALSE;
	if (newest != NULL && tf_step_is_finished(newest->step))
		left->row = g_steal_pointer(&newest);
	left->what = left->row != NULL ? TF_LEFT_REPORT : TF_LEFT_NOTHING;

	return TRUE;
}

/* Always FALSE. */
static gboolean refuse(const gchar *recorded, const gchar *given, GError **error)
{
	g_autofree gchar *detail =
		g_strdup_printf(_("an earlier run did this for '%s', not for '%s'"), recorded, given);

	return tf_raise(error, TF_ERROR_USAGE, detail, NULL);
}

/* A name that the person insisted on is the run's as well as the certificate's own. */
static gboolean check_name(const gchar *name, const TfOutcome *outcome, GError **error)
{
	const gchar *common_name = outcome->certificate->common_name;
	const gchar *recorded = outcome->member_name != NULL ? outcome->member_name : common_name;

	if (name == NULL || tf_names_equal(recorded, name))
		return TRUE;
	if (tf_names_equal(common_name, name))
		return refuse(recorded, name, error);

	return tf_raise(error, TF_ERROR_CERTIFICATE_NAME, common_name, name, NULL);
}

static gboolean check_number(const gchar *number, const TfOutcome *outcome, GError **error)
{
	return number == NULL || outcome->member_number == NULL ||
	       strcmp(outcome->member_number, number) == 0 || refuse(outcome->member_number, number, error);
}

static gboolean check_campaign(const TfCampaign *campaign, const TfOutcome *outcome, GError **error)
{
	const TfCertificateFacts *facts = outcome->certificate;

	if (campaign == NULL || g_strcmp0(outcome->campaign, tf_campaign_name(campaign)) == 0)
		return TRUE;
	if (!tf_campaign_fits_issuer(campaign, facts->issuer, facts->issuer_common_name))
		return tf_raise(error, TF_ERROR_CERTIFICATE_ISSUER, facts->issuer_common_name,
			tf_campaign_issuer(campaign), NULL);

	return outcome->campaign == NULL || refuse(outcome->campaign, tf_campaign_name(campaign), error);
}

static gboolean check_token(const gchar *uri, const TfTokenFacts *token, GError **error)
{
	gboolean fits = FALSE;

	if (uri == NULL)
		return TRUE;
	if (!tf_token_uri_fits(uri, token, &fits, error))
		return FALSE;

	return fits || tf_raise(error, TF_ERROR_TOKEN_OF_OTHER_RUN, token->label, token->serial, NULL);
}

static gboolean check_spare(const gchar *uri, const TfOutcome *outcome, GError **error)
{
	const TfPlacement *spare =
		outcome->placements->len > 1 ? g_ptr_array_index(outcome->placements, 1) : NULL;

	if (uri != NULL && spare == NULL)
		return tf_raise(error, TF_ERROR_USAGE, _("an earlier run did this without a spare"), NULL);

	return spare == NULL || check_token(uri, spare->token, error);
}

/* A list that came later. The ledger keeps no issuer to verify it by: it can only speak against the
 * certificate. */
static gboolean check_list(const TfTransferPlan *plan, TfLedger *ledger, const TfLedgerRow *row,
	const TfOutcome *outcome, GError **error)
{
	g_autoptr(X509) certificate = NULL;
	g_autoptr(X509_CRL) list = NULL;
	TfRevocation revocation = TF_REVOCATION_UNKNOWN;
	g_autofree gchar *day = NULL;
	gint64 revoked_at = 0;

	if (plan->crl == NULL)
		return TRUE;
	certificate = tf_certificate_parse(row->certificate_der, tf_ledger_path(ledger), error);
	list = certificate != NULL ? tf_checks_load_crl(plan->crl, error) : NULL;
	if (list == NULL || !tf_certificate_check_crl(certificate, NULL, list, plan->crl,
				    g_get_real_time() / G_USEC_PER_SEC, &revocation, &revoked_at, error))
		return FALSE;
	if (revocation != TF_REVOCATION_REVOKED || tf_outcome_has_exception(outcome, TF_EXCEPTION_REVOKED))
		return TRUE;
	day = tf_checks_day(revoked_at, plan->campaign);

	return tf_raise(error, TF_ERROR_CERTIFICATE_REVOKED, day, NULL);
}

gboolean tf_resumption_check(
	const TfTransferPlan *plan, TfLedger *ledger, const TfLedgerRow *row, GError **error)
{
	g_autoptr(TfOutcome) outcome = tf_ledger_row_outcome(ledger, row, error);

	return outcome != NULL && check_name(plan->member_name, outcome, error) &&
	       check_number(plan->member_number, outcome, error) &&
	       check_campaign(plan->campaign, outcome, error) &&
	       check_token(plan->token_uri, row->token, error) &&
	       check_spare(plan->spare_uri, outcome, error) && check_list(plan, ledger, row, outcome, error);
}

/* What is only given again or brought to its end is another run's; a journey of its own makes its own checks.
 */
static gboolean check_left(const TfTransferPlan *plan, TfLedger *ledger, const TfLeft *left, GError **error)
{
	gboolean is_ended =
		left->what == TF_LEFT_REPORT || (left->what == TF_LEFT_WIPE && !left->is_replaced);

	return !is_ended || tf_resumption_check(plan, ledger, left->row, error);
}

gboolean tf_resumption_plan(const TfTransferPlan *plan, TfLedger *ledger, TfLeft *ret_left, GError **error)
{
	g_autofree gchar *path = tf_file_resolve(plan->source, error);
	g_autoptr(GPtrArray) rows = NULL;
	g_auto(TfLeft) left = { 0 };

	if (path == NULL)
		return FALSE;
	rows = tf_ledger_unfinished(ledger, path, error);
	if (rows == NULL)
		return FALSE;
	left.row = take_wiping(rows);
	if (left.row == NULL && access(path, F_OK) != 0 && !plan_report(path, ledger, &left, error))
		return FALSE;
	if (left.row != NULL && left.what != TF_LEFT_REPORT) {
		left.is_replaced = was_replaced(left.row, path) && access(path, F_OK) == 0;
		left.what = !left.is_replaced && is_whole(left.row) ? TF_LEFT_WHOLE : TF_LEFT_WIPE;
	}
	if (!check_left(plan, ledger, &left, error))
		return FALSE;
	*ret_left = left;
	left = (TfLeft){ 0 };

	return TRUE;
}
