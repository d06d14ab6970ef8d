/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members' list of a batch, read into the ledger. */
#pragma once

#include "ledger/job.h"
#include "profile/campaign.h"

/* Every defect is told with its line; when there is one, nothing is begun: TF_ERROR_MANIFEST_INVALID, with
 * the first. Members of the ledger who are not in the list get no token from this run (unlisted), and their
 * number is told. 'makes_serials': nobody can demand the token of a serial number. */
gboolean tf_batch_list_read(const gchar *path, const TfCampaign *campaign, gboolean makes_serials,
	TfLedger *ledger, gboolean is_json, GError **error);

/* One defect, as a line or as an object of JSON. 'number' NULL: not known. */
void tf_batch_list_tell(guint line, const gchar *number, const GError *problem, gboolean is_json);
