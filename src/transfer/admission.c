/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "admission.h"

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
