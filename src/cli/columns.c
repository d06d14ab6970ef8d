/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/columns.h"

#include <string.h>

#define REST ".."

static guint width_of(gunichar character)
{
	if (g_unichar_iszerowidth(character))
		return 0;

	return g_unichar_iswide_cjk(character) ? 2 : 1;
}

guint tf_columns(const gchar *text)
{
	guint n = 0;

	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		n += width_of(g_utf8_get_char(at));

	return n;
}

/* Where 'columns' are full; marks stay with what they combine with. */
static const gchar *end_of(const gchar *text, guint columns)
{
	const gchar *at = text;
	guint n = 0;

	for (; *at != '\0'; at = g_utf8_next_char(at)) {
		n += width_of(g_utf8_get_char(at));
		if (n > columns)
			break;
	}

	return at;
}

gchar *tf_columns_cut(const gchar *text, guint columns)
{
	guint rest = (guint)strlen(REST);
	const gchar *end = end_of(text, columns);

	if (*end == '\0')
		return g_strdup(text);
	if (columns < rest)
		return g_strndup(text, (gsize)(end - text));
	end = end_of(text, columns - rest);

	return g_strdup_printf("%.*s" REST, (int)(end - text), text);
}

gchar *tf_columns_fit(const gchar *text, guint columns)
{
	g_autofree gchar *cut = tf_columns_cut(text, columns);
	guint n = tf_columns(cut);

	return g_strdup_printf("%s%*s", cut, n < columns ? (int)(columns - n) : 0, "");
}
