/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one error domain. A code exists only where a person would act differently on it.
 * Lower rings raise a code with arguments; the sentence, the advice and the exit status stand in one table,
 * in error-table.c and error-table-batch.c, and only cli/ and report/ speak them.
 */
#pragma once

#include <glib.h>

#define TF_ERROR (tf_error_quark())

typedef enum TfErrorCode {
	TF_ERROR_SYSTEM,
	TF_ERROR_USAGE,
	TF_ERROR_DECLINED,
	TF_ERROR_NO_TERMINAL,
	TF_ERROR_INTERRUPTED,

	TF_ERROR_SOURCE_MISSING,
	TF_ERROR_SOURCE_UNREADABLE,
	TF_ERROR_PIN_CODE_WRONG,
	TF_ERROR_SOURCE_UNSUPPORTED,
	TF_ERROR_SOURCE_TOO_COSTLY,
	TF_ERROR_SOURCE_DAMAGED,
	TF_ERROR_SOURCE_NO_KEY,
	TF_ERROR_SOURCE_NO_CERTIFICATE,
	TF_ERROR_SOURCE_SEVERAL_KEYS,
	TF_ERROR_SOURCE_MISMATCH,
	TF_ERROR_STORE_PASSWORD_WRONG,
	TF_ERROR_STORE_UNREADABLE,
	TF_ERROR_STORE_IN_USE,
	TF_ERROR_STORE_LIBRARY_MISSING,

	TF_ERROR_CERTIFICATE_UNREADABLE,
	TF_ERROR_CERTIFICATE_ISSUER,
	TF_ERROR_CERTIFICATE_NAME,
	TF_ERROR_CERTIFICATE_EXPIRED,
	TF_ERROR_CERTIFICATE_NOT_YET_VALID,
	TF_ERROR_CERTIFICATE_VALIDITY,
	TF_ERROR_CERTIFICATE_REVOKED,
	TF_ERROR_CRL_UNUSABLE,
	TF_ERROR_CERTIFICATE_TAKEN,
	TF_ERROR_NUMBER_FORMAT,

	TF_ERROR_TOKEN_MISSING,
	TF_ERROR_TOKEN_AMBIGUOUS,
	TF_ERROR_TOKEN_REMOVED,
	TF_ERROR_TOKEN_FULL,
	TF_ERROR_TOKEN_NOT_KEPT,
	TF_ERROR_TOKEN_OF_OTHER_RUN,
	TF_ERROR_SPARE_UNPROVEN,
	TF_ERROR_TOKEN_WRITE_PROTECTED,
	TF_ERROR_TOKEN_UNSUPPORTED,
	TF_ERROR_TOKEN_FAILED,
	TF_ERROR_TOKEN_NOT_INITIALIZED,
	TF_ERROR_TOKEN_ALREADY_INITIALIZED,
	TF_ERROR_TOKEN_KEY_EXISTS,
	TF_ERROR_TOKEN_ID_TAKEN,
	TF_ERROR_TOKEN_KEY_MISSING,
	TF_ERROR_TOKEN_KEY_UNCLEAR,
	TF_ERROR_TOKEN_SEVERAL_KEYS,
	TF_ERROR_TOKEN_URI,
	TF_ERROR_TOKEN_IDENTITY,
	TF_ERROR_TOKEN_NOT_ACTIVATED,
	TF_ERROR_TOKEN_UNVERIFIED,
	TF_ERROR_TOKEN_FORMAT_UNSUPPORTED,

	TF_ERROR_PIN_WRONG,
	TF_ERROR_PIN_LOCKED,
	TF_ERROR_PIN_LAST_TRY,
	TF_ERROR_PIN_FORMAT,
	TF_ERROR_PIN_FAILED_BEFORE,
	TF_ERROR_PIN_REFUSED,
	TF_ERROR_PIN_NOT_SET,
	TF_ERROR_SO_PIN_WRONG,
	TF_ERROR_SO_PIN_LOCKED,
	TF_ERROR_SO_PIN_LAST_TRY,
	TF_ERROR_PUK_WRONG,
	TF_ERROR_PUK_LOCKED,
	TF_ERROR_UNBLOCK_FAILED_BEFORE,
	TF_ERROR_UNBLOCK_UNSUPPORTED,
	TF_ERROR_SECRET_SOURCE,

	TF_ERROR_MODULE_MISSING,
	TF_ERROR_MODULE_UNLOADABLE,
	TF_ERROR_MODULE_UNTRUSTED,
	TF_ERROR_MODULE_LEAKY,
	TF_ERROR_PCSC_UNAVAILABLE,
	TF_ERROR_READER_HOSTILE,
	TF_ERROR_TOOL_MISSING,

	TF_ERROR_EVIDENCE_REFUTED,
	TF_ERROR_EVIDENCE_CLAIMED,
	TF_ERROR_PROOF_INVALID,
	TF_ERROR_EVIDENCE_UNREADABLE,
	TF_ERROR_AUDITOR_FAILED,

	TF_ERROR_WIPE_REFUSED,
	TF_ERROR_WIPE_INCOMPLETE,

	TF_ERROR_LEDGER_FAILED,
	TF_ERROR_LEDGER_BUSY,
	TF_ERROR_LEDGER_NEWER,
	TF_ERROR_LEDGER_STEP,
	TF_ERROR_LEDGER_NO_RUN,

	TF_ERROR_OUTPUT_UNSAFE,
	TF_ERROR_OUTPUT_FAILED,
	TF_ERROR_PROFILE_INVALID,
	TF_ERROR_PROFILE_MISSING,

	TF_ERROR_MANIFEST_INVALID,
	TF_ERROR_MANIFEST_CHANGED,
	TF_ERROR_BATCH_INCOMPLETE,
	TF_ERROR_BATCH_UNASSIGNED,
	TF_ERROR_TOKEN_PROVISIONED,
	TF_ERROR_TOKEN_FOREIGN,
	TF_ERROR_TOKEN_UNASSIGNED,
	TF_ERROR_MEMBER_NOT_WAITING,
	TF_ERROR_LETTER_PIN_REFUSED,
	TF_ERROR_CARD_SO_PIN_REFUSED,
	TF_ERROR_WORKER_FAILED,
	TF_ERROR_WORKER_BROKEN,
	TF_ERROR_LOOKER_BROKEN,
	TF_ERROR_LETTER_FAILED,
	TF_ERROR_LETTER_MISSING,
	TF_ERROR_LETTERS_ELSEWHERE,
	TF_ERROR_LETTER_GLYPH,
	TF_ERROR_BATCH_PLACE_UNSAFE,
	TF_ERROR_BATCH_PLACE_FAILED,
	TF_ERROR_PIN_CODE_UNLISTED,
	TF_ERROR_MEMBER_UNKNOWN,
	TF_ERROR_MEMBER_WITHOUT_TOKEN,
	TF_ERROR_ESCROW_CERTIFICATE,
	TF_ERROR_ENVELOPE_UNREADABLE,
	TF_ERROR_PASSPHRASE_WRONG,

	TF_N_ERRORS
} TfErrorCode;

/* TF_EXIT_*: a contract with scripts; tokenferry(1) lists the same table and a test compares them. */
typedef enum TfExit {
	TF_EXIT_DONE = 0,
	TF_EXIT_SYSTEM = 1,
	TF_EXIT_USAGE = 2,
	TF_EXIT_DECLINED = 3,
	TF_EXIT_KEPT = 4,
	TF_EXIT_POSTURE_NO = 5,
	TF_EXIT_POSTURE_UNKNOWN = 6,
	TF_EXIT_SOURCE_MISSING = 10,
	TF_EXIT_SOURCE_UNREADABLE = 11,
	TF_EXIT_PIN_CODE_WRONG = 12,
	TF_EXIT_SOURCE_UNSUPPORTED = 13,
	TF_EXIT_SOURCE_DAMAGED = 14,
	TF_EXIT_SOURCE_INCOMPLETE = 15,
	TF_EXIT_SOURCE_SEVERAL_KEYS = 16,
	TF_EXIT_SOURCE_MISMATCH = 17,
	TF_EXIT_STORE_PASSWORD_WRONG = 18,
	TF_EXIT_STORE_IN_USE = 19,
	TF_EXIT_CERTIFICATE_ISSUER = 20,
	TF_EXIT_CERTIFICATE_NAME = 21,
	TF_EXIT_CERTIFICATE_EXPIRED = 22,
	TF_EXIT_CERTIFICATE_REVOKED = 23,
	TF_EXIT_CERTIFICATE_VALIDITY = 24,
	TF_EXIT_CRL_UNUSABLE = 25,
	TF_EXIT_TOKEN_MISSING = 30,
	TF_EXIT_TOKEN_AMBIGUOUS = 31,
	TF_EXIT_TOKEN_REMOVED = 32,
	TF_EXIT_TOKEN_FULL = 33,
	TF_EXIT_TOKEN_WRITE_PROTECTED = 34,
	TF_EXIT_TOKEN_UNSUPPORTED = 35,
	TF_EXIT_TOKEN_FAILED = 36,
	TF_EXIT_TOKEN_INITIALIZATION = 37,
	TF_EXIT_TOKEN_OCCUPIED = 38,
	TF_EXIT_TOKEN_IDENTITY = 39,
	TF_EXIT_PIN_WRONG = 40,
	TF_EXIT_PIN_LOCKED = 41,
	TF_EXIT_PIN_FORMAT = 42,
	TF_EXIT_SECRET_SOURCE = 43,
	TF_EXIT_TOKEN_UNVERIFIED = 44,
	TF_EXIT_MODULE_UNLOADABLE = 50,
	TF_EXIT_MODULE_UNTRUSTED = 51,
	TF_EXIT_MODULE_LEAKY = 52,
	TF_EXIT_PCSC_UNAVAILABLE = 53,
	TF_EXIT_READER_HOSTILE = 54,
	TF_EXIT_TOOL_MISSING = 55,
	TF_EXIT_EVIDENCE_REFUTED = 60,
	TF_EXIT_EVIDENCE_CLAIMED = 61,
	TF_EXIT_EVIDENCE_INVALID = 62,
	TF_EXIT_WIPE_REFUSED = 70,
	TF_EXIT_WIPE_INCOMPLETE = 71,
	TF_EXIT_STRAYS = 72,
	TF_EXIT_LEDGER = 80,
	TF_EXIT_OUTPUT = 90,
	TF_EXIT_PROFILE = 91,
	TF_EXIT_MANIFEST = 92,
	TF_EXIT_BATCH_INCOMPLETE = 93,
	TF_EXIT_WORKER_FAILED = 94,
	TF_EXIT_ESCROW = 95,
	TF_EXIT_INTERRUPTED = 130,
} TfExit;

GQuark tf_error_quark(void);

/*
 * Raises 'code' with its arguments: as many strings as the code's row names, in that order, then NULL.
 * Numbers are given by TF_NUMBER(). The strings are copied and may hold anything; they are never formats.
 * Returns FALSE, so that a gboolean function may 'return tf_raise(…)'. A NULL 'error' is allowed.
 */
gboolean tf_raise(GError **error, TfErrorCode code, ...) G_GNUC_NULL_TERMINATED;

/* A decimal number as an argument of tf_raise(); valid until the enclosing block ends. */
#define TF_NUMBER(n) tf_number((gint64)(n), (gchar[24]){ 0 })
const gchar *tf_number(gint64 number, gchar buffer[24]);

/* What happened, in the person's language, the context added by g_prefix_error() first. The caller frees.
 * An error of another domain is given by its own message. Not escaped for a terminal. */
gchar *tf_error_sentence(const GError *error) G_GNUC_WARN_UNUSED_RESULT;

/* How a front end words an argument for people: 'name' is its placeholder ("date"). The result is freed for
 * it; NULL: the value as it stands. */
typedef gchar *(*TfErrorWord)(const gchar *name, const gchar *value);
gchar *tf_error_sentence_worded(const GError *error, TfErrorWord word) G_GNUC_WARN_UNUSED_RESULT;

/* What to do next, in the person's language, arguments filled in; never empty for TF_ERROR. The caller frees.
 */
gchar *tf_error_advice(const GError *error) G_GNUC_WARN_UNUSED_RESULT;

/* TF_EXIT_SYSTEM for an error of another domain. */
int tf_error_exit_status(const GError *error);

/* The code's name for programs ("pin-wrong"); "system" for an error of another domain. Static. */
const gchar *tf_error_name(const GError *error);

/* What tf_raise() was given, for handing an error to another process of ours, which raises it again.
 * Borrowed, ended by NULL; NULL for an error of another domain. */
const gchar *const *tf_error_arguments(const GError *error);

/*
 * The way back: raises what another process told, whatever runs in it. FALSE, with nothing raised, unless
 * 'arguments' are exactly as many bounded UTF-8 texts as 'code' takes.
 */
gboolean tf_error_relay(TfErrorCode code, const gchar *const *arguments, gsize n, GError **error);
gboolean tf_error_code_from_name(const gchar *name, TfErrorCode *ret_code);

/* The table, for the tests that hold manual, translation and table together. */
const gchar *tf_error_code_name(TfErrorCode code);
TfExit tf_error_code_exit_status(TfErrorCode code);
guint tf_error_code_n_arguments(TfErrorCode code);
