/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fill.h"

#include <string.h>

static const gchar *value_named(
	const gchar *const *names, const gchar *const *values, gsize n, const gchar *name, gsize length)
{
	for (gsize i = 0; i < n; i++) {
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return values[i];
	}

	return NULL;
}

gchar *tf_fill(const gchar *sentence, const gchar *const *names, const gchar *const *values, gsize n)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const gchar *at = sentence; *at != '\0';) {
		const gchar *end = *at == '{' ? strchr(at, '}') : NULL;
		const gchar *value =
			end != NULL ? value_named(names, values, n, at + 1, (gsize)(end - at - 1)) : NULL;

		if (value != NULL) {
			g_string_append(text, value);
			at = end + 1;
		} else {
			g_string_append_c(text, *at++);
		}
	}

	return g_string_free(g_steal_pointer(&text), FALSE);
}
