/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error as a person reads it: dates as in the report, attempts to get a key out by their names there. */
#pragma once

#include <glib.h>

/* tf_error_sentence() with its arguments in the person's words. The caller frees. Not escaped for a terminal.
 */
gchar *tf_wording_of_error(const GError *error) G_GNUC_WARN_UNUSED_RESULT;
