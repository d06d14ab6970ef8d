/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of errors, for error.c only. */
#pragma once

#include "base/error.h"

#define TF_ERROR_ARGUMENT_LIMIT 4

typedef struct TfErrorRow {
	const gchar *name;
	TfExit exit_status;
	/* Names of the {placeholders}, in the order of tf_raise(). */
	const gchar *arguments[TF_ERROR_ARGUMENT_LIMIT];
	const gchar *sentence;
	const gchar *advice;
} TfErrorRow;

/* Each code stands in one of them: from TF_ERROR_MANIFEST_INVALID on in the second. */
extern const TfErrorRow tf_error_rows[TF_ERROR_MANIFEST_INVALID];
extern const TfErrorRow tf_error_batch_rows[TF_N_ERRORS];
