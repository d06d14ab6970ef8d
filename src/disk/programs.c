/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "programs-private.h"

#include <string.h>

#define DIRECTORY_LIMIT 20000u
#define ALL_LIMIT	100000u
#define NAMES_SHOWN	5u

TfPrograms tf_programs_new(const TfPostureSite *site)
{
	return (TfPrograms){ .site = site, .names = g_string_new(NULL) };
}

void tf_programs_clear(TfPrograms *programs)
{
	g_string_free(programs->names, TRUE);
	g_free(programs->refused);
	g_free(programs->elsewhere);
}

void tf_programs_add(TfPrograms *programs, const gchar *path)
{
	g_autofree gchar *shown = g_utf8_make_valid(path, -1);

	if (programs->n == NAMES_SHOWN)
		g_string_append(programs->names, " …");
	if (programs->n < NAMES_SHOWN)
		g_string_append_printf(programs->names, "%s%s", programs->n > 0 ? " " : "", shown);
	programs->n++;
}

void tf_programs_note(TfPrograms *programs, const gchar *path, TfSiteAccess access)
{
	gchar **place = access == TF_SITE_REFUSED ? &programs->refused : &programs->elsewhere;

	if ((access == TF_SITE_REFUSED || access == TF_SITE_ELSEWHERE) && *place == NULL)
		*place = g_utf8_make_valid(path, -1);
}

/* NULL: not in the home directory. */
static const gchar *own_part(const gchar *path)
{
	return g_str_has_prefix(path, "~/") ? path + strlen("~/") : NULL;
}

GStrv tf_programs_list(TfPrograms *programs, const gchar *directory)
{
	guint limit = MIN(DIRECTORY_LIMIT, ALL_LIMIT - programs->n_listed);
	TfSiteAccess access = TF_SITE_READ;
	const gchar *own = own_part(directory);
	g_auto(GStrv) names = own != NULL ? tf_site_list_own(programs->site, own, limit, &access)
					  : tf_site_list(programs->site, directory, limit, &access);
	guint n = names != NULL ? g_strv_length(names) : 0;

	if (names != NULL && n == limit)
		access = TF_SITE_ELSEWHERE;
	programs->n_listed += n;
	tf_programs_note(programs, directory, access);

	return g_steal_pointer(&names);
}

TfSiteAccess tf_programs_look(const TfPrograms *programs, const gchar *path)
{
	const gchar *own = own_part(path);
	TfSiteAccess access = TF_SITE_READ;
	g_autofree gchar *end = NULL;
	mode_t mode = 0;

	if (own != NULL)
		return tf_site_look_own(programs->site, own);
	end = tf_site_end(programs->site, path, &mode, &access);

	return access;
}
