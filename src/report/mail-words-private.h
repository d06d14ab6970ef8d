/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The words of the mail. It speaks the campaign's language whatever the locale and whether or not a catalogue
 * is installed, which gettext cannot do; and it speaks to the staff that reads it, shorter than the report
 * speaks to the member. So its words stand here in every language of a campaign, and are no messages of
 * gettext.
 */
#pragma once

#include <glib.h>

#include "record/outcome.h"

typedef enum TfMailLanguage {
	TF_MAIL_ENGLISH,
	TF_MAIL_JAPANESE,
	TF_N_MAIL_LANGUAGES
} TfMailLanguage;

typedef enum TfMailWord {
	TF_MAIL_OPEN_SUBJECT,
	TF_MAIL_OPEN_REVOKED,
	TF_MAIL_OPEN_POSTURE,
	TF_MAIL_OPEN_PC_UNSEEN,
	TF_MAIL_OPEN_OTHERWISE,
	TF_MAIL_SUPPLEMENT_SUBJECT,
	TF_MAIL_SUPPLEMENT,
	TF_MAIL_SEARCHED,
	TF_MAIL_FILES,
	TF_MAIL_REACH,
	TF_MAIL_REACH_HEADS,
	TF_MAIL_REACH_WHOLE,
	TF_MAIL_LEFT_OUT,
	TF_MAIL_UNREADABLE,
	TF_MAIL_SKIPPED,
	TF_MAIL_UNKNOWN,
	TF_MAIL_ELSEWHERE,
	TF_MAIL_EXPOSURE,
	TF_MAIL_EXPOSURE_SUSPECTED,
	TF_MAIL_EXPOSURE_NOT_SEEN,
	TF_MAIL_NAME,
	TF_MAIL_DATE_DONE,
	TF_MAIL_DATE_OPEN,
	TF_MAIL_FACTS,
	TF_MAIL_CERTIFICATE,
	TF_MAIL_ISSUED_TO,
	TF_MAIL_ISSUED_BY,
	TF_MAIL_ISSUED_ON,
	TF_MAIL_VALID_UNTIL,
	TF_MAIL_SERIAL,
	TF_MAIL_REVOCATION,
	TF_MAIL_REVOCATION_UNKNOWN,
	TF_MAIL_REVOCATION_GOOD,
	TF_MAIL_REVOCATION_REVOKED,
	TF_MAIL_TOKEN,
	TF_MAIL_SPARE,
	TF_MAIL_LABEL,
	TF_MAIL_MANUFACTURER,
	TF_MAIL_MODEL,
	TF_MAIL_TOKEN_SERIAL,
	TF_MAIL_MODULE,
	TF_MAIL_EVIDENCE,
	TF_MAIL_NO_CLIENT,
	TF_MAIL_ATTEMPTS,
	TF_MAIL_NO_ATTEMPT,
	TF_MAIL_CHALLENGE,
	TF_MAIL_CHALLENGE_SIGNED,
	TF_MAIL_CHALLENGE_DECRYPTED,
	TF_MAIL_CHALLENGE_NONE,
	TF_MAIL_UNANSWERED,
	TF_MAIL_UNANSWERED_WAY,
	TF_MAIL_COPIES,
	TF_MAIL_CONSTANTS,
	TF_MAIL_EXISTED_OUTSIDE,
	TF_MAIL_WIPED,
	TF_MAIL_KEPT,
	TF_MAIL_NONE,
	TF_MAIL_POSTURE,
	TF_MAIL_CONFIRMED,
	TF_MAIL_UNCHECKED,
	TF_MAIL_EXCEPTIONS,
	TF_MAIL_NAME_MAY_STAY,
	TF_MAIL_STILL_SHARED,
	TF_MAIL_ATTACHED,
	TF_N_MAIL_WORDS
} TfMailWord;

/* "ja" is Japanese, anything else English. */
TfMailLanguage tf_mail_language(const gchar *language);

const gchar *tf_mail_word(TfMailLanguage language, TfMailWord word);
const gchar *tf_mail_status(TfMailLanguage language, TfStatus status); /* what is still open */
const gchar *tf_mail_grade(TfMailLanguage language, TfGrade grade);
const gchar *tf_mail_attempt_outcome(TfMailLanguage language, TfAttemptOutcome outcome);
const gchar *tf_mail_kept_why(TfMailLanguage language, TfKeptWhy why);
const gchar *tf_mail_question(TfMailLanguage language, TfPostureQuestion question);
const gchar *tf_mail_answer(TfMailLanguage language, TfTristate answer);
const gchar *tf_mail_unchecked(TfMailLanguage language, TfUnchecked unchecked);
/* The state of the PC may be none that was seen. */
const gchar *tf_mail_exception(TfMailLanguage language, TfException exception, gboolean saw_pc);
const gchar *tf_mail_exposure(TfMailLanguage language, TfExposure exposure);
/* Of 0..4, "" for any other; what was wiped may have words of its own. */
const gchar *tf_mail_level(TfMailLanguage language, const gchar *kind, guint level);
const gchar *tf_mail_suffix(TfMailLanguage language, gchar suffix);    /* "" for a letter that has none */
const gchar *tf_mail_kind(TfMailLanguage language, const gchar *kind); /* NULL when it has no words */

/* What an attempt was; not escaped, the caller frees. */
gchar *tf_mail_attempt_name(TfMailLanguage language, const gchar *name) G_GNUC_WARN_UNUSED_RESULT;
