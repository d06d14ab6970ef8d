/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates as the files of other programs write them. FALSE, and nothing set, for what is none. */
#pragma once

#include <glib.h>

#define TF_DAY_SECONDS G_GINT64_CONSTANT(86400)

/* "2026-07-11": the beginning of that day, in UTC. */
gboolean tf_day_from_iso(const gchar *text, gint64 *ret_seconds);

/* "Sat, 28 Nov 2026 20:34:01 UTC" (RFC 5322, as in an InRelease file) and "07 Aug 2023 08-26 -0400" (as in a
 * ClamAV database). */
gboolean tf_day_from_mail(const gchar *text, gint64 *ret_seconds);

/* "2026-07-11", in UTC; "" outside the years 1 to 9999. The caller frees. */
gchar *tf_day_to_iso(gint64 seconds) G_GNUC_WARN_UNUSED_RESULT;
