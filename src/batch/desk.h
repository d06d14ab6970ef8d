/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The card readers of a station: the one place in the supervisor that knows PC/SC, and it only watches
 * (token/reader-watch.h). Each reader that arrives gets a lane; each card is shown to the lane of its reader.
 */
#pragma once

#include "batch-private.h"

/* TF_ERROR_SYSTEM. */
TfDesk *tf_desk_new(TfBatch *batch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_desk_free(TfDesk *desk);

/* Every lane goes on where it can; none has a token in work. */
void tf_desk_pump(TfDesk *desk);
gboolean tf_desk_is_idle(const TfDesk *desk);

/* No lane makes cards any more. */
gboolean tf_desk_is_broken(const TfDesk *desk);

/* Names (gchar) of all readers but this one, as far as OpenSC can be told to ignore them. The caller frees.
 */
GPtrArray *tf_desk_others(const TfDesk *desk, const gchar *reader) G_GNUC_WARN_UNUSED_RESULT;

/* Counts the readers that have arrived: whoever was told of the others before knows too few. */
guint tf_desk_generation(const TfDesk *desk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfDesk, tf_desk_free)
