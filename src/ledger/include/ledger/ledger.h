/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The durable record of every migration (law 5): written before the act it allows and after the act it
 * records. The only SQL of the program is behind this header; SQLite first. A ledger holds no secret. It is
 * an input too, checked when read.
 *
 * Each function that writes returns only when the row is on the disk (WAL, synchronous=FULL).
 * Errors of all: TF_ERROR_LEDGER_FAILED, TF_ERROR_LEDGER_BUSY, TF_ERROR_LEDGER_NEWER, TF_ERROR_LEDGER_STEP.
 */
#pragma once

#include <glib.h>

#include "base/file.h"
#include "ledger/step.h"
#include "record/facts.h"
#include "record/outcome.h"
#include "record/pin.h"
#include "record/trace.h"

typedef struct TfLedger TfLedger;

typedef struct TfLedgerRow {
	gint64 id;
	gint64 spare_of; /* the row whose key this one holds a second time; 0 for none */
	gint64 created;	 /* seconds since the epoch */
	TfStep step;
	gchar *source_path; /* resolved, absolute */
	guint8 source_sha256[TF_SHA256_SIZE];
	gboolean source_holds_one_secret; /* law 3, established when it was opened */
	GBytes *source_export; /* tf_pkcs12_export_sha256(), for a plan; NULL: it has none. Not read back: see
				  tf_ledger_exports() */
	GBytes *certificate_der;
	guint8 spki_sha256[TF_SHA256_SIZE];
	TfTokenFacts *token;
	GBytes *key_id;	   /* the planned CKA_ID */
	guint n_fragments; /* objects that showed neither CKA_ID nor key before the first write */
	gchar *dropped; /* JSON array of names: attributes the token refused to take; NULL until imported */
	GBytes *statement; /* of the challenge; NULL until proved, and for a decryption challenge */
	GBytes *signature;
	gchar *evidence;   /* JSON text of TfEvidence; NULL until proved */
	TfWipeTrace *wipe; /* NULL until wiping */
	gchar *outcome;	   /* JSON text of TfOutcome, a draft of it from TF_STEP_WIPING on; NULL before */
	gchar *detail;	   /* of the last step; NULL when none was given */
} TfLedgerRow;

/*
 * 'url' is "sqlite:PATH", or NULL for $XDG_STATE_HOME/tokenferry/ledger.db. The file is made 0600 in a
 * directory that tf_file_open_directory() accepts, and gets a UUID of its own.
 */
TfLedger *tf_ledger_open(const gchar *url, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The same to be read only, a killed run's rows included: nothing is made, locked or written, neither the
 * file nor what SQLite keeps beside it. *ret_ledger stays NULL, with TRUE, where no ledger was made yet.
 */
gboolean tf_ledger_open_to_read(const gchar *url, TfLedger **ret_ledger, GError **error);
void tf_ledger_free(TfLedger *ledger);
const gchar *tf_ledger_uuid(const TfLedger *ledger);
const gchar *tf_ledger_path(const TfLedger *ledger);

/* One run at a time works on a ledger; the kernel drops the lock with the process. TF_ERROR_LEDGER_BUSY at
 * once. */
gboolean tf_ledger_lock(TfLedger *ledger, GError **error);

/* A new row at TF_STEP_INTENT from spare_of, source_* (source_export may be NULL), certificate_der,
 * spki_sha256, token, key_id and n_fragments of 'plan'. */
gboolean tf_ledger_plan(TfLedger *ledger, const TfLedgerRow *plan, gint64 *ret_id, GError **error);

gboolean tf_ledger_record_imported(TfLedger *ledger, gint64 id, const gchar *dropped, GError **error);

/* 'statement' and 'signature' may both be NULL: a decryption challenge cannot be checked again later. */
gboolean tf_ledger_record_proved(TfLedger *ledger, gint64 id, GBytes *statement, GBytes *signature,
	const gchar *evidence, GError **error);
/* 'outcome' is what the report will say but for the wipe itself: a run that finishes a dead one's wipe
 * reports from it. */
gboolean tf_ledger_record_wiping(
	TfLedger *ledger, gint64 id, const TfWipeTrace *trace, const gchar *outcome, GError **error);

/* 'detail' goes into the history; NULL for none. For wiped, undone, refuted, removing and
 * removed. */
gboolean tf_ledger_record_step(TfLedger *ledger, gint64 id, TfStep step, const gchar *detail, GError **error);

/* TF_STEP_DONE, TF_STEP_KEPT or TF_STEP_PROVISIONED, with the outcome's JSON text. */
gboolean tf_ledger_record_outcome(
	TfLedger *ledger, gint64 id, TfStep step, const gchar *outcome, GError **error);

/* Another text of the outcome of a row that is done or provisioned, and of its spares: what a person adds to
 * it later. The step and its history stay. */
gboolean tf_ledger_amend_outcome(TfLedger *ledger, gint64 id, const gchar *outcome, GError **error);

/* TF_ERROR_LEDGER_NO_RUN when there is no such row. */
TfLedgerRow *tf_ledger_load(TfLedger *ledger, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Newest first, the caller frees; never NULL but on error. Of one key (SPKI SHA-256), or all with NULL: a
 * station's ledger has 100,000, see tf_ledger_visit_rows(). */
GPtrArray *tf_ledger_rows(
	TfLedger *ledger, const guint8 *spki_sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, of keys that were given this CKA_ID. */
GPtrArray *tf_ledger_rows_of_key_id(
	TfLedger *ledger, GBytes *key_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All, newest first, one in memory at a time. Return FALSE, with an error, to stop. */
typedef gboolean (*TfLedgerVisitor)(const TfLedgerRow *row, gpointer user_data, GError **error);
gboolean tf_ledger_visit_rows(TfLedger *ledger, TfLedgerVisitor visit, gpointer user_data, GError **error);

/* The newest row that is no spare's, of one source path, or of all those with a report (done, provisioned or
 * kept). NULL without error when there is none. */
gboolean tf_ledger_newest_of_source(
	TfLedger *ledger, const gchar *source_path, TfLedgerRow **ret_row, GError **error);
gboolean tf_ledger_newest_with_report(TfLedger *ledger, TfLedgerRow **ret_row, GError **error);

/* The rows of one source path whose step is not done, provisioned, undone, refuted, removing or removed,
 * newest first: what a run that died may have left, even when the file is half wiped and cannot be opened any
 * more. */
GPtrArray *tf_ledger_unfinished(
	TfLedger *ledger, const gchar *source_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the row's run came to. NULL: nothing was recorded, or it cannot be read (TF_ERROR_LEDGER_FAILED, and
 * the errors of tf_outcome_from_json()). */
TfOutcome *tf_ledger_row_outcome(
	const TfLedger *ledger, const TfLedgerRow *row, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The rows of one key (SPKI SHA-256; NULL: any) at TF_STEP_WIPING or TF_STEP_WIPED, oldest first: wipes of
 * sources that a run which died began and did not end. A batch's are among them, see
 * tf_ledger_job_of_migration(). */
GPtrArray *tf_ledger_wipes_left(
	TfLedger *ledger, const guint8 *spki_sha256, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * PINs that failed on a token (law 8), each as a salted slow digest made by token/; never the PIN.
 * Forgotten, those of the same kind only, when the right one has succeeded.
 */
gboolean tf_ledger_note_failed_pin(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, GBytes *salt,
	GBytes *digest, GError **error);
typedef struct TfFailedPin {
	GBytes *salt;
	GBytes *digest;
} TfFailedPin;
GPtrArray *tf_ledger_failed_pins(TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tf_ledger_forget_failed_pins(
	TfLedger *ledger, const TfTokenFacts *token, TfPinKind kind, GError **error);

void tf_ledger_row_free(TfLedgerRow *row);
void tf_failed_pin_free(TfFailedPin *pin);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLedger, tf_ledger_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfLedgerRow, tf_ledger_row_free)
