/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One journey, again and again from the same start: the token's store is put back, the ledger forgotten, the
 * .p12 written again. For tests that break every single call of it.
 */
#pragma once

#include "stage.h"

typedef struct TfReplay {
	TfStage *stage;
	gchar *backup;	  /* copy of the fresh token's directory */
	gchar *arguments; /* of the mock */
} TfReplay;

/* The mock in front of SoftHSM, faithful until tf_replay_script() says otherwise. */
TfReplay *tf_replay_new(const gchar *key_type, const gchar *program);
void tf_replay_free(TfReplay *replay);

/* Back to the start; then the mock follows 'script'. */
void tf_replay_rewind(TfReplay *replay, const gchar *script);

/* Only the script changes: token, ledger and source stay as the last run left them. */
void tf_replay_script(TfReplay *replay, const gchar *script);

/* Calls of the module that the mock has logged since the last rewind: the function of the n-th, from 1; NULL
 * after the last. The caller frees. */
guint tf_replay_n_calls(const TfReplay *replay);
gchar *tf_replay_function(const TfReplay *replay, guint nth);
gchar *tf_replay_returned(const TfReplay *replay, guint nth); /* "CKR_OK" */

/* TF_TEST_EVERY=N runs only every N-th point, another set each day; for the sanitizer build.
 * TF_TEST_POINT=N runs the N-th alone, for whoever looks into it. */
gboolean tf_replay_skips(guint nth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfReplay, tf_replay_free)
