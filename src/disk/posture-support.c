/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Until when the system is supported: by its own word (os-release(5), SUPPORT_END), else by the lists of the
 * package distro-info-data. */
#include <string.h>

#include "day-private.h"
#include "os-release-private.h"
#include "posture-private.h"
#include "site-private.h"

#define LIST_LIMIT 262144u
#define LISTS	   "/usr/share/distro-info/"

typedef struct System {
	const gchar *source; /* the os-release file */
	TfSiteFile file;
	gchar *id;
	gchar *codename;
	gchar *name; /* for people */
	gchar *support_end;
} System;

static void system_clear(System *system)
{
	g_free(system->id);
	g_free(system->codename);
	g_free(system->name);
	g_free(system->support_end);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(System, system_clear)

static gboolean read_system(const TfPostureSite *site, System *ret_system)
{
	g_auto(GStrv) text = tf_os_release_read(site, &ret_system->source, &ret_system->file);
	const gchar *const *lines = (const gchar *const *)text;

	if (lines == NULL)
		return FALSE;

	ret_system->id = tf_os_release_value(lines, "ID");
	ret_system->codename = tf_os_release_value(lines, "VERSION_CODENAME");
	ret_system->name = tf_os_release_value(lines, "PRETTY_NAME");
	ret_system->support_end = tf_os_release_value(lines, "SUPPORT_END");

	return TRUE;
}

/* A name that makes a file name of a list, and no path. */
static gboolean is_plain(const gchar *name)
{
	return name != NULL && name[0] >= 'a' && name[0] <= 'z' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

/* The field of that column in the line of this series; NULL when there is none. */
static gchar *field_of(const gchar *const *lines, const gchar *series, const gchar *column)
{
	g_auto(GStrv) columns = lines[0] != NULL ? g_strsplit(lines[0], ",", -1) : NULL;

	for (guint i = 1; columns != NULL && lines[i] != NULL; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], ",", -1);
		const gchar *wanted = NULL;
		gboolean is_series = FALSE;

		for (guint k = 0; columns[k] != NULL && fields[k] != NULL; k++) {
			if (strcmp(columns[k], "series") == 0)
				is_series = strcmp(fields[k], series) == 0;
			if (strcmp(columns[k], column) == 0)
				wanted = fields[k];
		}
		if (is_series)
			return g_strdup(wanted);
	}

	return NULL;
}

/* The last second of the day in that column. */
static gboolean end_of(
	const gchar *const *lines, const gchar *series, const gchar *column, gint64 *ret_end, gchar **ret_day)
{
	g_autofree gchar *day = field_of(lines, series, column);

	if (day == NULL || !tf_day_from_iso(day, ret_end))
		return FALSE;
	*ret_end += TF_DAY_SECONDS - 1;
	*ret_day = g_steal_pointer(&day);

	return TRUE;
}

static void add_untold(const System *system, TfPosture *posture)
{
	const gchar *name = system->name != NULL ? system->name : "?";

	(void)tf_posture_add(
		posture, TF_FINDING_SUPPORT_UNTOLD, system->source, system->file.date, name, NULL);
}

/* A clock that stands before what it is compared with says nothing about an end. */
static gboolean is_clock_behind(
	const TfPostureSite *site, const gchar *source, gint64 date, TfPosture *posture)
{
	g_autofree gchar *day = tf_day_to_iso(date);

	if (site->now + TF_DAY_SECONDS >= date)
		return FALSE;
	(void)tf_posture_add(posture, TF_FINDING_SUPPORT_CLOCK, source, date, day, NULL);

	return TRUE;
}

static void judge_list(const TfPostureSite *site, const gchar *const *lines, const gchar *series,
	const gchar *source, gint64 date, TfPosture *posture)
{
	static const struct {
		const gchar *column;
		TfPostureFinding finding;
	} extensions[] = {
		{ "eol-lts", TF_FINDING_LTS_ONLY },
		{ "eol-esm", TF_FINDING_ESM_ONLY },
	};
	g_autofree gchar *ended = NULL;
	gint64 end = 0;

	(void)end_of(lines, series, "eol", &end, &ended);
	if (site->now <= end) {
		(void)tf_posture_add(posture, TF_FINDING_SUPPORTED, source, date, ended, NULL);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++) {
		g_autofree gchar *until = NULL;
		gint64 last = 0;

		if (end_of(lines, series, extensions[i].column, &last, &until) && site->now <= last) {
			(void)tf_posture_add(
				posture, extensions[i].finding, source, date, ended, until, NULL);
			return;
		}
	}
	(void)tf_posture_add(posture, TF_FINDING_UNSUPPORTED, source, date, ended, NULL);
}

/* FALSE when the list says nothing about this system. */
static gboolean look_into_list(const TfPostureSite *site, const System *system, TfPosture *posture)
{
	g_autofree gchar *path = NULL;
	g_autofree gchar *text = NULL;
	g_autofree gchar *day = NULL;
	g_auto(GStrv) lines = NULL;
	TfSiteFile file;
	gint64 end = 0;

	if (!is_plain(system->id) || !is_plain(system->codename))
		return FALSE;
	path = g_strconcat(LISTS, system->id, ".csv", NULL);
	text = tf_site_read(site, path, LIST_LIMIT, &file);
	if (text == NULL || !file.is_whole)
		return FALSE;
	lines = g_strsplit(text, "\n", -1);
	if (!end_of((const gchar *const *)lines, system->codename, "eol", &end, &day))
		return FALSE;
	if (!is_clock_behind(site, path, file.date, posture))
		judge_list(site, (const gchar *const *)lines, system->codename, path, file.date, posture);

	return TRUE;
}

static void judge_word(const TfPostureSite *site, const System *system, gint64 end, TfPosture *posture)
{
	TfPostureFinding finding =
		site->now < end + TF_DAY_SECONDS ? TF_FINDING_SUPPORTED : TF_FINDING_UNSUPPORTED;

	if (!is_clock_behind(site, system->source, system->file.date, posture))
		(void)tf_posture_add(
			posture, finding, system->source, system->file.date, system->support_end, NULL);
}

void tf_posture_support(const TfPostureSite *site, TfPosture *posture)
{
	g_auto(System) system = { 0 };
	gboolean is_told = read_system(site, &system);
	gint64 end = 0;

	if (is_told && system.support_end != NULL && tf_day_from_iso(system.support_end, &end))
		judge_word(site, &system, end, posture);
	else if (!is_told || !look_into_list(site, &system, posture))
		add_untold(&system, posture);
}
