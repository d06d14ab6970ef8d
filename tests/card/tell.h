/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line to the control socket of the test cards, for the program and for tests. */
#pragma once

#include <glib.h>

/* The answer to 'line' ("0 remove"; script.h): "ok", "ok VALUE" or "error: why". NULL when nobody listens.
 * The caller frees. */
gchar *card_tell(const gchar *socket, const gchar *line) G_GNUC_WARN_UNUSED_RESULT;
