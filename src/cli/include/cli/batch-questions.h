/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the operator of a batch is asked for each card ('--assign ask'), and answers by typing or with a
 * scanner. */
#pragma once

#include "batch/batch.h"
#include "cli/terminal.h"

/* Does not wait for the answer. */
void tf_batch_questions_ask(const TfBatchQuestion *question, TfTerminal *terminal);

/* The line that was typed. FALSE: nobody answers any more. */
gboolean tf_batch_questions_hear(TfBatchAnswer *ret_answer, TfTerminal *terminal);
