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

static GTimeZone *zone_of(const TfCampaign *campaign)
{
	const gchar *name = campaign != NULL ? tf_campaign_time_zone(campaign) : NULL;
	GTimeZone *zone = name != NULL ? g_time_zone_new_identifier(name) : NULL;

	return zone != NULL ? zone : g_time_zone_new_utc();
}

GDateTime *tf_report_time(gint64 seconds, const TfCampaign *campaign)
{
	g_autoptr(GTimeZone) zone = zone_of(campaign);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);

	return time != NULL ? g_date_time_to_timezone(time, zone) : NULL;
}

gchar *tf_report_date(gint64 seconds, const TfCampaign *campaign, const gchar *language)
{
	g_autoptr(GDateTime) time = tf_report_time(seconds, campaign);

	if (time == NULL)
		return tf_time_to_text(seconds);
	if (g_strcmp0(language, "ja") == 0)
		return g_strdup_printf("%d年%d月%d日", g_date_time_get_year(time),
			g_date_time_get_month(time), g_date_time_get_day_of_month(time));

	return g_strdup_printf("%d %s %d", g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1], g_date_time_get_year(time));
}
