/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the operator of a batch has to know now, made of its news: a line for each reader (insert, working,
 * done, failed), and one for the whole with rate and time left. Lines for a window of any size; what a hand
 * is needed for comes first where there is no room for all. Times are monotonic microseconds.
 */
#pragma once

#include "batch/batch.h"
#include "cli/pace.h"

typedef struct TfBatchBoard TfBatchBoard;

typedef struct TfBatchProgress {
	guint64 n_done; /* with a token, those of earlier runs included */
	guint64 n_failed;
	guint64 n_total;
	gdouble per_minute;  /* 0: not known yet */
	gint64 seconds_left; /* -1: not known yet */
} TfBatchProgress;

/* 'n_done' of 'n_total' members have their token already. */
TfBatchBoard *tf_batch_board_new(guint64 n_done, guint64 n_total, gint64 now) G_GNUC_WARN_UNUSED_RESULT;
void tf_batch_board_free(TfBatchBoard *board);

void tf_batch_board_take(TfBatchBoard *board, const TfBatchNews *news, gint64 now);

TfBatchProgress tf_batch_board_progress(const TfBatchBoard *board, gint64 now);

/* Somebody wants the run to end. */
void tf_batch_board_stop(TfBatchBoard *board);

/* At most 'rows' - 1 lines (gchar), each narrower than 'columns'; untrusted text is escaped. */
GPtrArray *tf_batch_board_lines(const TfBatchBoard *board, guint columns, guint rows, gboolean has_colours,
	gint64 now) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfBatchBoard, tf_batch_board_free)
