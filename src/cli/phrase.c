/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/phrase.h"

#include <stdarg.h>
#include <string.h>

#include "base/escape.h"

#define MAX_VALUES 6

typedef struct Value {
	const gchar *name;
	const gchar *text;
} Value;

static const gchar *value_named(const Value *values, gsize n, const gchar *name, gsize length)
{
	for (gsize i = 0; i < n; i++) {
		if (strlen(values[i].name) == length && strncmp(values[i].name, name, length) == 0)
			return values[i].text;
	}

	return NULL;
}

/* One pass, so that braces inside a value stay what they are. */
static gchar *fill_in(const gchar *sentence, const Value *values, gsize n)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const gchar *at = sentence; *at != '\0';) {
		const gchar *end = *at == '{' ? strchr(at, '}') : NULL;
		const gchar *value =
			end != NULL ? value_named(values, n, at + 1, (gsize)(end - at - 1)) : NULL;

		if (value != NULL) {
			g_autofree gchar *escaped = tf_escape_terminal(value);

			g_string_append(text, escaped);
			at = end + 1;
		} else {
			g_string_append_c(text, *at++);
		}
	}

	return g_string_free(g_steal_pointer(&text), FALSE);
}

gchar *tf_phrase(const gchar *sentence, ...)
{
	Value values[MAX_VALUES];
	gsize n = 0;
	va_list list;

	va_start(list, sentence);
	for (const gchar *name; (name = va_arg(list, const gchar *)) != NULL; n++) {
		const gchar *text = va_arg(list, const gchar *);

		g_assert_cmpuint(n, <, MAX_VALUES);
		values[n].name = name;
		values[n].text = text != NULL ? text : "";
	}
	va_end(list);

	return fill_in(sentence, values, n);
}
