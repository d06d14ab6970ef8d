/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'sweep --wipe', behind the options. */
#pragma once

#include "cli/command.h"
#include "cli/conversation.h"
#include "transfer/cleaning.h"

typedef struct TfSweepRun {
	TfInvocation *invocation;
	TfConversation *conversation;
	const TfSweepListener *listener;
	const gchar *const *paths;
	const TfSecret *password;
} TfSweepRun;

/* Searches, asks, wipes, and prints what was reached. */
gboolean tf_sweep_clean(const TfSweepRun *run, int *ret_status, GError **error);

/* --dry-run */
gboolean tf_sweep_rehearse(const TfSweepRun *run, TfKnown *known, GError **error);
