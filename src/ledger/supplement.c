/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ledger/supplement.h"

#include <glib/gi18n.h>
#include <string.h>

#include "column-private.h"
#include "record-private.h"
#include "record/json-line.h"

/* The first schema that knows of them. */
#define SUPPLEMENTS_SCHEMA 10

gboolean tf_ledger_add_supplement(TfLedger *ledger, const TfOutcome *outcome, GError **error)
{
	g_autoptr(json_t) object = tf_outcome_to_json(outcome);
	g_autofree gchar *text = tf_json_line(object, 0);
	const TfParameter parameters[] = { tf_parameter_integer(tf_ledger_now()), tf_parameter_text(text) };
	g_autoptr(TfTransaction) transaction = NULL;

	if (strlen(text) > TF_LEDGER_VALUE_LIMIT)
		return TRUE;
	transaction = tf_transaction_begin(ledger, TRUE, error);

	return transaction != NULL &&
	       tf_ledger_change(ledger, "INSERT INTO supplement (created, outcome) VALUES (?, ?)", parameters,
		       G_N_ELEMENTS(parameters), error) &&
	       tf_transaction_commit(transaction, error);
}

GPtrArray *tf_ledger_supplements(TfLedger *ledger, GError **error)
{
	g_autoptr(GPtrArray) supplements = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(TfQuery) query = NULL;
	gboolean has_row = FALSE;

	if (ledger->version < SUPPLEMENTS_SCHEMA)
		return g_steal_pointer(&supplements);
	query = tf_ledger_query(
		ledger, "SELECT id, created FROM supplement ORDER BY id DESC", NULL, 0, error);
	while (query != NULL && tf_ledger_next(ledger, query, &has_row, error)) {
		TfSupplement found = { 0 };

		if (!has_row)
			return g_steal_pointer(&supplements);
		if (!tf_column_integer(query, 0, 1, G_MAXINT64, &found.id) ||
			!tf_column_integer(query, 1, 0, G_MAXINT64, &found.created)) {
			tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
			return NULL;
		}
		g_ptr_array_add(supplements, g_memdup2(&found, sizeof found));
	}

	return NULL;
}

static TfOutcome *read_outcome(const TfLedger *ledger, TfQuery *row, GError **error)
{
	g_autofree gchar *text = tf_column_text(row, 0, TF_LEDGER_VALUE_LIMIT);
	g_autoptr(json_t) object = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;

	if (object == NULL) {
		tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
		return NULL;
	}

	return tf_outcome_from_json(object, ledger->path, error);
}

gboolean tf_ledger_supplement(TfLedger *ledger, gint64 id, TfOutcome **ret_outcome, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(id) };
	g_autoptr(TfQuery) query = NULL;
	g_autoptr(TfOutcome) outcome = NULL;
	gboolean has_row = FALSE;

	*ret_outcome = NULL;
	if (ledger->version < SUPPLEMENTS_SCHEMA)
		return TRUE;
	query = tf_ledger_query(ledger,
		"SELECT outcome FROM supplement WHERE ?1 IN (id, 0) ORDER BY id DESC LIMIT 1", parameters,
		G_N_ELEMENTS(parameters), error);
	if (query == NULL || !tf_ledger_next(ledger, query, &has_row, error))
		return FALSE;
	if (!has_row)
		return TRUE;
	outcome = read_outcome(ledger, query, error);
	*ret_outcome = g_steal_pointer(&outcome);

	return *ret_outcome != NULL;
}
