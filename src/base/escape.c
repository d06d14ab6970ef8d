/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/escape.h"

#include <string.h>

typedef struct Range {
	gunichar first;
	gunichar last;
} Range;

/* What may move the cursor, reorder or hide text on a terminal: C0, DEL, C1, and Unicode's format controls.
 */
static const Range controls[] = {
	{ 0x0000, 0x001F },
	{ 0x007F, 0x009F },
	{ 0x061C, 0x061C },
	{ 0x200B, 0x200F },
	{ 0x2028, 0x202E },
	{ 0x2060, 0x206F },
	{ 0xFEFF, 0xFEFF },
	{ 0xFFF9, 0xFFFB },
	{ 0xE0000, 0xE007F },
};

static gboolean is_control(gunichar character)
{
	for (gsize i = 0; i < G_N_ELEMENTS(controls); i++) {
		if (character >= controls[i].first && character <= controls[i].last)
			return TRUE;
	}

	return FALSE;
}

static gchar *escape(const gchar *text, gboolean keeps_newlines)
{
	g_autoptr(GString) escaped = g_string_new(NULL);
	const gchar *end = text != NULL ? text + strlen(text) : NULL;

	for (const gchar *at = text; at < end;) {
		gunichar character = g_utf8_get_char_validated(at, end - at);

		if (character == (gunichar)-1 || character == (gunichar)-2) {
			g_string_append_printf(escaped, "\\x%02x", (guint)(guint8)*at++);
			continue;
		}
		if (is_control(character) && !(keeps_newlines && character == '\n'))
			g_string_append_printf(escaped, "\\u{%x}", character);
		else
			g_string_append_unichar(escaped, character);
		at = g_utf8_next_char(at);
	}

	return g_string_free(g_steal_pointer(&escaped), FALSE);
}

gchar *tf_escape_terminal(const gchar *text)
{
	return escape(text, FALSE);
}

gchar *tf_escape_lines(const gchar *text)
{
	return escape(text, TRUE);
}

gchar *tf_escape_csv(const gchar *text)
{
	g_autofree gchar *clean = escape(text, TRUE);
	g_autoptr(GString) cell = NULL;

	if (clean[0] == '\0' || (strchr("=+-@", clean[0]) == NULL && strpbrk(clean, ",\"\n") == NULL))
		return g_steal_pointer(&clean);

	cell = g_string_new(strchr("=+-@", clean[0]) != NULL ? "\"'" : "\"");
	for (const gchar *at = clean; *at != '\0'; at++)
		g_string_append(cell, *at == '"' ? "\"\"" : (const gchar[]){ *at, '\0' });
	g_string_append_c(cell, '"');

	return g_string_free(g_steal_pointer(&cell), FALSE);
}

gchar *tf_escape_header(const gchar *text)
{
	g_autoptr(GString) header = g_string_new(NULL);
	g_autofree gchar *valid = g_utf8_make_valid(text != NULL ? text : "", -1);

	for (const gchar *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		g_string_append_unichar(header, is_control(character) ? ' ' : character);
	}

	return g_string_free(g_steal_pointer(&header), FALSE);
}
