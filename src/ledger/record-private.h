/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the records of a migration and those of a job have in common. */
#pragma once

#include "sql-private.h"

gint64 tf_ledger_now(void); /* seconds since the epoch */

/* As it stands in the tables; the caller frees. */
gchar *tf_ledger_token_text(const TfTokenFacts *token) G_GNUC_WARN_UNUSED_RESULT;

/* TF_ERROR_LEDGER_NO_RUN when there is no such row. */
gboolean tf_ledger_step_of(TfLedger *ledger, gint64 id, TfStep *ret_step, GError **error);
