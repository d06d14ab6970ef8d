/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Transactions, one within another by savepoints, and the group that makes many records one of them. */
#include <glib/gi18n.h>

#include "ledger/job.h"
#include "sql-private.h"

struct TfTransaction {
	TfLedger *ledger;
	gboolean is_part; /* of another one */
	gboolean is_committed;
};

static gboolean is_open(const TfLedger *ledger)
{
	return sqlite3_get_autocommit(ledger->database) == 0;
}

gboolean tf_ledger_check_group(const TfLedger *ledger, GError **error)
{
	return !ledger->is_grouping || is_open(ledger) ||
	       tf_ledger_fail_because(ledger, _("what was being written together has been undone"), error);
}

TfTransaction *tf_transaction_begin(TfLedger *ledger, gboolean is_writing, GError **error)
{
	gboolean is_part = is_open(ledger);
	const gchar *whole = is_writing ? "BEGIN IMMEDIATE" : "BEGIN";
	TfTransaction *transaction = NULL;

	/* IMMEDIATE: a read that is followed by a write must not be overtaken between the two. Savepoints of
	 * one name lie within one another; the name means the innermost. */
	if (!tf_ledger_check_group(ledger, error) ||
		!tf_ledger_execute(ledger, is_part ? "SAVEPOINT part" : whole, error))
		return NULL;
	transaction = g_new0(TfTransaction, 1);
	transaction->ledger = ledger;
	transaction->is_part = is_part;

	return transaction;
}

gboolean tf_transaction_commit(TfTransaction *transaction, GError **error)
{
	if (!tf_ledger_execute(transaction->ledger, transaction->is_part ? "RELEASE part" : "COMMIT", error))
		return FALSE;
	transaction->is_committed = TRUE;

	return TRUE;
}

void tf_transaction_free(TfTransaction *transaction)
{
	if (transaction == NULL)
		return;

	/* Fails only where SQLite has rolled back by itself already. */
	if (!transaction->is_committed)
		(void)tf_ledger_execute(transaction->ledger,
			transaction->is_part ? "ROLLBACK TO part; RELEASE part" : "ROLLBACK", NULL);
	g_free(transaction);
}

gboolean tf_ledger_group_begin(TfLedger *ledger, GError **error)
{
	g_assert_false(ledger->is_grouping);
	if (!tf_ledger_execute(ledger, "BEGIN IMMEDIATE", error))
		return FALSE;
	ledger->is_grouping = TRUE;

	return TRUE;
}

gboolean tf_ledger_group_commit(TfLedger *ledger, GError **error)
{
	g_assert_true(ledger->is_grouping);
	if (!tf_ledger_check_group(ledger, error) || !tf_ledger_execute(ledger, "COMMIT", error)) {
		tf_ledger_group_abandon(ledger);
		return FALSE;
	}
	ledger->is_grouping = FALSE;

	return TRUE;
}

void tf_ledger_group_abandon(TfLedger *ledger)
{
	if (!ledger->is_grouping)
		return;

	if (is_open(ledger))
		(void)tf_ledger_execute(ledger, "ROLLBACK", NULL);
	ledger->is_grouping = FALSE;
}
