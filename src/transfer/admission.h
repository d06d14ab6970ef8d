/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the key of the source's certificate may be moved: the one check of a run and of its rehearsal. */
#pragma once

#include "key/certificate.h"
#include "profile/campaign.h"
#include "source.h"
#include "transfer/transfer.h"

typedef struct TfAdmission {
	const TfCampaign *campaign; /* whose rules apply: the plan's or 'matched'; NULL for none */
	TfCampaign *matched;
	GPtrArray *problems; /* TfProblem */
	TfRevocation revocation;
} TfAdmission;
void tf_admission_clear(TfAdmission *admission);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfAdmission, tf_admission_clear)

/* Asks nothing. The errors of tf_campaign_match(), tf_campaign_check_number() and tf_checks(). */
gboolean tf_admission_examine(
	const TfTransferPlan *plan, const TfSource *source, TfAdmission *ret_admission, GError **error);

/* The problem that is not confirmed is the error. */
gboolean tf_admission_confirm(const TfAdmission *admission, const TfCertificateFacts *facts,
	const TfDialogue *dialogue, GError **error);

/* For a run without a spare: the wipe waits for a second token that an earlier run wrote for this source,
 * until it is proven or the person lets it go, which *ret_lets_go tells. TF_ERROR_SPARE_UNPROVEN. 'ledger'
 * NULL: there was no such run. */
gboolean tf_admission_open_spares(TfLedger *ledger, const TfSource *source, const TfDialogue *dialogue,
	gboolean *ret_lets_go, GError **error);
