/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the PC in sentences for people, in the person's language. */
#pragma once

#include "record/posture.h"

/* "Does this system still get security updates?" Static. */
const gchar *tf_report_posture_question(TfPostureQuestion question);

/* "yes", "no", "unknown"; and a sign of ASCII that tells them apart without colour. Static. */
const gchar *tf_report_posture_answer(TfTristate answer);
const gchar *tf_report_posture_sign(TfTristate answer);

/* What was found, days in words, arguments escaped for a terminal. The caller frees. */
gchar *tf_report_posture_sentence(const TfPostureAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;

/* What to do about it; NULL for a finding that asks for nothing. Static. */
const gchar *tf_report_posture_advice(TfPostureFinding finding);

/* Where the answer comes from, and of what day that is. Escaped; the caller frees. */
gchar *tf_report_posture_source(const TfPostureAnswer *answer) G_GNUC_WARN_UNUSED_RESULT;
