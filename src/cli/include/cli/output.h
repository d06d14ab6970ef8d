/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* stdout is for results, stderr for everything else; --json prints one object per line on stdout. */
#pragma once

#include <glib.h>
#include <jansson.h>

/* First of all: where the caller closed stdin, stdout or stderr, no file of ours (the ledger!) may take its
 * number. Reading and writing there fail afterwards as they would have before. */
void tf_output_setup(void);

/* A result for people, as it stands, and a newline when it has none. Phrases are escaped already. */
void tf_output_text(const gchar *text);

/* A result for programs, on one line. Takes the object over. On a terminal everything but ASCII is escaped.
 */
void tf_output_json(json_t *object);

/* For stderr, with a newline. */
void tf_output_notice(const gchar *text);

/* A JSON string, made valid UTF-8; null for NULL. */
json_t *tf_output_string(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* {"type": type}; the caller adds. */
json_t *tf_output_object(const gchar *type) G_GNUC_WARN_UNUSED_RESULT;

/* Everything that was printed has arrived. TF_ERROR_OUTPUT_FAILED. */
gboolean tf_output_finish(GError **error);
