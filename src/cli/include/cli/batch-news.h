/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a batch tells its operator: a line per member, or JSON events. */
#pragma once

#include "batch/batch.h"
#include "cli/terminal.h"

typedef struct TfBatchNewsTeller {
	gboolean is_json;
	gboolean is_verbose;
	TfTerminal *terminal; /* for questions, borrowed; NULL: there is none */
} TfBatchNewsTeller;

/* 'teller' must stay where it is. */
TfBatchListener tf_batch_news_listener(TfBatchNewsTeller *teller);

/* The last line of a batch in which everybody has a token. */
void tf_batch_news_end(const TfBatchResult *result, guint64 total, gboolean is_json);

/* Of the letters, "ja" or "en": that of this run. */
const gchar *tf_batch_news_language(void);
