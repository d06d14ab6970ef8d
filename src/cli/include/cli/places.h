/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where modules, ledger, reports and the campaign of a run are. */
#pragma once

#include <glib.h>

#include "cli/options.h"
#include "profile/campaign.h"
#include "record/outcome.h"
#include "transfer/choice.h"

/* Which modules the options name; borrows their strings, and the cards (NULL: none were looked at). */
TfModuleRequest tf_places_module(const TfOptions *options, const TfCards *cards);

/* The path behind --ledger, or the default one's. TF_ERROR_USAGE for another form than sqlite:PATH. */
gchar *tf_places_ledger(const TfOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --report-dir, or the default. */
gchar *tf_places_reports(const TfOptions *options) G_GNUC_WARN_UNUSED_RESULT;

/* The campaign that an outcome names: NULL without error when it names none. */
gboolean tf_places_campaign(
	const TfOutcome *outcome, const TfOptions *options, TfCampaign **ret_campaign, GError **error);

/* A place where the report cannot go is told before anything is touched, not after. TF_ERROR_OUTPUT_UNSAFE.
 */
gboolean tf_places_check_reports(const TfOptions *options, GError **error);
