/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "home-programs-private.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "packages-private.h"
#include "unpacked-private.h"

/* Deeper than what is looked through anyway: the folders that lie directly in the home directory. */
static const gchar *const deep_folders[] = { "~/.local/bin", "~/.local/lib", "~/.local/opt",
	"~/.local/share" };

/* Where Wine, and what manages it, keep the disks of Windows: each entry that begins so is one. */
static const struct Prefixes {
	const gchar *directory;
	const gchar *beginning;
} prefixes[] = {
	{ "~/.", ".wine" }, { "~/.local/share/wineprefixes", "" }, { "~/.local/share/bottles/bottles", "" },
	{ "~/.var/app/com.usebottles.bottles/data/bottles/bottles", "" },
	{ "~/.var/app/org.winehq.Wine/data", "wine" }, { "~/.cxoffice", "" },
	{ "~/.PlayOnLinux/wineprefix", "" }, { "~/.Phoenicis/containers/wineprefix", "" },
	{ "~/Games", "" }, /* Lutris */
};

static const gchar *const program_folders[] = { "drive_c/Program Files", "drive_c/Program Files (x86)" };

/* What Wine itself puts there. */
static const gchar *const of_wine[] = { "Common Files", "Internet Explorer", "Windows Media Player",
	"Windows NT", NULL };

static guint depth(const gchar *path)
{
	guint n = 0;

	for (const gchar *c = path; *c != '\0'; c++)
		n += *c == '/' ? 1 : 0;

	return n;
}

/* At its own place, and no deeper than the link, so that what is in it is looked at as well. */
static gboolean is_looked_at_anyway(const gchar *own, const gchar *link)
{
	return own[0] != '\0' && strcmp(own, link) != 0 && depth(own) <= MIN(depth(link), 1);
}

/* Of what is no way within the home directory: a link to a file that nobody runs, to what came with a
 * package, or to what is looked at anyway. */
static gboolean is_link_of_no_matter(const TfPrograms *programs, const gchar *path)
{
	const gchar *link = path + strlen("~/");
	g_autofree gchar *absolute = g_build_filename(programs->site->home, link, NULL);
	TfSiteAccess access = TF_SITE_NONE;
	mode_t mode = 0;
	mode_t mode_of_home = 0;
	g_autofree gchar *end = tf_site_end(programs->site, absolute, &mode, &access);
	g_autofree gchar *home = tf_site_end(programs->site, programs->site->home, &mode_of_home, &access);
	const gchar *below = end != NULL && home != NULL ? tf_file_below(end, home) : NULL;

	if (end == NULL)
		return FALSE;
	if (!S_ISDIR(mode) && (below != NULL || (mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == 0))
		return TRUE;
	if (below != NULL)
		return is_looked_at_anyway(below + strspn(below, "/"), link);

	return tf_packages_have_place(end);
}

/* TRUE: no program, but there may be one in it. */
static gboolean look_at(TfPrograms *programs, const gchar *path)
{
	TfSiteAccess access = tf_unpacked_look(programs, path);

	if (access == TF_SITE_READ)
		tf_programs_add(programs, path);
	else if (access != TF_SITE_ELSEWHERE || !is_link_of_no_matter(programs, path))
		tf_programs_note(programs, path, access);

	return access == TF_SITE_NONE;
}

static void look_into(TfPrograms *programs, const gchar *folder)
{
	g_auto(GStrv) names = tf_programs_list(programs, folder);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(folder, names[i], NULL);

		(void)look_at(programs, path);
	}
}

static void look_into_home(TfPrograms *programs)
{
	g_auto(GStrv) names = tf_programs_list(programs, "~/.");

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename("~", names[i], NULL);

		/* Has a "bin" of many things, which is looked into. */
		if (strcmp(names[i], ".local") == 0 || look_at(programs, path))
			look_into(programs, path);
	}
}

static void look_into_prefix(TfPrograms *programs, const gchar *prefix)
{
	for (gsize i = 0; i < G_N_ELEMENTS(program_folders); i++) {
		g_autofree gchar *folder = g_build_filename(prefix, program_folders[i], NULL);
		g_auto(GStrv) names = tf_programs_list(programs, folder);

		for (guint k = 0; names != NULL && names[k] != NULL; k++) {
			g_autofree gchar *path = g_build_filename(folder, names[k], NULL);

			if (names[k][0] != '.' && !g_strv_contains(of_wine, names[k]))
				tf_programs_add(programs, path);
		}
	}
}

static void look_for_windows(TfPrograms *programs, const struct Prefixes *among)
{
	g_auto(GStrv) names = tf_programs_list(programs, among->directory);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *prefix = strcmp(among->directory, "~/.") == 0
						   ? g_build_filename("~", names[i], NULL)
						   : g_build_filename(among->directory, names[i], NULL);

		if (g_str_has_prefix(names[i], among->beginning))
			look_into_prefix(programs, prefix);
	}
}

void tf_home_programs_look(TfPrograms *programs)
{
	look_into_home(programs);
	for (gsize i = 0; i < G_N_ELEMENTS(deep_folders); i++)
		look_into(programs, deep_folders[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
		look_for_windows(programs, &prefixes[i]);
}
