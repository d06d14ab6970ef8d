/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lists-private.h"

#include <string.h>

#include "day-private.h"
#include "site-private.h"

#define FILES_LIMIT 10000u
#define HEAD_LIMIT  8192u /* the fields come before the digests of the files */
#define MAGIC_LIMIT 4u
#define FRESH_DAYS  7

/* The value of a field of the head, without blanks around it; NULL when there is none. The caller frees. */
static gchar *field_of(const gchar *const *lines, const gchar *key)
{
	gsize length = strlen(key);

	for (guint i = 0; lines[i] != NULL; i++) {
		if (g_ascii_strncasecmp(lines[i], key, length) == 0 && lines[i][length] == ':')
			return g_strstrip(g_strdup(lines[i] + length + 1));
	}

	return NULL;
}

/* Debian calls it "bookworm-security", and before that "buster/updates"; Ubuntu's codename is the system's,
 * and its suite "jammy-security". */
static gboolean is_of_security(const gchar *const *lines, const gchar *system)
{
	g_autofree gchar *suite = field_of(lines, "Suite");
	g_autofree gchar *codename = field_of(lines, "Codename");
	g_autofree gchar *name = g_strconcat(system, "-security", NULL);
	g_autofree gchar *old_name = g_strconcat(system, "/updates", NULL);

	if (g_strcmp0(codename, name) == 0 || g_strcmp0(codename, old_name) == 0 ||
		g_strcmp0(suite, name) == 0)
		return TRUE;

	return g_strcmp0(codename, system) == 0 && suite != NULL && g_str_has_suffix(suite, "-security");
}

static gboolean is_ours(const gchar *const *lines, const gchar *const *codenames)
{
	for (guint i = 0; codenames[i] != NULL; i++) {
		if (codenames[i][0] != '\0' && is_of_security(lines, codenames[i]))
			return TRUE;
	}

	return FALSE;
}

static void judge(const TfPostureSite *site, const gchar *const *lines, TfLists *lists)
{
	g_autofree gchar *date_text = field_of(lines, "Date");
	g_autofree gchar *until_text = field_of(lines, "Valid-Until");
	gint64 date = 0;
	gint64 until = 0;

	if (date_text == NULL || !tf_day_from_mail(date_text, &date)) {
		lists->is_odd = TRUE;
		return;
	}
	if (until_text == NULL || !tf_day_from_mail(until_text, &until))
		until = date + FRESH_DAYS * TF_DAY_SECONDS;
	if (site->now > until)
		lists->is_stale = TRUE;
	if (date > site->now + TF_DAY_SECONDS)
		lists->is_early = TRUE;
	if (lists->n == 0 || date < lists->date)
		lists->date = date;
	lists->n++;
}

/* "host_debian-security_dists_bookworm-security_main_binary-amd64_Packages.lz4" beside
 * "host_debian-security_dists_bookworm-security_InRelease": without one apt has nothing to tell, and says
 * nothing of it. */
static gboolean has_packages(
	const TfPostureSite *site, const gchar *const *configured, const gchar *release, TfLists *lists)
{
	g_autofree gchar *prefix = g_strndup(release, (gsize)(strrchr(release, '_') + 1 - release));

	for (guint i = 0; configured[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(TF_LISTS_DIRECTORY, configured[i], NULL);
		g_autofree gchar *text = NULL;
		TfSiteFile file;

		if (!g_str_has_prefix(configured[i], prefix))
			continue;
		text = tf_site_read(site, path, MAGIC_LIMIT, &file);
		lists->is_refused = lists->is_refused || file.is_refused;
		if (text != NULL && text[0] != '\0')
			return TRUE;
	}

	return FALSE;
}

static void look_at(const TfPostureSite *site, const TfListsScope *scope, const gchar *name, TfLists *lists)
{
	g_autofree gchar *path = g_build_filename(TF_LISTS_DIRECTORY, name, NULL);
	TfSiteFile file;
	g_autofree gchar *text = tf_site_read(site, path, HEAD_LIMIT, &file);
	g_auto(GStrv) lines = NULL;

	lists->is_refused = lists->is_refused || file.is_refused;
	if (text == NULL)
		return;

	lines = g_strsplit(text, "\n", -1);
	if (!is_ours((const gchar *const *)lines, scope->codenames))
		return;
	if (has_packages(site, scope->configured, name, lists))
		judge(site, (const gchar *const *)lines, lists);
	else
		lists->is_partial = TRUE;
}

TfLists tf_lists_look(const TfPostureSite *site, const TfListsScope *scope)
{
	TfLists lists = { 0 };
	TfSiteAccess access = TF_SITE_NONE;
	g_auto(GStrv) names = tf_site_list(site, TF_LISTS_DIRECTORY, FILES_LIMIT, &access);

	lists.is_refused = access == TF_SITE_REFUSED;
	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		if (g_str_has_suffix(names[i], "_InRelease") || g_str_has_suffix(names[i], "_Release"))
			look_at(site, scope, names[i], &lists);
	}
	/* What was left by a source that is not used any more. */
	lists.is_partial = lists.is_partial && lists.n == 0 && !lists.is_odd;

	return lists;
}
