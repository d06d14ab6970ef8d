/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What anyone can check offline in the JSON of a completion report: 'verify --evidence FILE'. */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/outcome.h"

typedef struct TfEvidenceCheck {
	TfOutcome *outcome;	   /* as the report states it */
	guint n_placements_signed; /* placements whose signature over their statement is good for the
				      certificate */
	guint n_placements;
	gboolean certificate_fits; /* the certificate's digest and facts agree with the report's words */
	gboolean statement_fits;   /* each statement names this certificate, source, run and token */
	TfGrade grade;		   /* recomputed from the attempts */
} TfEvidenceCheck;

/* TF_ERROR_EVIDENCE_UNREADABLE when the bytes are no report; TF_ERROR_PROOF_INVALID when a signature, a
 * certificate or a statement in it does not hold. A report with a decryption challenge has nothing to check:
 * n_placements_signed is then smaller than n_placements. */
TfEvidenceCheck *tf_evidence_check(
	GBytes *report, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_evidence_check_free(TfEvidenceCheck *check);

/* What no such check shows, by name, as it is part of the answer; a new reference. */
json_t *tf_evidence_check_limits(void) G_GNUC_WARN_UNUSED_RESULT;

/* The check in sentences. */
gchar *tf_evidence_check_text(const TfEvidenceCheck *check) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfEvidenceCheck, tf_evidence_check_free)
