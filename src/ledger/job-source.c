/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What became of the files of those who have a token: as the outcome of each says it. */
#include "column-private.h"
#include "job-private.h"

#define WHY_LIMIT 64u

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
	*ret_why = has_row ? tf_column_text(statement, 0, WHY_LIMIT) : NULL;

	return TRUE;
}

gboolean tf_ledger_visit_kept_jobs(TfLedger *ledger, TfJobVisitor visit, gpointer user_data, GError **error)
{
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger,
		TF_JOB_SELECT "INDEXED BY job_of_state WHERE state = " TF_JOB_SQL_PROVISIONED
			      " AND number IN (SELECT number FROM listed) AND " FIRST_WHY
			      " IS NOT NULL ORDER BY id",
		NULL, 0, error);

	return statement != NULL && tf_job_visit_rows(ledger, statement, visit, user_data, error);
}
