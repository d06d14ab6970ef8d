/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The form in which an outcome travels: its fields and names, shared by writer and reader. */
#pragma once

#include "json-private.h"
#include "record/outcome.h"

#define TF_OUTCOME_FILES_LIMIT	    10000u
#define TF_OUTCOME_ATTRIBUTES_LIMIT 512u
#define TF_OUTCOME_PLACEMENTS_LIMIT 2u
#define TF_OUTCOME_REFERENCES_LIMIT 10000u
#define TF_OUTCOME_PATH_LIMIT	    16384u
#define TF_N_REVOCATIONS	    3
#define TF_N_LEVELS		    5

extern const gchar *const tf_status_names[TF_N_STATUSES];
extern const gchar *const tf_kept_why_names[TF_N_KEPT_WHYS];
extern const gchar *const tf_unchecked_names[TF_N_UNCHECKED];
extern const gchar *const tf_exception_names[TF_N_EXCEPTIONS];
extern const gchar *const tf_revocation_names[TF_N_REVOCATIONS];
extern const gchar *const tf_level_names[TF_N_LEVELS];

extern const TfJsonField tf_outcome_fields[];
extern const TfJsonField tf_report_fields[];	/* of a TfOutcome: where its reports lie */
extern const TfJsonField tf_key_fields[];	/* of a TfPlacement */
extern const TfJsonField tf_statement_fields[]; /* of a TfPlacement */
extern const TfJsonField tf_wiped_fields[];
extern const TfJsonField tf_kept_fields[];
