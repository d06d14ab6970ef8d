/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Output is escaped for where it goes; the untrusted are token strings, subjects, file, reader and module
 * names. */
#pragma once

#include <glib.h>

/* Valid UTF-8 without C0, C1, DEL, bidi controls, line and paragraph separators: each becomes \xHH or \u{H…}.
 * NULL gives "". The caller frees. */
gchar *tf_escape_terminal(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* The same, newlines kept, for texts of several lines that hold untrusted parts. */
gchar *tf_escape_lines(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* One CSV cell (RFC 4180): quoted where needed, and prefixed by ' when a spreadsheet would take it for a
 * formula. */
gchar *tf_escape_csv(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

/* A mail header's text: CR, LF and other controls become blanks. */
gchar *tf_escape_header(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;
