/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What runs ahead of the tokens, bounded: jobs are claimed, their files opened by as many openers as there
 * are processors, the campaign's rules asked, PINs drawn (or those of an earlier run opened again) and
 * letters drawn. So no token waits for a key that takes half a second to decrypt, as long as the processors
 * keep up.
 */
#pragma once

#include "batch-private.h"

TfAhead *tf_ahead_new(TfBatch *batch) G_GNUC_WARN_UNUSED_RESULT;
void tf_ahead_free(TfAhead *ahead);

/* Claims and begins as much as there is room for. A ready task is told by tf_batch_pump(). */
void tf_ahead_fill(TfAhead *ahead);

/* The next ready task, the caller's from now on; NULL when none is ready yet. */
TfTask *tf_ahead_take(TfAhead *ahead) G_GNUC_WARN_UNUSED_RESULT;
/* The same in the order of the list, as cards lie on the desk: NULL also while one before it may get ready.
 */
TfTask *tf_ahead_take_in_order(TfAhead *ahead) G_GNUC_WARN_UNUSED_RESULT;
guint tf_ahead_n_ready(const TfAhead *ahead);

/* A claimed job (taken over) that a lane has chosen: it goes before all others, and is ready for that lane
 * only, told by tf_batch_pump(). Until then it is had; when it is had no more it has failed, and was told. */
void tf_ahead_add_chosen(TfAhead *ahead, TfJob *job);
TfTask *tf_ahead_take_chosen(TfAhead *ahead, gint64 job) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_ahead_has_chosen(const TfAhead *ahead, gint64 job);

/* Why a chosen one has failed, once; NULL when it did not. The caller frees. */
GError *tf_ahead_take_failure(TfAhead *ahead, gint64 job) G_GNUC_WARN_UNUSED_RESULT;

/* Whatever is still to come is ready by now. */
gboolean tf_ahead_has_only_ready(const TfAhead *ahead);

/* Nothing is claimed any more, nor will be. */
gboolean tf_ahead_is_empty(const TfAhead *ahead);

/* A lane gave a job back to the ledger: it is there to be claimed again. */
void tf_ahead_look_again(TfAhead *ahead);

/* Nothing more is claimed in this run; what is claimed and has no intent goes back. */
void tf_ahead_give_back(TfAhead *ahead);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfAhead, tf_ahead_free)
