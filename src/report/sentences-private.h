/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sentences a member reads, one table per enum of record/. All are in the person's language and static,
 * but those said to be the caller's. */
#pragma once

#include <glib.h>

#include "record/outcome.h"

/* "en" or "ja": the language in which the sentences are really spoken, by the message catalogue. */
const gchar *tf_sentence_language(void);

const gchar *tf_sentence_status(TfStatus status);
const gchar *tf_sentence_grade(TfGrade grade);
const gchar *tf_sentence_attempt_outcome(TfAttemptOutcome outcome);
const gchar *tf_sentence_control(TfControl control); /* "" for TF_CONTROL_NONE */
const gchar *tf_sentence_kept_why(TfKeptWhy why);
const gchar *tf_sentence_unchecked(TfUnchecked unchecked);
const gchar *tf_sentence_exception(TfException exception);
const gchar *tf_sentence_revocation(const gchar *revocation);
const gchar *tf_sentence_level(guint level);   /* of 0..4; "" for any other */
const gchar *tf_sentence_suffix(gchar suffix); /* "" for a letter that has none */
const gchar *tf_sentence_claim(TfClaim claim); /* "yes", "no", "not told" */

const gchar *tf_sentence_exposure(TfExposure exposure); /* text-search.c */

/* Escaped for a terminal; the caller frees. */
gchar *tf_sentence_attempt_name(const gchar *name) G_GNUC_WARN_UNUSED_RESULT;
