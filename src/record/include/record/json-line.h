/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A JSON value as one line of text, as ledger, messages between processes and output carry it. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Compact, in UTF-8, without a line break. 'flags': further ones of json_dumps(), mostly 0. NULL for what is
 * no value. The caller frees with g_free(). */
gchar *tf_json_line(const json_t *value, size_t flags) G_GNUC_WARN_UNUSED_RESULT;
