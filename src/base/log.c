/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/escape.h"

/* Process-wide by nature, like stderr itself. */
static gboolean log_is_enabled;

void tf_log_enable(gboolean is_enabled)
{
	log_is_enabled = is_enabled;
}

gboolean tf_log_is_enabled(void)
{
	return log_is_enabled;
}

void tf_log(const gchar *event, ...)
{
	g_autoptr(GString) line = NULL;
	va_list list;

	if (!log_is_enabled)
		return;

	line = g_string_new("tokenferry: ");
	g_string_append(line, event);
	va_start(list, event);
	for (const gchar *name; (name = va_arg(list, const gchar *)) != NULL;) {
		g_autofree gchar *value = tf_escape_terminal(va_arg(list, const gchar *));

		g_string_append_printf(line, " %s='%s'", name, value);
	}
	va_end(list);
	g_string_append_c(line, '\n');
	(void)fputs(line->str, stderr);
}
