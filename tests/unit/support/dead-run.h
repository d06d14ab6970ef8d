/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stage on which an earlier run died. Runs that are really killed: tests/crash. */
#pragma once

#include "ledger/ledger.h"
#include "stage.h"

/* A run has died when it had recorded that it would wipe what 'trace' says, and had not begun. */
void tf_dead_run_at(TfStage *stage, const TfWipeTrace *trace);

/* The key is proven, and the run dies when the wipe is durable in the ledger and no byte is overwritten. */
void tf_dead_run_before_wipe(TfStage *stage);

/* The stage's ledger, behind the journey's back. */
TfLedger *tf_dead_run_ledger(const TfStage *stage);
TfLedgerRow *tf_dead_run_newest_row(TfLedger *ledger);
