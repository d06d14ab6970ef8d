/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "base/error.h"
#include "base/hex.h"
#include "column-private.h"
#include "job-private.h"

#define TEXT_LIMIT  65536u
#define JOBS_SCHEMA 3

enum {
	COLUMN_ID,
	COLUMN_NUMBER,
	COLUMN_NAME,
	COLUMN_SOURCE_PATH,
	COLUMN_DEMANDED_SERIAL,
	COLUMN_LINE,
	COLUMN_STATE,
	COLUMN_MIGRATION,
	COLUMN_N_ATTEMPTS,
	COLUMN_ERROR,
	COLUMN_ERROR_ARGUMENTS,
	COLUMN_CHANGED,
	COLUMN_OPERATOR,
	COLUMN_STATION,
	COLUMN_READER,
	COLUMN_REPLACES_REASON,
	COLUMN_TOKEN_SERIAL
};

static const gchar *const names[TF_N_JOB_STATES] = {
	[TF_JOB_WAITING] = "waiting",
	[TF_JOB_CLAIMED] = "claimed",
	[TF_JOB_PROVISIONED] = "provisioned",
	[TF_JOB_FAILED] = "failed",
	[TF_JOB_SUPERSEDED] = "superseded",
	[TF_JOB_UNLISTED] = "unlisted",
};

const gchar *tf_job_state_name(TfJobState state)
{
	return names[state];
}

void tf_job_free(TfJob *job)
{
	if (job == NULL)
		return;

	g_free(job->number);
	g_free(job->name);
	g_free(job->source_path);
	g_free(job->token_serial);
	g_free(job->error);
	g_free(job->error_arguments);
	g_free(job->operator);
	g_free(job->station);
	g_free(job->reader);
	g_free(job->replaces_reason);
	g_free(job->made_serial);
	g_free(job);
}

gboolean tf_job_has_table(const TfLedger *ledger)
{
	return ledger->version >= JOBS_SCHEMA;
}

static gboolean read_text(TfQuery *from, int column, gboolean is_optional, gchar **ret_text)
{
	if (is_optional && tf_column_is_null(from, column))
		return TRUE;
	*ret_text = tf_column_text(from, column, TEXT_LIMIT);

	return *ret_text != NULL;
}

static gboolean read_texts(TfQuery *from, TfJob *job)
{
	const struct {
		int column;
		gboolean is_optional;
		gchar **ret_text;
	} texts[] = { { COLUMN_NUMBER, FALSE, &job->number }, { COLUMN_NAME, FALSE, &job->name },
		{ COLUMN_DEMANDED_SERIAL, TRUE, &job->token_serial }, { COLUMN_ERROR, TRUE, &job->error },
		{ COLUMN_ERROR_ARGUMENTS, TRUE, &job->error_arguments },
		{
			COLUMN_OPERATOR,
			TRUE,
			&job->operator},
			{ COLUMN_STATION, TRUE, &job->station },
			{ COLUMN_READER, TRUE, &job->reader },
			{ COLUMN_REPLACES_REASON, TRUE, &job->replaces_reason },
			{ COLUMN_TOKEN_SERIAL, TRUE, &job->made_serial },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (!read_text(from, texts[i].column, texts[i].is_optional, texts[i].ret_text))
			return FALSE;
	}

	return TRUE;
}

static gboolean read_numbers(TfQuery *from, TfJob *job)
{
	gint64 line = 0;
	gint64 state = 0;
	gint64 n_attempts = 0;

	if (!tf_column_integer(from, COLUMN_ID, 1, G_MAXINT64, &job->id) ||
		!tf_column_integer(from, COLUMN_LINE, 0, G_MAXUINT, &line) ||
		!tf_column_integer(from, COLUMN_STATE, 0, TF_N_JOB_STATES - 1, &state) ||
		!tf_column_integer(from, COLUMN_N_ATTEMPTS, 0, G_MAXUINT, &n_attempts) ||
		!tf_column_integer(from, COLUMN_CHANGED, 0, G_MAXINT64, &job->changed))
		return FALSE;
	if (!tf_column_is_null(from, COLUMN_MIGRATION) &&
		!tf_column_integer(from, COLUMN_MIGRATION, 1, G_MAXINT64, &job->migration))
		return FALSE;
	job->line = (guint)line;
	job->state = (TfJobState)state;
	job->n_attempts = (guint)n_attempts;

	/* A token that was made has its row. */
	return job->state != TF_JOB_PROVISIONED || job->migration != 0;
}

TfJob *tf_job_read(const TfLedger *ledger, TfQuery *from, GError **error)
{
	g_autoptr(TfJob) job = g_new0(TfJob, 1);

	job->source_path = tf_column_path(from, COLUMN_SOURCE_PATH);
	if (job->source_path == NULL || !read_numbers(from, job) || !read_texts(from, job)) {
		tf_ledger_fail_because(ledger, _("a row in it is damaged"), error);
		return NULL;
	}

	return g_steal_pointer(&job);
}

gboolean tf_job_find(TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters,
	TfJob **ret_job, GError **error)
{
	g_autoptr(TfQuery) statement = NULL;
	TfJob *job = NULL;
	gboolean has_row = FALSE;

	if (tf_job_has_table(ledger)) {
		statement = tf_ledger_query(ledger, sql, parameters, n_parameters, error);
		if (statement == NULL || !tf_ledger_next(ledger, statement, &has_row, error))
			return FALSE;
	}
	if (has_row) {
		job = tf_job_read(ledger, statement, error);
		if (job == NULL)
			return FALSE;
	}
	*ret_job = job;

	return TRUE;
}

TfJob *tf_job_load(TfLedger *ledger, gint64 id, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(id) };
	TfJob *job = NULL;

	if (tf_job_find(ledger, TF_JOB_SELECT "WHERE id = ?", parameters, 1, &job, error) && job == NULL)
		tf_raise(error, TF_ERROR_LEDGER_NO_RUN, ledger->path, NULL);

	return job;
}

TfJob *tf_job_load_claimed(TfLedger *ledger, gint64 id, const gchar *to, GError **error)
{
	g_autoptr(TfJob) job = tf_job_load(ledger, id, error);

	if (job == NULL)
		return NULL;
	if (job->state != TF_JOB_CLAIMED) {
		tf_raise(error, TF_ERROR_LEDGER_STEP, names[job->state], to, NULL);
		return NULL;
	}

	return g_steal_pointer(&job);
}

gboolean tf_ledger_job_of_number(TfLedger *ledger, const gchar *number, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(number) };

	return tf_job_find(ledger,
		TF_JOB_SELECT "INDEXED BY job_of_number WHERE number = ? AND state <> " TF_JOB_SQL_SUPERSEDED,
		parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

gboolean tf_ledger_job_of_token(TfLedger *ledger, const TfTokenFacts *token, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = {
		tf_parameter_text(token->serial),
		tf_parameter_text(token->manufacturer),
		tf_parameter_text(token->model),
	};

	return tf_job_find(ledger,
		TF_JOB_SELECT "INDEXED BY job_of_token WHERE token_serial = ? AND token_manufacturer = ? AND "
			      "token_model = ?"
			      " AND state <> " TF_JOB_SQL_SUPERSEDED,
		parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

gboolean tf_ledger_job_of_serial(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_text(serial) };

	return tf_job_find(ledger,
		TF_JOB_SELECT
		"INDEXED BY job_of_token WHERE token_serial = ? AND state <> " TF_JOB_SQL_SUPERSEDED,
		parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

gboolean tf_ledger_job_of_certificate(
	TfLedger *ledger, const guint8 sha256[TF_SHA256_SIZE], TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_digest(sha256) };

	return tf_job_find(ledger,
		TF_JOB_SELECT "INDEXED BY job_of_certificate WHERE certificate_sha256 = ? AND state "
			      "<> " TF_JOB_SQL_SUPERSEDED,
		parameters, G_N_ELEMENTS(parameters), ret_job, error);
}

gboolean tf_ledger_job_of_migration(TfLedger *ledger, gint64 migration, TfJob **ret_job, GError **error)
{
	const TfParameter parameters[] = { tf_parameter_integer(migration) };

	return tf_job_find(ledger, TF_JOB_SELECT "WHERE id = (SELECT job FROM migration WHERE id = ?)",
		parameters, G_N_ELEMENTS(parameters), ret_job, error);
}
