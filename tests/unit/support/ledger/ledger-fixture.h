/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger of its own for each test, in a private directory. */
#pragma once

#include "base/error.h"
#include "ledger/ledger.h"

typedef struct LedgerFixture {
	gchar *directory;
	gchar *path;
	gchar *url;
	TfLedger *ledger;
} LedgerFixture;

void ledger_fixture_set_up(LedgerFixture *fixture, gconstpointer data);
void ledger_fixture_tear_down(LedgerFixture *fixture, gconstpointer data);
void ledger_fixture_reopen(LedgerFixture *fixture);
void assert_ledger_does_not_open(const gchar *url, TfErrorCode code);

/* Runs 'sql' on the file as another program would, behind the ledger's back. */
void ledger_fixture_tamper(const LedgerFixture *fixture, const gchar *sql);

/* The caller frees. */
TfTokenFacts *ledger_fixture_token(const gchar *serial);
TfLedgerRow *ledger_fixture_plan_for(const gchar *path);

/* The id of a new row for 'path'; or of one that went all the way to 'step'. */
gint64 ledger_fixture_plan(LedgerFixture *fixture, const gchar *path);
gint64 ledger_fixture_planned_to(LedgerFixture *fixture, TfStep step);
