/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "job-private.h"

static TfQuery *query(TfLedger *ledger, TfJobState state, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(state) };

	if (state == TF_N_JOB_STATES)
		return tf_ledger_query(ledger, TF_JOB_SELECT "ORDER BY id", NULL, 0, error);

	return tf_ledger_query(ledger, TF_JOB_SELECT "INDEXED BY job_of_state WHERE state = ? ORDER BY id",
		parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_job_visit_rows(
	TfLedger *ledger, TfQuery *from, TfJobVisitor visit, gpointer user_data, GError **error)
{
	gboolean has_row = FALSE;

	while (tf_ledger_next(ledger, from, &has_row, error)) {
		g_autoptr(TfJob) job = NULL;

		if (!has_row)
			return TRUE;
		job = tf_job_read(ledger, from, error);
		if (job == NULL || !visit(job, user_data, error))
			return FALSE;
	}

	return FALSE;
}

gboolean tf_ledger_visit_jobs(
	TfLedger *ledger, TfJobState state, TfJobVisitor visit, gpointer user_data, GError **error)
{
	g_autoptr(TfQuery) statement = NULL;

	if (!tf_job_has_table(ledger))
		return TRUE;
	statement = query(ledger, state, error);

	return statement != NULL && tf_job_visit_rows(ledger, statement, visit, user_data, error);
}

static gboolean has_any(TfLedger *ledger, const gchar *sql, gboolean *ret_has_any, GError **error)
{
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger, sql, NULL, 0, error);

	return statement != NULL && tf_ledger_next(ledger, statement, ret_has_any, error);
}

gboolean tf_ledger_has_waiting_jobs(TfLedger *ledger, gboolean *ret_has_waiting, GError **error)
{
	return has_any(ledger,
		"SELECT 1 FROM job INDEXED BY job_of_state WHERE state = " TF_JOB_SQL_WAITING " LIMIT 1",
		ret_has_waiting, error);
}

gboolean tf_ledger_has_waiting_bound_jobs(TfLedger *ledger, gboolean *ret_has_waiting, GError **error)
{
	return has_any(ledger,
		"SELECT 1 FROM job INDEXED BY job_demanding WHERE state = " TF_JOB_SQL_WAITING
		" AND demanded_serial IS NOT NULL AND token_serial IS NULL"
		" UNION ALL"
		" SELECT 1 FROM job INDEXED BY job_of_state WHERE state = " TF_JOB_SQL_WAITING
		" AND token_serial IS NOT NULL LIMIT 1",
		ret_has_waiting, error);
}

/* 'sql' gives a state and a number in each row. */
static gboolean count(TfLedger *ledger, const gchar *sql, guint64 ret_counts[TF_N_JOB_STATES], GError **error)
{
	g_autoptr(TfQuery) statement = NULL;
	guint64 counts[TF_N_JOB_STATES] = { 0 };
	gboolean has_row = tf_job_has_table(ledger);

	if (has_row) {
		statement = tf_ledger_query(ledger, sql, NULL, 0, error);
		if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
			return FALSE;
	}
	while (has_row) {
		gint64 state = sqlite3_column_int64(statement->handle, 0);

		if (state < 0 || state >= TF_N_JOB_STATES)
			return tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
		counts[state] = (guint64)sqlite3_column_int64(statement->handle, 1);
		if (!tf_ledger_next(ledger, statement, &has_row, error))
			return FALSE;
	}
	for (guint i = 0; i < TF_N_JOB_STATES; i++)
		ret_counts[i] = counts[i];

	return TRUE;
}

gboolean tf_ledger_count_jobs(TfLedger *ledger, guint64 ret_counts[TF_N_JOB_STATES], GError **error)
{
	return count(ledger, "SELECT state, count(*) FROM job INDEXED BY job_of_state GROUP BY state",
		ret_counts, error);
}

gboolean tf_ledger_count_listed_jobs(TfLedger *ledger, guint64 ret_counts[TF_N_JOB_STATES], GError **error)
{
	return count(ledger,
		"SELECT state, count(*) FROM listed CROSS JOIN job INDEXED BY job_of_number"
		" ON job.number = listed.number AND state <> " TF_JOB_SQL_SUPERSEDED " GROUP BY state",
		ret_counts, error);
}
