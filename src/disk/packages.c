/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "packages-private.h"

#include <string.h>

#include "base/file.h"

#define LISTS_LIMIT 50000u
#define LIST_LIMIT  (16u << 20)
#define ALL_LIMIT   (256u << 20)

/* Packages may still name /bin and /lib, which today are links into /usr. */
static void take_out_line(GHashTable *paths, const gchar *line)
{
	static const gchar *const merged[] = { "/bin/", "/sbin/", "/lib" };

	(void)g_hash_table_remove(paths, line);
	for (gsize i = 0; i < G_N_ELEMENTS(merged); i++) {
		if (g_str_has_prefix(line, merged[i])) {
			g_autofree gchar *today = g_strconcat("/usr", line, NULL);

			(void)g_hash_table_remove(paths, today);
		}
	}
}

/* Cut up in its place: there are some hundred thousand lines on a PC. */
static void take_out_lines(GHashTable *paths, gchar *text)
{
	for (gchar *line = text, *end = NULL; line != NULL; line = end != NULL ? end + 1 : NULL) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end = '\0';
		take_out_line(paths, line);
	}
}

/* NONE also for a package that was just removed. '*n_read' counts the bytes of all lists. */
static TfSiteAccess look_into_list(
	const TfPostureSite *site, const gchar *name, GHashTable *paths, gsize *n_read)
{
	g_autofree gchar *path = g_build_filename(TF_PACKAGES_DIRECTORY, name, NULL);
	TfSiteFile file;
	g_autofree gchar *text = tf_site_read(site, path, LIST_LIMIT, &file);

	if (text == NULL)
		return file.is_refused ? TF_SITE_REFUSED : TF_SITE_NONE;
	*n_read += strlen(text);
	take_out_lines(paths, text);

	return file.is_whole && *n_read <= ALL_LIMIT ? TF_SITE_READ : TF_SITE_ELSEWHERE;
}

gboolean tf_packages_have_place(const gchar *path)
{
	return tf_file_below(path, "/usr") != NULL && tf_file_below(path, "/usr/local") == NULL;
}

TfSiteAccess tf_packages_take_out(const TfPostureSite *site, GHashTable *paths)
{
	TfSiteAccess access = TF_SITE_READ;
	g_auto(GStrv) names = tf_site_list(site, TF_PACKAGES_DIRECTORY, LISTS_LIMIT, &access);
	gboolean is_any = FALSE;
	gsize n_read = 0;

	if (names == NULL)
		return access;
	if (g_strv_length(names) == LISTS_LIMIT)
		access = TF_SITE_ELSEWHERE;
	for (guint i = 0; names[i] != NULL && n_read <= ALL_LIMIT && g_hash_table_size(paths) > 0; i++) {
		TfSiteAccess of_list = TF_SITE_NONE;

		if (!g_str_has_suffix(names[i], ".list"))
			continue;
		of_list = look_into_list(site, names[i], paths, &n_read);
		is_any = TRUE;
		if (of_list == TF_SITE_REFUSED || of_list == TF_SITE_ELSEWHERE)
			access = of_list;
	}

	return is_any || access != TF_SITE_READ ? access : TF_SITE_NONE;
}
