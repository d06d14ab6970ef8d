/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the members: how their states stand in SQL, and what the files about them share. */
#pragma once

#include "ledger/job.h"
#include "sql-private.h"

/* A partial index serves a query only that states the same number, not a parameter. */
#define TF_JOB_SQL_WAITING     "0"
#define TF_JOB_SQL_CLAIMED     "1"
#define TF_JOB_SQL_PROVISIONED "2"
#define TF_JOB_SQL_FAILED      "3"
#define TF_JOB_SQL_SUPERSEDED  "4"
#define TF_JOB_SQL_UNLISTED    "5"
G_STATIC_ASSERT(TF_JOB_WAITING == 0 && TF_JOB_CLAIMED == 1 && TF_JOB_PROVISIONED == 2 && TF_JOB_FAILED == 3 &&
		TF_JOB_SUPERSEDED == 4 && TF_JOB_UNLISTED == 5);

/* The columns in the order that tf_job_read() expects. */
#define TF_JOB_SELECT                                                                                        \
	"SELECT id, number, name, source_path, demanded_serial, line, state, migration, n_attempts, error,"  \
	" error_arguments, changed, operator, station, reader, replaces_reason, token_serial FROM job "
TfJob *tf_job_read(const TfLedger *ledger, TfQuery *from, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each row of 'from', whose columns are those of TF_JOB_SELECT; FALSE as tf_ledger_visit_jobs(). */
gboolean tf_job_visit_rows(
	TfLedger *ledger, TfQuery *from, TfJobVisitor visit, gpointer user_data, GError **error);

/* A ledger of an older schema, opened to read, has no jobs. */
gboolean tf_job_has_table(const TfLedger *ledger);

/* The job that 'sql', which begins with TF_JOB_SELECT, gives first; NULL without error for none. */
gboolean tf_job_find(TfLedger *ledger, const gchar *sql, const TfParameter *parameters, guint n_parameters,
	TfJob **ret_job, GError **error);

/* TF_ERROR_LEDGER_NO_RUN when there is none of this id. */
TfJob *tf_job_load(TfLedger *ledger, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, and TF_ERROR_LEDGER_STEP unless it is claimed; 'to' is where it was to go. */
TfJob *tf_job_load_claimed(
	TfLedger *ledger, gint64 id, const gchar *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* job-work.c: nothing of this job is on a token, and its PINs open nothing: forgets which token and
 * certificate it had, and its envelopes; an intent becomes undone. */
gboolean tf_job_forget(TfLedger *ledger, const TfJob *job, GError **error);

/* job-envelope.c: adds what is given; TF_ERROR_LEDGER_STEP when there is one of that kind already. */
gboolean tf_envelopes_add(TfLedger *ledger, gint64 job, GBytes *resume, GBytes *escrow, GError **error);
gboolean tf_envelopes_forget_resume(TfLedger *ledger, gint64 job, GError **error);
gboolean tf_envelopes_forget(TfLedger *ledger, gint64 job, GError **error);

/* attempt.c: who worked on a job, where, and with what. Begun, it is the job's current one until it ends. */
typedef struct TfJobAttempt {
	gint64 job;
	gint64 migration;			   /* 0: none yet */
	gint64 started;				   /* seconds since the epoch */
	const gchar *operator, * station, *reader; /* NULL: not known */
	const gchar *token;			   /* JSON text; NULL: none yet */
	const gchar *confinement;		   /* names with blanks between; NULL: not known */
	const guint8 *certificate_sha256;	   /* NULL: none yet */
} TfJobAttempt;
gboolean tf_attempt_begin(TfLedger *ledger, const TfJobAttempt *attempt, GError **error);

/* The attempt just begun is of the token and certificate that the job has, and, unless it says another, of
 * the confinement of the one before. */
gboolean tf_attempt_go_on(TfLedger *ledger, gint64 job, GError **error);
gboolean tf_attempt_set_token(TfLedger *ledger, gint64 job, const gchar *token, GError **error);

/* Ends the current one, if there is one. 'problem' and 'timings' may be NULL. */
gboolean tf_attempt_end(
	TfLedger *ledger, gint64 job, const GError *problem, const gchar *timings, GError **error);

/* Of tf_error_arguments(), a JSON array; NULL for an error of another domain. The caller frees. */
gchar *tf_attempt_arguments(const GError *problem) G_GNUC_WARN_UNUSED_RESULT;
