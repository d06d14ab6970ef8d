/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "day-private.h"

#include <string.h>

static gboolean seconds_of(GDateTime *time, gint64 *ret_seconds)
{
	if (time == NULL)
		return FALSE;
	*ret_seconds = g_date_time_to_unix(time);
	g_date_time_unref(time);

	return TRUE;
}

gboolean tf_day_from_iso(const gchar *text, gint64 *ret_seconds)
{
	g_autofree gchar *midnight = g_strconcat(text, "T00:00:00Z", NULL);

	if (strlen(text) != strlen("2026-07-11") || text[4] != '-' || text[7] != '-' ||
		strspn(text, "0123456789-") != strlen(text))
		return FALSE;

	return seconds_of(g_date_time_new_from_iso8601(midnight, NULL), ret_seconds);
}

/* 1..12, or 0. */
static int month_named(const gchar *name)
{
	static const gchar *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec" };

	for (gsize i = 0; i < G_N_ELEMENTS(months); i++) {
		if (strcmp(months[i], name) == 0)
			return (int)i + 1;
	}

	return 0;
}

/* Of a part that the expression took; 0 for one that is not there. */
static int number_in(const GMatchInfo *match, const gchar *name)
{
	g_autofree gchar *text = g_match_info_fetch_named(match, name);

	return text != NULL ? (int)g_ascii_strtoull(text, NULL, 10) : 0;
}

/* What "-0400" is ahead of UTC, in seconds. */
static gboolean offset_in(const GMatchInfo *match, gint64 *ret_offset)
{
	g_autofree gchar *sign = g_match_info_fetch_named(match, "sign");
	int hours = number_in(match, "ahead");
	int minutes = number_in(match, "more");

	if (hours > 14 || minutes > 59)
		return FALSE;
	*ret_offset = (gint64)(hours * 60 + minutes) * 60 * (g_strcmp0(sign, "-") == 0 ? -1 : 1);

	return TRUE;
}

gboolean tf_day_from_mail(const gchar *text, gint64 *ret_seconds)
{
	static const gchar form[] =
		"^(?:[A-Z][a-z]{2},)? *(?<day>[0-9]{1,2}) (?<month>[A-Z][a-z]{2}) (?<year>[0-9]{4}) "
		"(?<hour>[0-9]{1,2})[:-](?<minute>[0-9]{2})(?::(?<second>[0-9]{2}))? "
		"(?:UTC|GMT|Z|(?<sign>[+-])(?<ahead>[0-9]{2})(?<more>[0-9]{2}))$";
	g_autoptr(GRegex) expression = g_regex_new(form, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree gchar *month = NULL;
	gint64 offset = 0;
	gint64 seconds = 0;

	if (!g_regex_match(expression, text, 0, &match) || !offset_in(match, &offset))
		return FALSE;
	month = g_match_info_fetch_named(match, "month");
	if (!seconds_of(
		    g_date_time_new_utc(number_in(match, "year"), month_named(month), number_in(match, "day"),
			    number_in(match, "hour"), number_in(match, "minute"), number_in(match, "second")),
		    &seconds))
		return FALSE;
	*ret_seconds = seconds - offset;

	return TRUE;
}

gchar *tf_day_to_iso(gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return time != NULL ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("");
}
