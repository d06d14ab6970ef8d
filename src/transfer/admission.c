/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "admission.h"

#include <string.h>

#include "base/error.h"
#include "transfer/checks.h"

void tf_admission_clear(TfAdmission *admission)
{
	g_clear_pointer(&admission->matched, tf_campaign_free);
	g_clear_pointer(&admission->problems, g_ptr_array_unref);
}

/* Without a campaign of that issuer no campaign's rules apply, and the report is a plain one. */
static gboolean find_campaign(
	const TfTransferPlan *plan, const TfCertificateFacts *facts, TfAdmission *admission, GError **error)
{
	g_autoptr(GError) problem = NULL;

	admission->campaign = plan->campaign;
	if (plan->campaign == NULL) {
		admission->matched =
			tf_campaign_match(facts->issuer, facts->issuer_common_name, plan->profiles, &problem);
		admission->campaign = admission->matched;
	}
	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}

	return admission->campaign == NULL || plan->member_number == NULL ||
	       tf_campaign_check_number(admission->campaign, plan->member_number, error);
}

gboolean tf_admission_examine(
	const TfTransferPlan *plan, const TfSource *source, TfAdmission *ret_admission, GError **error)
{
	g_auto(TfAdmission) admission = { .revocation = TF_REVOCATION_UNKNOWN };
	TfChecksRequest request = {
		.member_name = plan->member_name,
		.crl = plan->crl,
		.now = g_get_real_time() / G_USEC_PER_SEC,
	};

	if (!find_campaign(plan, source->facts, &admission, error))
		return FALSE;
	request.campaign = admission.campaign;
	admission.problems =
		tf_checks(source->certificate, source->chain, &request, &admission.revocation, error);
	if (admission.problems == NULL)
		return FALSE;
	*ret_admission = admission;
	admission = (TfAdmission){ 0 };

	return TRUE;
}

gboolean tf_admission_confirm(const TfAdmission *admission, const TfCertificateFacts *facts,
	const TfDialogue *dialogue, GError **error)
{
	TfQuestionContext context = { .certificate = facts };

	for (guint i = 0; i < admission->problems->len; i++) {
		const TfProblem *problem = g_ptr_array_index(admission->problems, i);

		context.problem = problem->error;
		context.exception = problem->exception;
		if (!tf_dialogue_require(dialogue, TF_QUESTION_EXCEPTION, &context, "", error))
			return FALSE;
	}

	return TRUE;
}

static gboolean is_open_spare(const TfLedgerRow *row, const TfSource *source)
{
	return row->spare_of != 0 && tf_step_is_on_token(row->step) && row->step != TF_STEP_DONE &&
	       strcmp(row->source_path, source->path) == 0 &&
	       memcmp(row->source_sha256, source->sha256, TF_SHA256_SIZE) == 0;
}

gboolean tf_admission_open_spares(TfLedger *ledger, const TfSource *source, const TfDialogue *dialogue,
	gboolean *ret_lets_go, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;

	*ret_lets_go = FALSE;
	if (ledger == NULL)
		return TRUE;
	rows = tf_ledger_rows(ledger, source->spki_sha256, error);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const TfLedgerRow *row = g_ptr_array_index(rows, i);
		g_autoptr(GError) problem = NULL;
		TfQuestionContext context = { .exception = TF_EXCEPTION_SPARE, .token = row->token };

		if (!is_open_spare(row, source))
			continue;
		tf_raise(&problem, TF_ERROR_SPARE_UNPROVEN, row->token->label, row->token->serial, NULL);
		context.problem = problem;
		if (!tf_dialogue_require(dialogue, TF_QUESTION_EXCEPTION, &context, "", error))
			return FALSE;
		*ret_lets_go = TRUE;
	}

	return rows != NULL;
}
