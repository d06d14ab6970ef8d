/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/wording.h"

#include <string.h>

#include "base/error.h"
#include "cli/language.h"
#include "report/report.h"

static const gchar *const dates[] = { "date", "not_after", "expected", NULL };

static gchar *word(const gchar *name, const gchar *value)
{
	if (g_strv_contains(dates, name))
		return tf_report_day(value, tf_language_spoken());
	if (strcmp(name, "attempt") == 0)
		return tf_report_attempt(value);

	return NULL;
}

gchar *tf_wording_of_error(const GError *error)
{
	return tf_error_sentence_worded(error, word);
}
