/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the operator of a batch is asked for each card ('--assign ask'), and answers by typing or with a
 * scanner. */
#pragma once

#include "batch/batch.h"
#include "cli/terminal.h"

typedef struct TfBatchQuestions TfBatchQuestions;

/* Borrows 'terminal'; NULL where nothing is ever asked. */
TfBatchQuestions *tf_batch_questions_new(TfTerminal *terminal) G_GNUC_WARN_UNUSED_RESULT;
void tf_batch_questions_free(TfBatchQuestions *questions);

/* Does not wait for the answer. What was typed before is thrown away, and a line that was begun by then is no
 * answer. */
void tf_batch_questions_ask(TfBatchQuestions *questions, const TfBatchQuestion *question);

/* The card of the question that stands was taken out of the reader 'lane': one Enter ends what was being
 * typed.
 */
void tf_batch_questions_withdraw(TfBatchQuestions *questions, const gchar *lane);

/* The line that was typed. FALSE: nobody answers any more. */
gboolean tf_batch_questions_hear(TfBatchQuestions *questions, TfBatchAnswer *ret_answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfBatchQuestions, tf_batch_questions_free)
