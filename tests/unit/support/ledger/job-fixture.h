/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members in a ledger, brought to where a test wants them. Every function asserts that the ledger took it. */
#pragma once

#include "ledger-fixture.h"
#include "ledger/job.h"

/* A waiting one. NULL: the token's serial does not matter. */
void job_fixture_add(LedgerFixture *fixture, const gchar *number, const gchar *token_serial);

/* NULL when none waits. The caller frees. */
TfJob *job_fixture_claim(LedgerFixture *fixture, const gchar *number, const gchar *serial);
TfJob *job_fixture_of_number(LedgerFixture *fixture, const gchar *number);

/* The plan of a job: a certificate and a token of its own. The caller frees. */
TfLedgerRow *job_fixture_row(const TfJob *job, const gchar *serial);

/* Claims 'number' and plans it for the token 'serial', with both envelopes: "resume NUMBER", "escrow NUMBER".
 */
TfJob *job_fixture_planned(LedgerFixture *fixture, const gchar *number, const gchar *serial);

/* From planned to the step 'proved', and to the end. */
void job_fixture_prove(LedgerFixture *fixture, const TfJob *job);
void job_fixture_provision(LedgerFixture *fixture, const gchar *number, const gchar *serial);

/* The one text that 'sql' gives, read as another program would; "NULL" for none. The caller frees. */
gchar *job_fixture_ask(const LedgerFixture *fixture, const gchar *sql);
