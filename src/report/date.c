/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "date-private.h"
#include "report/report.h"

/* Written out here, so that neither an installed locale nor a catalogue has a say in a date that is sent. */
static const gchar *const months[] = {
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
};

static const gchar *zone_name(const TfCampaign *campaign)
{
	return campaign != NULL ? tf_campaign_time_zone(campaign) : NULL;
}

static GDateTime *time_in(gint64 seconds, const gchar *time_zone)
{
	GTimeZone *named = time_zone != NULL ? g_time_zone_new_identifier(time_zone) : NULL;
	g_autoptr(GTimeZone) zone = named != NULL ? named : g_time_zone_new_utc();
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return time != NULL ? g_date_time_to_timezone(time, zone) : NULL;
}

GDateTime *tf_report_time(gint64 seconds, const TfCampaign *campaign)
{
	return time_in(seconds, zone_name(campaign));
}

gchar *tf_report_date(gint64 seconds, const TfCampaign *campaign, const gchar *language)
{
	return tf_report_date_in(seconds, zone_name(campaign), language);
}

gchar *tf_report_date_in(gint64 seconds, const gchar *time_zone, const gchar *language)
{
	g_autoptr(GDateTime) time = time_in(seconds, time_zone);

	if (time == NULL)
		return tf_time_to_text(seconds);
	if (g_strcmp0(language, "ja") == 0)
		return g_strdup_printf("%d年%d月%d日", g_date_time_get_year(time),
			g_date_time_get_month(time), g_date_time_get_day_of_month(time));

	return g_strdup_printf("%d %s %d", g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1], g_date_time_get_year(time));
}

gchar *tf_report_day(const gchar *day, const gchar *language)
{
	g_autofree gchar *noon = g_strconcat(day, "T12:00:00Z", NULL);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(noon, utc);

	return time != NULL ? tf_report_date(g_date_time_to_unix(time), NULL, language) : NULL;
}
