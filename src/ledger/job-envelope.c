/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sealed PINs of a job: those to go on with, and those for the federation. */
#include <glib/gi18n.h>

#include "base/error.h"
#include "column-private.h"
#include "job-private.h"

#define ENVELOPE_LIMIT 65536u

static gboolean read_envelope(TfQuery *from, int column, GBytes **ret_envelope)
{
	if (tf_column_is_null(from, column))
		return TRUE;
	*ret_envelope = tf_column_bytes(from, column, ENVELOPE_LIMIT);

	return *ret_envelope != NULL;
}

gboolean tf_ledger_job_envelopes(
	TfLedger *ledger, gint64 job, GBytes **ret_resume, GBytes **ret_escrow, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job) };
	g_autoptr(TfQuery) statement =
		tf_ledger_query(ledger, "SELECT resume, escrow FROM envelope WHERE job = ?", parameters,
			G_N_ELEMENTS(parameters), error);
	g_autoptr(GBytes) resume = NULL;
	g_autoptr(GBytes) escrow = NULL;
	gboolean has_row = FALSE;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	if (has_row && (!read_envelope(statement, 0, &resume) || !read_envelope(statement, 1, &escrow)))
		return tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
	*ret_resume = g_steal_pointer(&resume);
	*ret_escrow = g_steal_pointer(&escrow);

	return TRUE;
}

gboolean tf_envelopes_add(TfLedger *ledger, gint64 job, GBytes *resume, GBytes *escrow, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_integer(job),
		tf_parameter_bytes(resume),
		tf_parameter_bytes(escrow),
	};
	g_autoptr(GBytes) old_resume = NULL;
	g_autoptr(GBytes) old_escrow = NULL;

	if (resume == NULL && escrow == NULL)
		return TRUE;
	if (!tf_ledger_job_envelopes(ledger, job, &old_resume, &old_escrow, error))
		return FALSE;
	if ((resume != NULL && old_resume != NULL) || (escrow != NULL && old_escrow != NULL))
		return tf_raise(error, TF_ERROR_LEDGER_STEP, "sealed", "sealed", NULL);

	return tf_ledger_change(ledger,
		"INSERT INTO envelope (job, resume, escrow) VALUES (?, ?, ?) ON CONFLICT (job) DO UPDATE SET"
		" resume = coalesce(resume, excluded.resume), escrow = coalesce(escrow, excluded.escrow)",
		parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_envelopes_forget_resume(TfLedger *ledger, gint64 job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job) };

	return tf_ledger_change(ledger, "UPDATE envelope SET resume = NULL WHERE job = ?", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_envelopes_forget(TfLedger *ledger, gint64 job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job) };

	return tf_ledger_change(
		ledger, "DELETE FROM envelope WHERE job = ?", parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_set_job_erases(TfLedger *ledger, gint64 job, gboolean erases, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(erases ? 1 : 0), tf_parameter_integer(job) };

	return tf_ledger_change(ledger, "UPDATE envelope SET erases = ? WHERE job = ?", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_ledger_job_erases(TfLedger *ledger, gint64 job, gboolean *ret_erases, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job) };
	g_autoptr(TfQuery) statement = tf_ledger_query(ledger, "SELECT erases FROM envelope WHERE job = ?",
		parameters, G_N_ELEMENTS(parameters), error);
	gboolean has_row = FALSE;
	gint64 erases = 0;

	if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
		return FALSE;
	if (has_row && !tf_column_integer(statement, 0, 0, 1, &erases))
		return tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
	*ret_erases = erases != 0;

	return TRUE;
}
