/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of the PC as people see it. */
#pragma once

#include "record/posture.h"

/*
 * Every question with its answer, what was found, from where, what to do, and at the end how many there are
 * of each answer and what the administrator would learn beyond. Each answer has a sign and a word: colour
 * says nothing here. In the person's language, escaped for a terminal; the caller frees.
 */
gchar *tf_posture_table(const TfPosture *posture) G_GNUC_WARN_UNUSED_RESULT;
