/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What became of the files of those who have a token: as the outcome of each says it. */
#include "job-private.h"

#define FIRST_WHY                                                                                            \
	"(SELECT CASE WHEN json_valid(outcome) THEN json_extract(outcome, '$.kept[0].why') END"              \
	" FROM migration WHERE id = job.migration)"

gboolean tf_ledger_job_kept(TfLedger *ledger, const TfJob *job, gchar **ret_why, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job->id) };
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger, "SELECT " FIRST_WHY " FROM job WHERE id = ?",
		parameters, G_N_ELEMENTS(parameters), error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	*ret_why = has_row ? g_strdup((const gchar *)sqlite3_column_text(statement->handle, 0)) : NULL;

	return TRUE;
}

gboolean tf_ledger_visit_kept_jobs(TfLedger *ledger, TfJobVisitor visit, gpointer user_data, GError **error)
{
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger,
		TF_JOB_SELECT "INDEXED BY job_of_state WHERE state = " TF_JOB_SQL_PROVISIONED
			      " AND number IN (SELECT number FROM listed) AND " FIRST_WHY
			      " IS NOT NULL ORDER BY id",
		NULL, 0, error);
	gboolean has_row = FALSE;

	if (statement == NULL)
		return FALSE;
	while (tf_ledger_next(ledger, statement, &has_row, error)) {
		g_autoptr(TfJob) job = NULL;

		if (!has_row)
			return TRUE;
		job = tf_job_read(ledger, statement, error);
		if (job == NULL || !visit(job, user_data, error))
			return FALSE;
	}

	return FALSE;
}
