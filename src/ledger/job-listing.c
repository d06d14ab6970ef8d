/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For whom a run works. Their numbers are a table of this connection: they are gone with it, and take no
 * memory of the program's. */
#include "job-private.h"

gboolean tf_ledger_listing_begin(TfLedger *ledger, GError **error)
{
	return tf_ledger_execute(ledger,
		"CREATE TEMP TABLE IF NOT EXISTS listed (number TEXT PRIMARY KEY) WITHOUT ROWID;"
		"DELETE FROM listed;",
		error);
}

gboolean tf_ledger_listing_add(TfLedger *ledger, const gchar *number, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(number) };

	return tf_ledger_change(ledger, "INSERT OR IGNORE INTO listed (number) VALUES (?)", parameters,
		G_N_ELEMENTS(parameters), error);
}

/* A certificate was chosen, and a token may have been written: it is finished, whoever is listed. */
static gboolean add_begun(TfLedger *ledger, GError **error)
{
	return tf_ledger_change(ledger,
		"INSERT OR IGNORE INTO listed (number) SELECT number FROM job INDEXED BY job_of_state"
		" WHERE state IN (" TF_JOB_SQL_WAITING ", " TF_JOB_SQL_CLAIMED ", " TF_JOB_SQL_FAILED
		") AND certificate_sha256 IS NOT NULL",
		NULL, 0, error);
}

static gboolean set_states(TfLedger *ledger, GError **error)
{
	return tf_ledger_change(ledger,
		       "UPDATE job SET state = " TF_JOB_SQL_UNLISTED " WHERE state IN (" TF_JOB_SQL_WAITING
		       ", " TF_JOB_SQL_CLAIMED ", " TF_JOB_SQL_FAILED
		       ") AND number NOT IN (SELECT number FROM listed)",
		       NULL, 0, error) &&
	       tf_ledger_change(ledger,
		       "UPDATE job SET state = " TF_JOB_SQL_WAITING " WHERE state = " TF_JOB_SQL_UNLISTED
		       " AND number IN (SELECT number FROM listed)",
		       NULL, 0, error);
}

gboolean tf_ledger_listing_end(TfLedger *ledger, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);

	return transaction != NULL && add_begun(ledger, error) && set_states(ledger, error) &&
	       tf_transaction_commit(transaction, error);
}
