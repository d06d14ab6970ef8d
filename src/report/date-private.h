/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "profile/campaign.h"

/* A moment in the campaign's time zone, in UTC when there is none; NULL outside the years 1 to 9999. */
GDateTime *tf_report_time(gint64 seconds, const TfCampaign *campaign) G_GNUC_WARN_UNUSED_RESULT;
