/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/phrase.h"

#include <stdarg.h>

#include "base/escape.h"
#include "base/fill.h"

#define MAX_VALUES 6

gchar *tf_phrase(const gchar *sentence, ...)
{
	const gchar *names[MAX_VALUES];
	gchar *values[MAX_VALUES];
	gchar *text = NULL;
	gsize n = 0;
	va_list list;

	va_start(list, sentence);
	for (const gchar *name; (name = va_arg(list, const gchar *)) != NULL; n++) {
		const gchar *value = va_arg(list, const gchar *);

		g_assert_cmpuint(n, <, MAX_VALUES);
		names[n] = name;
		values[n] = tf_escape_terminal(value != NULL ? value : "");
	}
	va_end(list);

	text = tf_fill(sentence, names, (const gchar *const *)values, n);
	for (gsize i = 0; i < n; i++)
		g_free(values[i]);

	return text;
}
