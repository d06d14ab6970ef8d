/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that came past the package manager (the guide's "Adobe, Java and the like"): nobody can tell here
 * whether they are patched, only that they are there. Those of packages are among the updates. */
#include <string.h>

#include "posture-private.h"
#include "site-private.h"

#define FILES_LIMIT 20000u
#define NAMES_SHOWN 5u
#define SOURCE	    "/opt, /usr/local, /usr/java, /var/lib/flatpak, /snap, ~"

/* Where installers put things: the entries that begin and end so, "" being all of them. */
static const struct Place {
	const gchar *directory; /* "~/" is the home directory of whoever the key belongs to */
	const gchar *prefix;
	const gchar *suffix;
	const gchar *except[2];
} places[] = {
	{ "/opt", "", "", { NULL } },
	{ "/usr/java", "", "", { NULL } },
	{ "/usr/local", "jdk", "", { NULL } },
	{ "/usr/local", "jre", "", { NULL } },
	{ "/usr/local", "java", "", { NULL } },
	{ "/usr/local", "Adobe", "", { NULL } },
	{ "/usr/local/bin", "", ".AppImage", { NULL } },
	{ "/usr/local/lib/jvm", "", "", { NULL } },
	{ "/var/lib/flatpak/app", "", "", { NULL } },
	{ "/snap", "", "", { "bin", "README" } },
	{ "/var/lib/snapd/snaps", "", ".snap", { NULL } },
	{ "~/.local/share/flatpak/app", "", "", { NULL } },
	{ "~/.sdkman/candidates/java", "", "", { "current", NULL } },
	{ "~/.asdf/installs/java", "", "", { NULL } },
	{ "~/.local/share/mise/installs/java", "", "", { NULL } },
	{ "~/.jdks", "", "", { NULL } },
	{ "~/.wine/drive_c/Program Files", "Adobe", "", { NULL } },
	{ "~/.wine/drive_c/Program Files", "Java", "", { NULL } },
	{ "~/.wine/drive_c/Program Files (x86)", "Adobe", "", { NULL } },
	{ "~/.wine/drive_c/Program Files (x86)", "Java", "", { NULL } },
};

/* Where people unpack things and leave what they downloaded: among much else, so that an entry has to look
 * like a program. */
static const gchar *const own_folders[] = { ".", "bin", "opt", "apps", "Applications", ".local", ".local/bin",
	".local/opt", ".local/share", "Desktop", "デスクトップ", "Downloads", "ダウンロード" };

typedef struct Look {
	const TfPostureSite *site;
	GString *names; /* of the first that were found */
	guint n;
	gchar *refused;	  /* the first such place; NULL: none */
	gchar *elsewhere; /* likewise */
} Look;

static void look_clear(Look *look)
{
	g_string_free(look->names, TRUE);
	g_free(look->refused);
	g_free(look->elsewhere);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

static void add_name(Look *look, const gchar *directory, const gchar *name)
{
	if (look->n == NAMES_SHOWN)
		g_string_append(look->names, " …");
	if (look->n < NAMES_SHOWN)
		g_string_append_printf(look->names, "%s%s/%s", look->n > 0 ? " " : "", directory, name);
	look->n++;
}

static void note_place(gchar **place, const gchar *directory)
{
	if (*place == NULL)
		*place = g_strdup(directory);
}

/* NULL: there is nothing, or what hinders is noted. */
static GStrv list(Look *look, const gchar *directory)
{
	TfSiteAccess found = TF_SITE_READ;
	g_auto(GStrv) names = directory[0] == '~' ? tf_site_list_own(look->site, directory + strlen("~/"),
							    FILES_LIMIT, &found)
						  : tf_site_list(look->site, directory, FILES_LIMIT, &found);

	if (found == TF_SITE_REFUSED)
		note_place(&look->refused, directory);
	if (found == TF_SITE_ELSEWHERE || (names != NULL && g_strv_length(names) == FILES_LIMIT))
		note_place(&look->elsewhere, directory);

	return g_steal_pointer(&names);
}

static void look_at(Look *look, const struct Place *place)
{
	g_auto(GStrv) names = list(look, place->directory);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		if (names[i][0] != '.' && g_str_has_prefix(names[i], place->prefix) &&
			g_str_has_suffix(names[i], place->suffix) &&
			g_strcmp0(names[i], place->except[0]) != 0 &&
			g_strcmp0(names[i], place->except[1]) != 0)
			add_name(look, place->directory, names[i]);
	}
}

/* An AppImage, or Java as its archives unpack it. A link of that name leads to one. */
static gboolean is_program(const Look *look, const gchar *folder, const gchar *name)
{
	g_autofree gchar *java = g_build_filename(folder, name, "bin", "java", NULL);
	g_autofree gchar *programs = g_path_get_dirname(java);
	gsize length = strlen(name);

	if (length > strlen(".AppImage") &&
		g_ascii_strcasecmp(name + length - strlen(".AppImage"), ".AppImage") == 0)
		return TRUE;
	if (g_str_has_prefix(name, "jdk") || g_str_has_prefix(name, "jre")) {
		TfSiteAccess access = tf_site_look_own(look->site, programs);

		return access == TF_SITE_READ || access == TF_SITE_ELSEWHERE;
	}

	return tf_site_look_own(look->site, java) == TF_SITE_READ;
}

static void look_into_folder(Look *look, const gchar *folder)
{
	g_autofree gchar *directory =
		strcmp(folder, ".") == 0 ? g_strdup("~") : g_build_filename("~", folder, NULL);
	g_autofree gchar *place = g_build_filename("~", folder, NULL);
	g_auto(GStrv) names = list(look, place);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		if (names[i][0] != '.' && is_program(look, folder, names[i]))
			add_name(look, directory, names[i]);
	}
}

void tf_posture_programs(const TfPostureSite *site, TfPosture *posture)
{
	g_auto(Look) look = { .site = site, .names = g_string_new(NULL) };

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		look_at(&look, &places[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(own_folders); i++)
		look_into_folder(&look, own_folders[i]);
	if (look.n > 0)
		(void)tf_posture_add(
			posture, TF_FINDING_PROGRAMS_FOUND, SOURCE, site->now, look.names->str, NULL);
	else if (look.refused != NULL)
		tf_posture_add(posture, TF_FINDING_PROGRAMS_UNREADABLE, SOURCE, site->now, look.refused, NULL)
			->root_would_add = TRUE;
	else if (look.elsewhere != NULL)
		(void)tf_posture_add(
			posture, TF_FINDING_PROGRAMS_ELSEWHERE, SOURCE, site->now, look.elsewhere, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_PROGRAMS_NONE, SOURCE, site->now, NULL);
}
