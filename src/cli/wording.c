/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/wording.h"

#include <string.h>

#include "base/error.h"
#include "cli/language.h"
#include "report/report.h"

static const gchar *const dates[] = { "date", "not_after", "expected", NULL };

/* The lower rings give a day, "2026-11-25", of whatever time zone it was meant in. */
static gchar *word_date(const gchar *value)
{
	g_autofree gchar *noon = g_strconcat(value, "T12:00:00Z", NULL);
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(noon, utc);

	return day != NULL ? tf_report_date(g_date_time_to_unix(day), NULL, tf_language_spoken()) : NULL;
}

static gchar *word(const gchar *name, const gchar *value)
{
	if (g_strv_contains(dates, name))
		return word_date(value);
	if (strcmp(name, "attempt") == 0)
		return tf_report_attempt(value);

	return NULL;
}

gchar *tf_wording_of_error(const GError *error)
{
	return tf_error_sentence_worded(error, word);
}
