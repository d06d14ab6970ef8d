/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The auditor names its attempts in English ("wrap with CKM_AES_KEY_WRAP"): a verb, which people read in
 * their own language, and the standard's word, which stays. */
#pragma once

#include <glib.h>

typedef enum TfAttemptVerb {
	TF_ATTEMPT_VERB_CARD_FIND,
	TF_ATTEMPT_VERB_CARD_FILE,
	TF_ATTEMPT_VERB_CARD_READ,
	TF_ATTEMPT_VERB_READ,
	TF_ATTEMPT_VERB_SET,
	TF_ATTEMPT_VERB_COPY,
	TF_ATTEMPT_VERB_WRAP_WITH,
	TF_ATTEMPT_VERB_WRAP,
	TF_ATTEMPT_VERB_OTHER, /* a name not known here is shown as it is */
	TF_N_ATTEMPT_VERBS
} TfAttemptVerb;

TfAttemptVerb tf_attempt_verb(const gchar *name);

/* 'template' with {what} replaced by what follows the verb, which is not escaped. The caller frees. */
gchar *tf_attempt_name_fill(const gchar *name, const gchar *template) G_GNUC_WARN_UNUSED_RESULT;
