/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a batch tells its operator: on a terminal a live screen, else a line per member, or JSON events. */
#pragma once

#include "batch/batch.h"
#include "cli/terminal.h"

typedef struct TfBatchTellerPlan {
	gboolean is_json;
	gboolean is_verbose;  /* lines in any case */
	TfTerminal *terminal; /* for questions, borrowed; NULL: there is none */
	guint64 n_done;	      /* have their token already */
	guint64 n_total;
} TfBatchTellerPlan;

typedef struct TfBatchTeller TfBatchTeller;

TfBatchTeller *tf_batch_teller_new(const TfBatchTellerPlan *plan) G_GNUC_WARN_UNUSED_RESULT;
/* The terminal is as it was. NULL is fine. */
void tf_batch_teller_free(TfBatchTeller *teller);

/* Borrows 'teller'. */
TfBatchListener tf_batch_teller_listener(TfBatchTeller *teller);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfBatchTeller, tf_batch_teller_free)

/* Said to people when there are any: files that are still there although their key is on a token. */
void tf_batch_news_kept(guint64 n_kept);

/* The last line of a batch in which everybody has a token. */
void tf_batch_news_end(const TfBatchResult *result, guint64 total, guint64 n_kept, gboolean is_json);

/* Of the letters, "ja" or "en": that of this run. */
const gchar *tf_batch_news_language(void);
