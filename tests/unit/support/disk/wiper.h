/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wipes in a process of their own (wipe-once), which is killed or made to fail at a chosen system call. */
#pragma once

#include "source.h"

typedef enum TfFixtureEnding {
	TF_FIXTURE_ENDED,
	TF_FIXTURE_KILLED,
	TF_FIXTURE_INCOMPLETE /* TF_ERROR_WIPE_INCOMPLETE */
} TfFixtureEnding;

/* Runs "wipe", "resume", or either followed by " device", in a saved source's folder; with 'fault' (strace's
 * --inject), or without when NULL. */
TfFixtureEnding tf_fixture_wiper_run(const TfFixtureSource *source, const gchar *action, const gchar *fault);
TfFixtureEnding tf_fixture_wiper_kill(
	const TfFixtureSource *source, const gchar *action, const gchar *call, guint n);

/* What it left: its trace; the whole file; nothing but what tf_fixture_source_save() and it put there. */
gboolean tf_fixture_has_trace(const TfFixtureSource *source);
void tf_fixture_assert_whole(const TfFixtureSource *source);
void tf_fixture_assert_only_saved_left(const TfFixtureSource *source);
