/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "definitions-private.h"

#include <string.h>

#include "day-private.h"
#include "site-private.h"

#define HEAD_LENGTH 512u
#define MAGIC	    "ClamAV-VDB:"

static const gchar *const names[] = { "daily.cld", "daily.cvd", "main.cld", "main.cvd" };

/* "ClamAV-VDB:07 Aug 2023 08-26 -0400:26993:…": the second field is when it was made. */
static gboolean read_date(const gchar *head, gint64 *ret_date)
{
	const gchar *at = head + strlen(MAGIC);
	g_autofree gchar *text = NULL;

	if (!g_str_has_prefix(head, MAGIC))
		return FALSE;
	text = g_strndup(at, strcspn(at, ":"));

	return tf_day_from_mail(text, ret_date);
}

TfDefinitions tf_definitions_look(const TfPostureSite *site)
{
	gboolean is_elsewhere = tf_site_look(site, TF_DEFINITIONS_DIRECTORY) == TF_SITE_ELSEWHERE;
	TfDefinitions definitions = { .is_odd = is_elsewhere };

	for (gsize i = 0; !is_elsewhere && i < G_N_ELEMENTS(names); i++) {
		g_autofree gchar *path = g_build_filename(TF_DEFINITIONS_DIRECTORY, names[i], NULL);
		TfSiteFile file;
		g_autofree gchar *head = tf_site_read(site, path, HEAD_LENGTH, &file);
		gint64 date = 0;

		definitions.is_refused = definitions.is_refused || file.is_refused;
		if (head == NULL)
			continue;
		if (!read_date(head, &date)) {
			definitions.is_odd = TRUE;
			continue;
		}
		if (definitions.path != NULL && date <= definitions.date)
			continue;
		g_free(definitions.path);
		definitions.path = g_steal_pointer(&path);
		definitions.date = date;
	}

	return definitions;
}
