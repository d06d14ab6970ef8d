/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line per event on stderr, typed fields, and no way to log a secret: there is no field type for one. */
#pragma once

#include <glib.h>

/* Off until tf_log_enable(); --verbose turns it on. */
void tf_log_enable(gboolean is_enabled);
gboolean tf_log_is_enabled(void);

/* 'event' and then pairs of name and value, ended by NULL: tf_log("slot", "token", label, NULL).
 * Values are escaped for a terminal. Log lines are for developers and stay English. */
void tf_log(const gchar *event, ...) G_GNUC_NULL_TERMINATED;
