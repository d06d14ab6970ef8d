/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that came past the package manager (the guide's "Adobe, Java and the like"): nobody can tell here
 * whether they are patched, only that they are there. Those of packages are among the updates. */
#include <string.h>

#include "posture-private.h"
#include "site-private.h"

#define FILES_LIMIT 1000u
#define NAMES_SHOWN 5u
#define SOURCE	    "/opt, /usr/local, /usr/java"

/* Where installers put things; a directory's entries that begin so, "" being all of them. */
static const struct {
	const gchar *directory;
	const gchar *prefix;
} places[] = {
	{ "/opt", "" },
	{ "/usr/java", "" },
	{ "/usr/local", "jdk" },
	{ "/usr/local", "jre" },
	{ "/usr/local", "java" },
	{ "/usr/local", "Adobe" },
	{ "/usr/local/lib/jvm", "" },
};

static void add_name(GString *names, guint *n, const gchar *directory, const gchar *name)
{
	if (*n == NAMES_SHOWN)
		g_string_append(names, " …");
	if (*n < NAMES_SHOWN)
		g_string_append_printf(names, "%s%s/%s", *n > 0 ? " " : "", directory, name);
	(*n)++;
}

void tf_posture_programs(const TfPostureSite *site, TfPosture *posture)
{
	g_autoptr(GString) found = g_string_new(NULL);
	const gchar *refused = NULL;
	guint n = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		gboolean is_refused = FALSE;
		g_auto(GStrv) names = tf_site_list(site, places[i].directory, FILES_LIMIT, &is_refused);

		if (is_refused)
			refused = places[i].directory;
		for (guint k = 0; names != NULL && names[k] != NULL; k++) {
			if (names[k][0] != '.' && g_str_has_prefix(names[k], places[i].prefix))
				add_name(found, &n, places[i].directory, names[k]);
		}
	}
	if (n > 0)
		(void)tf_posture_add(posture, TF_FINDING_PROGRAMS_FOUND, SOURCE, site->now, found->str, NULL);
	else if (refused != NULL)
		tf_posture_add(posture, TF_FINDING_PROGRAMS_UNREADABLE, SOURCE, site->now, refused, NULL)
			->root_would_add = TRUE;
	else
		(void)tf_posture_add(posture, TF_FINDING_PROGRAMS_NONE, SOURCE, site->now, NULL);
}
