/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/error.h"
#include "job-private.h"
#include "record-private.h"
#include "record/json-line.h"

gchar *tf_attempt_arguments(const GError *problem)
{
	const gchar *const *arguments = tf_error_arguments(problem);
	g_autoptr(json_t) array = json_array();

	if (arguments == NULL)
		return NULL;
	for (gsize i = 0; arguments[i] != NULL; i++) {
		/* A name of a file need not be UTF-8. */
		g_autofree gchar *valid = g_utf8_make_valid(arguments[i], -1);

		json_array_append_new(array, json_string(valid));
	}

	return tf_json_line(array, 0);
}

gboolean tf_attempt_begin(TfLedger *ledger, const TfJobAttempt *attempt, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_integer(attempt->job),
		attempt->migration != 0 ? tf_parameter_integer(attempt->migration) : tf_parameter_text(NULL),
		tf_parameter_integer(attempt->started),
		tf_parameter_text(attempt->reader),
		tf_parameter_text(attempt->operator),
		tf_parameter_text(attempt->station),
		tf_parameter_text(attempt->token),
		attempt->certificate_sha256 != NULL ? tf_parameter_digest(attempt->certificate_sha256)
						    : tf_parameter_text(NULL),
		tf_parameter_text(attempt->confinement),
	};
	TfParameter current[] = {
		tf_parameter_integer(0),
		tf_parameter_text(attempt->operator),
		tf_parameter_text(attempt->station),
		tf_parameter_text(attempt->reader),
		tf_parameter_integer(attempt->job),
	};

	if (!tf_ledger_change(ledger,
		    "INSERT INTO attempt (job, migration, started, reader, operator, station, token,"
		    " certificate_sha256, confinement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    parameters, G_N_ELEMENTS(parameters), error))
		return FALSE;
	current[0] = tf_parameter_integer(sqlite3_last_insert_rowid(ledger->database));

	return tf_ledger_change(ledger,
		"UPDATE job SET attempt = ?, n_attempts = n_attempts + 1, operator = ?, station = ?,"
		" reader = ? WHERE id = ?",
		current, G_N_ELEMENTS(current), error);
}

gboolean tf_attempt_go_on(TfLedger *ledger, gint64 job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(job) };

	return tf_ledger_change(ledger,
		"UPDATE attempt SET"
		" token = (SELECT migration.token FROM migration WHERE migration.id = attempt.migration),"
		" certificate_sha256 = (SELECT job.certificate_sha256 FROM job WHERE job.id = attempt.job),"
		" confinement = coalesce(confinement, (SELECT before.confinement FROM attempt AS before"
		" WHERE before.job = attempt.job AND before.migration = attempt.migration"
		" AND before.id < attempt.id ORDER BY before.id DESC LIMIT 1))"
		" WHERE id = (SELECT attempt FROM job WHERE id = ?)",
		parameters, G_N_ELEMENTS(parameters), error);
}

gboolean tf_attempt_set_token(TfLedger *ledger, gint64 job, const gchar *token, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(token), tf_parameter_integer(job) };

	return tf_ledger_change(ledger,
		"UPDATE attempt SET token = ? WHERE id = (SELECT attempt FROM job WHERE id = ?)", parameters,
		G_N_ELEMENTS(parameters), error);
}

gboolean tf_attempt_end(
	TfLedger *ledger, gint64 job, const GError *problem, const gchar *timings, GError **error)
{
	g_autofree gchar *arguments = problem != NULL ? tf_attempt_arguments(problem) : NULL;
	const TfParameter parameters[] = {
		tf_parameter_integer(tf_ledger_now()),
		tf_parameter_text(problem != NULL ? tf_error_name(problem) : NULL),
		tf_parameter_text(arguments),
		tf_parameter_text(timings),
		tf_parameter_integer(job),
	};
	const TfParameter current[] = { tf_parameter_integer(job) };

	return tf_ledger_change(ledger,
		       "UPDATE attempt SET ended = ?, error = ?, error_arguments = ?, timings = ?"
		       " WHERE id = (SELECT attempt FROM job WHERE id = ?)",
		       parameters, G_N_ELEMENTS(parameters), error) &&
	       tf_ledger_change(ledger, "UPDATE job SET attempt = NULL WHERE id = ?", current,
		       G_N_ELEMENTS(current), error);
}
