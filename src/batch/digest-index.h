/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts by their digest: finds doubles among 100,000 of them, or where one stands, in 16 bytes each. A digest
 * is the first 96 bits of SHA-256: that two of a million texts share one by chance is less likely than one in
 * 10^17, and who makes two that do has only made a double.
 */
#pragma once

#include <glib.h>

typedef struct TfDigestIndex TfDigestIndex;

TfDigestIndex *tf_digest_index_new(void);
void tf_digest_index_free(TfDigestIndex *index);

/* 'value' (a line, an offset) is what is wanted back. */
void tf_digest_index_add(TfDigestIndex *index, const gchar *text, gsize length, guint32 value);

/* After the last addition, before the first question. */
void tf_digest_index_sort(TfDigestIndex *index);

/* The smallest value of the text; FALSE when there is none. */
gboolean tf_digest_index_find(
	const TfDigestIndex *index, const gchar *text, gsize length, guint32 *ret_value);

/* Calls back for each text that was added again, by ascending value of the repetition: 'first' is the
 * smallest value of the same text. FALSE as soon as the callback says so. */
typedef gboolean (*TfDigestDoubleFunc)(guint32 first, guint32 repetition, gpointer user_data, GError **error);
gboolean tf_digest_index_doubles(
	const TfDigestIndex *index, TfDigestDoubleFunc callback, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfDigestIndex, tf_digest_index_free)
