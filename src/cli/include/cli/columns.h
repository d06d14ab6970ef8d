/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Columns that a text takes on a terminal: two for the wide characters of East Asia, none for marks that
 * combine. Independent of the locale. Characters that only some terminals draw wide (U+2026) are taken as
 * wide: a line that is too short harms nobody. Texts are valid UTF-8 without control characters.
 */
#pragma once

#include <glib.h>

guint tf_columns(const gchar *text);

/* As much of it as goes into 'columns', ".." in the place of the rest. The caller frees. */
gchar *tf_columns_cut(const gchar *text, guint columns) G_GNUC_WARN_UNUSED_RESULT;

/* The same, and blanks up to 'columns'. The caller frees. */
gchar *tf_columns_fit(const gchar *text, guint columns) G_GNUC_WARN_UNUSED_RESULT;
