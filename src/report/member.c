/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in a file a key lies, for people. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/fill.h"
#include "report/report.h"

#define OFFSET	  "offset "
#define SEPARATOR "; "

/* 'length' octets of it are digits, and there are some. */
static gchar *sentence_of(const gchar *number, gsize length, const gchar *rest)
{
	const gchar *const names[] = { "offset" };
	g_autofree gchar *digits = g_strndup(number, length);
	const gchar *const values[] = { digits };
	g_autofree gchar *sentence =
		tf_fill(_("in the middle of the file, at byte {offset}"), names, values, 1);

	return g_strconcat(sentence, rest, NULL);
}

/* The last of a list may say how many it is short of. */
static gchar *place_of(const gchar *member)
{
	const gchar *number = g_str_has_prefix(member, OFFSET) ? member + strlen(OFFSET) : "";
	gsize length = strspn(number, "0123456789");

	if (length == 0 || (number[length] != '\0' && !g_str_has_prefix(number + length, " (+")))
		return g_strdup(member);

	return sentence_of(number, length, number + length);
}

gchar *tf_report_member(const gchar *member)
{
	g_auto(GStrv) places = g_strsplit(member, SEPARATOR, -1);

	for (guint i = 0; places[i] != NULL; i++) {
		gchar *place = place_of(places[i]);

		g_free(places[i]);
		places[i] = place;
	}

	return g_strjoinv(SEPARATOR, places);
}
