/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run writes: each function is one transaction that enforces the step table and keeps the history. */

#include "base/error.h"
#include "record-private.h"
#include "record/json-line.h"
#include "trace-columns-private.h"

#define PARAMETER_LIMIT 12

gint64 tf_ledger_now(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

gchar *tf_ledger_token_text(const TfTokenFacts *token)
{
	g_autoptr(json_t) object = tf_token_facts_to_json(token);

	return tf_json_line(object, 0);
}

static gboolean add_history(TfLedger *ledger, gint64 id, TfStep step, const gchar *detail, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_integer(id),
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_text(tf_step_name(step)),
		tf_parameter_text(detail),
	};

	return tf_ledger_change(ledger,
		"INSERT INTO history (migration, at, step, detail) VALUES (?, ?, ?, ?)", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_plan(TfLedger *ledger, const TfLedgerRow *plan, gint64 *ret_id, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	g_autofree gchar *token = tf_ledger_token_text(plan->token);
	const TfParameter parameters[] = {
		plan->spare_of != 0 ? tf_parameter_integer(plan->spare_of) : tf_parameter_text(NULL),
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_text(tf_step_name(TF_STEP_INTENT)),
		tf_parameter_path(plan->source_path),
		tf_parameter_digest(plan->source_sha256),
		tf_parameter_integer(plan->source_holds_one_secret ? 1 : 0),
		tf_parameter_bytes(plan->certificate_der),
		tf_parameter_digest(plan->spki_sha256),
		tf_parameter_text(token),
		tf_parameter_bytes(plan->key_id),
		tf_parameter_integer(plan->n_fragments),
		tf_parameter_bytes(plan->source_export),
	};
	gint64 id = 0;

	if (transaction == NULL)
		return FALSE;
	if (!tf_ledger_change(ledger,
		    "INSERT INTO migration (spare_of, created, step, source_path, source_sha256,"
		    " source_holds_one_secret, certificate, spki_sha256, token, key_id, n_fragments,"
		    " source_export) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    parameters, G_N_ELEMENTS(parameters), error))
		return FALSE;
	id = sqlite3_last_insert_rowid(ledger->database);
	if (!add_history(ledger, id, TF_STEP_INTENT, NULL, error) ||
		!tf_transaction_commit(transaction, error))
		return FALSE;
	*ret_id = id;

	return TRUE;
}

gboolean tf_ledger_step_of(TfLedger *ledger, gint64 id, TfStep *ret_step, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(id) };
	g_autoptr(TfQuery) statement =
		tf_ledger_query(ledger, "SELECT step FROM migration WHERE id = ?", parameters, 1, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	if (!has_row)
		return tf_raise(error, TF_ERROR_LEDGER_NO_RUN, ledger->path, NULL);

	return tf_step_from_name((const gchar *)sqlite3_column_text(statement->handle, 0), ret_step) ||
	       tf_ledger_fail(ledger, SQLITE_CORRUPT, error);
}

/* The row goes to 'step', if it may, and gets what 'sql' sets: an UPDATE of the step, the detail and what
 * else there is, with the parameters in that order and the id last. One, because a row with its evidence is
 * long and each UPDATE writes all of it. */
static gboolean advance(TfLedger *ledger, gint64 id, TfStep step, const gchar *detail, const gchar *sql,
	const TfParameter *parameters, guint n_parameters, GError **error)
{
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);
	TfParameter all[PARAMETER_LIMIT];
	TfStep from = TF_STEP_INTENT;

	g_assert_cmpuint(n_parameters + 3, <=, PARAMETER_LIMIT);
	all[0] = tf_parameter_text(tf_step_name(step));
	all[1] = tf_parameter_text(detail);
	for (guint i = 0; i < n_parameters; i++)
		all[i + 2] = parameters[i];
	all[n_parameters + 2] = tf_parameter_integer(id);
	if (transaction == NULL || !tf_ledger_step_of(ledger, id, &from, error))
		return FALSE;
	if (!tf_step_may_follow(from, step))
		return tf_raise(error, TF_ERROR_LEDGER_STEP, tf_step_name(from), tf_step_name(step), NULL);

	return tf_ledger_change(ledger, sql, all, n_parameters + 3, error) &&
	       add_history(ledger, id, step, detail, error) && tf_transaction_commit(transaction, error);
}

gboolean tf_ledger_record_imported(TfLedger *ledger, gint64 id, const gchar *dropped, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(dropped) };

	return advance(ledger, id, TF_STEP_IMPORTED, NULL,
		"UPDATE migration SET step = ?, detail = ?, dropped = ? WHERE id = ?", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_record_proved(TfLedger *ledger, gint64 id, GBytes *statement, GBytes *signature,
	const gchar *evidence, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_bytes(statement),
		tf_parameter_bytes(signature),
		tf_parameter_text(evidence),
	};

	return advance(ledger, id, TF_STEP_PROVED, NULL,
		"UPDATE migration SET step = ?, detail = ?, statement = ?, signature = ?, evidence = ? WHERE "
		"id = ?",
		parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_record_wiping(
	TfLedger *ledger, gint64 id, const TfWipeTrace *trace, const gchar *outcome, GError **error)
{
	TfParameter parameters[TF_TRACE_COLUMNS + 1];

	tf_trace_columns_bind(trace, parameters);
	parameters[TF_TRACE_COLUMNS] = tf_parameter_text(outcome);

	return advance(ledger, id, TF_STEP_WIPING, NULL,
		"UPDATE migration SET step = ?, detail = ?, wipe_directory = ?, wipe_name = ?, wipe_new_name "
		"= ?, wipe_device = ?,"
		" wipe_inode = ?, wipe_size = ?, outcome = ? WHERE id = ?",
		parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_record_step(TfLedger *ledger, gint64 id, TfStep step, const gchar *detail, GError **error)
{
	g_assert(step == TF_STEP_WIPED || step == TF_STEP_UNDONE || step == TF_STEP_REFUTED ||
		 step == TF_STEP_REMOVING || step == TF_STEP_REMOVED);

	return advance(ledger, id, step, detail, "UPDATE migration SET step = ?, detail = ? WHERE id = ?",
		NULL, 0, error);
}

gboolean tf_ledger_record_outcome(
	TfLedger *ledger, gint64 id, TfStep step, const gchar *outcome, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(outcome) };

	g_assert(step == TF_STEP_DONE || step == TF_STEP_KEPT || step == TF_STEP_PROVISIONED);

	return advance(ledger, id, step, NULL,
		"UPDATE migration SET step = ?, detail = ?, outcome = ? WHERE id = ?", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_amend_outcome(TfLedger *ledger, gint64 id, const gchar *outcome, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(outcome), tf_parameter_integer(id),
		tf_parameter_integer(id) };
	g_autoptr(TfTransaction) transaction = tf_transaction_begin(ledger, TRUE, error);

	return transaction != NULL &&
	       tf_ledger_change(ledger,
		       "UPDATE migration SET outcome = ? WHERE step IN ('done', 'provisioned')"
		       " AND (id = ? OR spare_of = ?)",
		       parameters, G_N_ELEMENTS(parameters), error) &&
	       tf_transaction_commit(transaction, error);
}
