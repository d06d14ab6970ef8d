/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The members of a batch in the ledger: one row each, named by registration number; who has a token, who
 * waits, who failed and why. Durability and errors as in ledger/ledger.h. A job is provisioned, never done:
 * the member's own PC is still to be swept.
 */
#pragma once

#include <glib.h>

#include "ledger/ledger.h"

typedef enum TfJobState {
	TF_JOB_WAITING,
	TF_JOB_CLAIMED, /* a token is being made for it, or was when a run died */
	TF_JOB_PROVISIONED,
	TF_JOB_FAILED,	   /* waits for the operator; tried again by the next run */
	TF_JOB_SUPERSEDED, /* its token broke; a later row of the same number replaces it */
	TF_JOB_UNLISTED,   /* of an earlier list, not of the one that is worked through; no token was begun */
	TF_N_JOB_STATES
} TfJobState;
const gchar *tf_job_state_name(TfJobState state); /* "waiting" */

typedef struct TfJob {
	gint64 id;
	gchar *number;
	gchar *name;
	gchar *source_path;  /* resolved, absolute; bytes */
	gchar *token_serial; /* that the manifest demands; NULL: any */
	guint line;	     /* of the manifest */
	TfJobState state;
	gint64 migration; /* its latest row of the journey; 0: none */
	guint n_attempts;
	gchar *error;		    /* name of the last error; NULL */
	gchar *error_arguments;	    /* JSON array of texts; NULL */
	gint64 changed;		    /* seconds since the epoch */
	gchar *operator, * station; /* of the last attempt; NULL */
	gchar *reader;
	gchar *replaces_reason; /* --reason; NULL */
	gchar *made_serial;	/* of the token that was made, or may have been; NULL */
} TfJob;
void tf_job_free(TfJob *job);

/* A line of the manifest. Borrowed strings. */
typedef struct TfJobPlan {
	const gchar *number, *name, *source_path, *token_serial;
	guint line;
} TfJobPlan;

/*
 * Everything recorded until the commit is one transaction, one sync; what was recorded before a failed or
 * missing commit (tf_ledger_group_abandon(), death) is not in the ledger. A record that fails inside takes
 * back its own part only; when the disk is full it may undo the whole, and then nothing more is taken, the
 * commit included. A commit that fails has ended the group. Groups do not nest.
 */
gboolean tf_ledger_group_begin(TfLedger *ledger, GError **error);
gboolean tf_ledger_group_commit(TfLedger *ledger, GError **error);
void tf_ledger_group_abandon(TfLedger *ledger);

/* Adds those whose number is not there yet, as one group with its own commit when none is open. A number that
 * is there: name, path, serial and line are brought up to date while the row waits or failed and no token may
 * have been written for it; else a difference in name or path is TF_ERROR_MANIFEST_CHANGED. */
gboolean tf_ledger_add_job(TfLedger *ledger, const TfJobPlan *plan, GError **error);

/*
 * For whom a run works: between begin and end the numbers of its list. From the end on members of the ledger
 * who are not among them are unlisted, but for those whose token was begun, and unlisted ones who are wait
 * again. Every run on a ledger says it anew.
 */
gboolean tf_ledger_listing_begin(TfLedger *ledger, GError **error);
gboolean tf_ledger_listing_add(TfLedger *ledger, const gchar *number, GError **error);
gboolean tf_ledger_listing_end(TfLedger *ledger, GError **error);
/* Jobs by state, of those for whom this run works only. */
gboolean tf_ledger_count_listed_jobs(TfLedger *ledger, guint64 ret_counts[TF_N_JOB_STATES], GError **error);

/*
 * The oldest waiting job that this token may be for becomes claimed (partial indexes, constant time); NULL
 * without error when there is none. 'number' NULL: any; 'serial' NULL: one that demands no token. With
 * 'serial' first the one that failed with this token and keeps its PINs, then one that the manifest demands
 * it for, then any that demands none: a job bound to a token is given no other one.
 */
gboolean tf_ledger_claim_job(
	TfLedger *ledger, const gchar *number, const gchar *serial, TfJob **ret_job, GError **error);

/* A claimed job back to waiting: nothing was written, its PINs are forgotten, an intent becomes undone.
 * TF_ERROR_LEDGER_STEP when its key is on a token as far as the ledger knows. */
gboolean tf_ledger_release_job(TfLedger *ledger, gint64 id, GError **error);

/* The same for a token that was looked at: the job that failed with it and keeps its PINs (in this run, too:
 * the token was put in again), else one that the manifest demands it for. NULL without error for none. */
gboolean tf_ledger_claim_bound_job(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error);
/* The one, claimed or failed, that demands the token of this serial number; NULL without error: none does. */
gboolean tf_ledger_job_demanding(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error);

/* A claimed job back to waiting for the very token that it has: PINs, intent and token stay. */
gboolean tf_ledger_suspend_job(TfLedger *ledger, gint64 id, GError **error);

/* A claimed job of a run that died, or a claimed one whose token waits for it, goes on from where it stands:
 * a new attempt in its history, of the same token and certificate. 'confinement' as of TfJobIntent; NULL: the
 * token was written in the attempt before, and what held then is said again. */
gboolean tf_ledger_resume_job(TfLedger *ledger, gint64 id, const gchar *operator, const gchar * station,
	const gchar *reader, const gchar *confinement, GError **error);

/* Failed jobs to waiting again, at the start of a run. */
gboolean tf_ledger_retry_failed_jobs(TfLedger *ledger, GError **error);

/*
 * Intent: the migration row (as tf_ledger_plan()) of a claimed job, with the envelopes, and a new attempt.
 * TF_ERROR_LEDGER_STEP when there is an envelope of that kind already ("never new PINs"), and when the job's
 * latest row of the journey is not closed (undone, refuted, removed): that one goes on.
 * TF_ERROR_TOKEN_PROVISIONED when the token is another job's; one without a serial is not compared.
 * TF_ERROR_MANIFEST_CHANGED when the certificate is another job's.
 */
typedef struct TfJobIntent {
	const TfLedgerRow *plan;
	GBytes *resume; /* CMS; NULL to keep the one that is there */
	GBytes *escrow; /* CMS; NULL: none, or the one that is there */
	const gchar *operator, * station, *reader;
	const gchar *confinement; /* of the process that writes the token; NULL: not known */
} TfJobIntent;
gboolean tf_ledger_plan_job(
	TfLedger *ledger, gint64 job, const TfJobIntent *intent, gint64 *ret_migration, GError **error);

/* The token as formatting has left it, which decides its serial: before the key is written to it. The step is
 * 'intent'. Errors as of tf_ledger_plan_job(). */
gboolean tf_ledger_job_formatted(
	TfLedger *ledger, gint64 job, gint64 migration, const TfTokenFacts *token, GError **error);

/* The envelopes of a job; NULL where there is none. */
gboolean tf_ledger_job_envelopes(
	TfLedger *ledger, gint64 job, GBytes **ret_resume, GBytes **ret_escrow, GError **error);

/* A card that held something when it was planned for: it is to be erased first, as long as 'erases'. Set with
 * the intent, which has an envelope; FALSE again before the PINs of the envelope are written to the card. */
gboolean tf_ledger_set_job_erases(TfLedger *ledger, gint64 job, gboolean erases, GError **error);
gboolean tf_ledger_job_erases(TfLedger *ledger, gint64 job, gboolean *ret_erases, GError **error);

/* Provisioned: the migration row's step becomes 'provisioned' (from proved, wiped or kept) with its outcome
 * text, the resume envelope is deleted (PRAGMA secure_delete; what the write-ahead log still holds of it goes
 * with the next checkpoint), 'timings' is a JSON text of milliseconds by stage or NULL. */
gboolean tf_ledger_job_provisioned(TfLedger *ledger, gint64 job, gint64 migration, const gchar *outcome,
	const gchar *timings, GError **error);
/* The attempt ended with an error; state failed. 'timings' as above. Token, certificate and envelopes stay
 * when the token may have been written ('keeps_pins'), and always when its key is on it as far as the ledger
 * knows; else they are forgotten and an intent becomes undone. */
gboolean tf_ledger_job_failed(TfLedger *ledger, gint64 job, const GError *problem, const gchar *timings,
	gboolean keeps_pins, GError **error);
/* --replace: the row whose token was written, or may have been, is superseded, its resume envelope deleted,
 * and a new waiting one of the same number, for any token, added. Nothing is done, and *ret_is_new is FALSE,
 * when a row of the number replaces one for this very reason already: it is the same command, run again.
 * TF_ERROR_MEMBER_UNKNOWN; TF_ERROR_MEMBER_WITHOUT_TOKEN when there is nothing to replace, or what replaces
 * it has not begun. */
gboolean tf_ledger_replace_job(
	TfLedger *ledger, const gchar *number, const gchar *reason, gboolean *ret_is_new, GError **error);

/* Whether the number was given a replacement for this very reason, whatever became of that one. */
gboolean tf_ledger_is_replaced(TfLedger *ledger, const gchar *number, const gchar *reason,
	gboolean *ret_is_replaced, GError **error);

/* NULL without error when there is none. */
gboolean tf_ledger_job_of_number(TfLedger *ledger, const gchar *number, TfJob **ret_job, GError **error);
/* The job, other than superseded, whose token has this manufacturer, model and serial: "already provisioned",
 * or resumed. */
gboolean tf_ledger_job_of_token(TfLedger *ledger, const TfTokenFacts *token, TfJob **ret_job, GError **error);
/* The same by the serial number alone, for a card that no module has named yet. */
gboolean tf_ledger_job_of_serial(TfLedger *ledger, const gchar *serial, TfJob **ret_job, GError **error);
/* The job, other than superseded, of this certificate (SHA-256). */
gboolean tf_ledger_job_of_certificate(
	TfLedger *ledger, const guint8 sha256[TF_SHA256_SIZE], TfJob **ret_job, GError **error);
/* Whose row of the journey it is; none for one that no batch planned. */
gboolean tf_ledger_job_of_migration(TfLedger *ledger, gint64 migration, TfJob **ret_job, GError **error);

/* One by one, without reading all into memory: return FALSE, with an error, to stop. 'state'
 * TF_N_JOB_STATES: all. In the order of the ids. The visitor may change the very job that it is given. */
typedef gboolean (*TfJobVisitor)(const TfJob *job, gpointer user_data, GError **error);
gboolean tf_ledger_visit_jobs(
	TfLedger *ledger, TfJobState state, TfJobVisitor visit, gpointer user_data, GError **error);
/* Why the file of one who has a token was not wiped (tf_kept_why_name()), as its outcome says; NULL without
 * error when it was, or when there is no token yet. The caller frees. */
gboolean tf_ledger_job_kept(TfLedger *ledger, const TfJob *job, gchar **ret_why, GError **error);
/* Of those for whom this run works, those with a token whose file was not wiped. */
gboolean tf_ledger_visit_kept_jobs(TfLedger *ledger, TfJobVisitor visit, gpointer user_data, GError **error);
/* Whether any does, in constant time. */
gboolean tf_ledger_has_waiting_jobs(TfLedger *ledger, gboolean *ret_has_waiting, GError **error);
/* Whether any waits for a token of its own: the one that the manifest demands, or that it was begun with. In
 * the time of those that wait when no demand is left. */
gboolean tf_ledger_has_waiting_bound_jobs(TfLedger *ledger, gboolean *ret_has_waiting, GError **error);
gboolean tf_ledger_count_jobs(TfLedger *ledger, guint64 ret_counts[TF_N_JOB_STATES], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfJob, tf_job_free)
