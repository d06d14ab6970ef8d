/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Put into a batch by LD_PRELOAD: what it gives its children half a minute or longer for, to start or to
 * answer, they get TF_TEST_PATIENCE milliseconds for, so that a test with children that hang ends today.
 */
#include <glib.h>

#define LONG_MS 30000u

__attribute__((visibility("default"))) guint g_timeout_add(
	guint interval, GSourceFunc function, gpointer data)
{
	const gchar *text = g_getenv("TF_TEST_PATIENCE");
	guint64 patience = text != NULL ? g_ascii_strtoull(text, NULL, 10) : 0;

	return g_timeout_add_full(G_PRIORITY_DEFAULT,
		interval >= LONG_MS && patience > 0 ? (guint)MIN(interval, patience) : interval, function,
		data, NULL);
}
