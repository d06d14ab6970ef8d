/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 'sweep --wipe', behind the options. */
#pragma once

#include "cli/command.h"
#include "cli/conversation.h"
#include "transfer/cleaning.h"

/* What only the member knows. */
typedef struct TfSweepStory {
	GPtrArray *elsewhere; /* gchar: where else the file ever was */
	gboolean was_infected;
} TfSweepStory;
void tf_sweep_story_clear(TfSweepStory *story);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TfSweepStory, tf_sweep_story_clear)

/* From the options, or asked where there is a person. TF_ERROR_USAGE, TF_ERROR_INTERRUPTED. */
gboolean tf_sweep_ask_story(
	TfConversation *conversation, const TfOptions *options, TfSweepStory *story, GError **error);

/* What opens files that stayed locked, of whoever sits at the terminal; *ret_password NULL: only Enter. As
 * 'further_password' of a TfSweepListener. */
gboolean tf_sweep_ask_further(TfConversation *conversation, const GPtrArray *paths, guint n_asked,
	guint n_opened, TfSecret **ret_password, GError **error);

/* What an earlier run began to wipe, of any key, and nobody finished: it is named. */
gboolean tf_sweep_name_left(const TfOptions *options, guint *ret_n_left, GError **error);

typedef struct TfSweepRun {
	TfInvocation *invocation;
	TfConversation *conversation;
	const TfSweepListener *listener;
	const gchar *const *paths;
	TfSweepScope scope;
	const TfSecret *password;
} TfSweepRun;

/* Searches, asks, wipes, and prints what was reached. */
gboolean tf_sweep_clean(const TfSweepRun *run, int *ret_status, GError **error);

/* --dry-run */
gboolean tf_sweep_rehearse(const TfSweepRun *run, TfKnown *known, GError **error);
