/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The choices of a claim, in a header that a test asks SQLite for its plan of each. */
#pragma once

#include "job-private.h"

/* Whoever it is bound to or demanded for, or nobody. */
#define TF_CLAIM_BY_NUMBER                                                                                   \
	TF_JOB_SELECT "INDEXED BY job_of_number WHERE number = ?1 AND state <> " TF_JOB_SQL_SUPERSEDED       \
		      " AND state = " TF_JOB_SQL_WAITING                                                     \
		      " AND coalesce(token_serial, demanded_serial, ?2) IS ?2"

#define TF_CLAIM_BY_TOKEN                                                                                    \
	TF_JOB_SELECT "INDEXED BY job_of_token WHERE token_serial = ? AND state <> " TF_JOB_SQL_SUPERSEDED   \
		      " AND state = " TF_JOB_SQL_WAITING " LIMIT 1"

/* It failed with this token in this very run, and the token is there again. */
#define TF_CLAIM_FAILED                                                                                      \
	TF_JOB_SELECT "INDEXED BY job_of_token WHERE token_serial = ? AND state <> " TF_JOB_SQL_SUPERSEDED   \
		      " AND state = " TF_JOB_SQL_FAILED " LIMIT 1"

#define TF_CLAIM_DEMANDING                                                                                   \
	TF_JOB_SELECT "INDEXED BY job_demanding WHERE demanded_serial = ? AND state = " TF_JOB_SQL_WAITING   \
		      " AND token_serial IS NULL ORDER BY id LIMIT 1"

/* It is at work or failed, and keeps its demand: it gets the token in a later run. */
#define TF_CLAIM_DEMANDED                                                                                    \
	TF_JOB_SELECT "INDEXED BY job_of_state WHERE state IN (" TF_JOB_SQL_CLAIMED ", " TF_JOB_SQL_FAILED   \
		      ") AND demanded_serial = ? LIMIT 1"

#define TF_CLAIM_NEXT                                                                                        \
	TF_JOB_SELECT "INDEXED BY job_waiting WHERE state = " TF_JOB_SQL_WAITING                             \
		      " AND demanded_serial IS NULL AND token_serial IS NULL ORDER BY id LIMIT 1"
