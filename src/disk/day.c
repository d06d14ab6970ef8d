/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "day-private.h"

#include <stdio.h>
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
	int year = 0;
	int month = 0;
	int day = 0;
	int end = 0;

	if (strspn(text, "0123456789-") != strlen(text) || strlen(text) != strlen("2026-07-11") ||
		sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end] != '\0')
		return FALSE;

	return seconds_of(g_date_time_new_utc(year, month, day, 0, 0, 0), ret_seconds);
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

/* What "-0400" is ahead of UTC, in seconds. */
static gboolean offset_of(const gchar *zone, gint64 *ret_offset)
{
	guint hours = 0;
	guint minutes = 0;
	gchar sign = '+';

	if (strcmp(zone, "UTC") == 0 || strcmp(zone, "GMT") == 0 || strcmp(zone, "Z") == 0) {
		*ret_offset = 0;
		return TRUE;
	}
	if (strlen(zone) != 5 || strspn(zone + 1, "0123456789") != 4 ||
		sscanf(zone, "%c%2u%2u", &sign, &hours, &minutes) != 3 || (sign != '+' && sign != '-') ||
		hours > 14 || minutes > 59)
		return FALSE;
	*ret_offset = (gint64)(hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);

	return TRUE;
}

gboolean tf_day_from_mail(const gchar *text, gint64 *ret_seconds)
{
	const gchar *comma = strchr(text, ',');
	const gchar *at = comma != NULL ? comma + 1 : text;
	gchar month[4] = "";
	gchar zone[6] = "";
	gint64 offset = 0;
	gint64 seconds = 0;
	int day = 0;
	int year = 0;
	int hour = 0;
	int minute = 0;
	int second = 0;
	int n = sscanf(at, " %2d %3s %4d %2d%*1[:-]%2d", &day, month, &year, &hour, &minute);
	const gchar *last = strrchr(at, ' ');

	if (n != 5 || last == NULL || g_strlcpy(zone, last + 1, sizeof zone) >= sizeof zone ||
		!offset_of(zone, &offset))
		return FALSE;
	(void)sscanf(at, " %*2d %*3s %*4d %*2d:%*2d:%2d", &second);
	if (!seconds_of(g_date_time_new_utc(year, month_named(month), day, hour, minute, second), &seconds))
		return FALSE;
	*ret_seconds = seconds - offset;

	return TRUE;
}

gchar *tf_day_to_iso(gint64 seconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return time != NULL ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("");
}
