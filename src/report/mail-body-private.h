/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "profile/campaign.h"
#include "record/outcome.h"

/* The text of the mail in the campaign's language: the guide's sentence where the outcome allows it, else
 * what is still open; name, number, date; then the facts, files by kind, count and grade. Untrusted parts are
 * escaped. 'member_name' and 'member_number' of the outcome must be there. */
gchar *tf_mail_body(const TfOutcome *outcome, const TfCampaign *campaign) G_GNUC_WARN_UNUSED_RESULT;
