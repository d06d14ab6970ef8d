/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one attempt to get a key out means, by table: the same call on the key under audit and on the control
 * key. */
#pragma once

#include "cryptoki-private.h"
#include "record/evidence.h"

typedef enum TfAttemptKind {
	TF_ATTEMPT_READ = 1 << 0,
	TF_ATTEMPT_SET = 1 << 1,
	TF_ATTEMPT_COPY = 1 << 2,
	TF_ATTEMPT_WRAP = 1 << 3,
	/* A mechanism that by the standard wraps secret keys only, or that takes whole blocks only: that it
	 * does not take the control key either says nothing. */
	TF_ATTEMPT_WRAP_LIMITED = 1 << 4,
} TfAttemptKind;

/* One call on one key. */
typedef struct TfTry {
	gboolean was_made; /* FALSE for the control: there is no control key */
	CK_RV rv;
	gboolean key_came_out; /* with CKR_OK: what came is the key, a component, or an extractable copy */
} TfTry;

/* Adds the attempt to 'evidence'. */
void tf_verdict(TfEvidence *evidence, const gchar *name, TfAttemptKind kind, const TfTry *target,
	const TfTry *control);

/* Whether the code means that the token has no such function, mechanism or attribute. */
gboolean tf_verdict_is_absence(TfAttemptKind kind, CK_RV rv);
