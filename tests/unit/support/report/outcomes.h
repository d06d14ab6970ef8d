/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Outcomes of runs for tests of what is made from them. Everything here asserts; results are owned by the
 * caller. */
#pragma once

#include <glib.h>

#include "fixtures.h"
#include "profile/campaign.h"
#include "record/outcome.h"

#define TF_FIXTURE_RUN	     "11111111-2222-4333-8444-555555555555/7"
#define TF_FIXTURE_SOURCE    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TF_FIXTURE_FINISHED  G_GINT64_CONSTANT(1798813800) /* 2027-01-01T14:30:00Z, 23:30 in Tokyo */
#define TF_FIXTURE_NAME	     "山田 太郎"
#define TF_FIXTURE_NUMBER    "12345678"
#define TF_FIXTURE_DIRECTORY "/home/taro-account"

/* A token 'serial' with attempts that were all refused, and a response over no statement. */
TfPlacement *tf_fixture_placement(const gchar *serial);

/* A run with one token, one file wiped (W3, "FG"), one backup kept, name and number given. */
TfOutcome *tf_fixture_outcome(X509 *certificate, TfStatus status);

/* "demo" or "sharoushi-2014" of this source tree. */
TfCampaign *tf_fixture_campaign(const gchar *name);

void tf_assert_says(const gchar *text, const gchar *wanted);
void tf_assert_silent(const gchar *text, const gchar *unwanted);
