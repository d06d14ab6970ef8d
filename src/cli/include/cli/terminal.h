/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The terminal of the person, for questions: it is asked directly, whatever stdin and stdout are. */
#pragma once

#include <glib.h>

#include "base/secret.h"

#define TF_TERMINAL_SECRET_LIMIT 1024u

typedef struct TfTerminal TfTerminal;

/* The controlling terminal; NULL when there is none. */
TfTerminal *tf_terminal_open(void) G_GNUC_WARN_UNUSED_RESULT;

/* On a descriptor of a terminal, which is taken over. */
TfTerminal *tf_terminal_new(int fd) G_GNUC_WARN_UNUSED_RESULT;
void tf_terminal_free(TfTerminal *terminal);

/* For a loop that waits for more than a line. Borrowed. */
int tf_terminal_fd(const TfTerminal *terminal);

/* Text as it stands, for phrases that are escaped already; a newline is put behind it. */
void tf_terminal_say(TfTerminal *terminal, const gchar *text);

/* What was typed and is not read yet is thrown away. TRUE when it ended within a line: the next line that is
 * read is the rest of that one. */
gboolean tf_terminal_drop_typed(TfTerminal *terminal);

/* One line without its newline, in valid UTF-8. TF_ERROR_INTERRUPTED by Ctrl-C and by Ctrl-D. */
gchar *tf_terminal_ask_line(
	TfTerminal *terminal, const gchar *prompt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for what an answer decides: nothing that was typed before the question stood is an answer to it.
 * What was typed is thrown away, and a line that was begun is said to count for nothing and asked for again.
 */
gchar *tf_terminal_ask_fresh_line(
	TfTerminal *terminal, const gchar *prompt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One line that is not shown, and that goes nowhere but into the secret. What was typed ahead is thrown away,
 * as above: a stale line, or the end of one, would cost a try. TF_ERROR_INTERRUPTED, TF_ERROR_SECRET_SOURCE
 * when too long. */
TfSecret *tf_terminal_ask_secret(
	TfTerminal *terminal, const gchar *prompt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks until the answer is yes or no; what was typed before counts for nothing, as above. */
gboolean tf_terminal_confirm(TfTerminal *terminal, const gchar *question, gboolean *ret_yes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfTerminal, tf_terminal_free)
