/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unpacked-private.h"

#include <string.h>

#define IMAGE ".AppImage"

/* What lies in such a folder. The name of a program alone would be anybody's, so that most have a second file
 * beside them. */
static const struct Mark {
	const gchar *program;
	const gchar *beside; /* NULL: the first one is enough */
} marks[] = {
	{ "bin/java", NULL }, { "firefox", "application.ini" }, { "thunderbird", "application.ini" },
	{ "omni.ja", "application.ini" }, /* whatever else is built like these two */
	{ "Browser/firefox", "Browser/application.ini" },
	{ "icudtl.dat", "resources.pak" }, /* Chromium, and all that is built like it */
	{ "bin/acroread", NULL }, { "Reader9/bin/acroread", NULL }, { "Adobe/Reader9/bin/acroread", NULL },
	{ "ILINXR.TAR", "COMMON.TAR" }, /* Adobe Reader as it is before its installer ran */
};

static TfSiteAccess look_inside(const TfPrograms *programs, const gchar *folder, const gchar *name)
{
	g_autofree gchar *path = g_build_filename(folder, name, NULL);

	return tf_programs_look(programs, path);
}

static TfSiteAccess look_for(const TfPrograms *programs, const gchar *folder, const struct Mark *mark)
{
	TfSiteAccess program = look_inside(programs, folder, mark->program);
	TfSiteAccess beside = TF_SITE_READ;

	if (program != TF_SITE_NONE && mark->beside != NULL)
		beside = look_inside(programs, folder, mark->beside);
	if (beside == TF_SITE_NONE || beside == TF_SITE_READ)
		return beside == TF_SITE_READ ? program : TF_SITE_NONE;

	return beside;
}

/* Named as Java's archives name it, a link of that name leads to one. */
static gboolean is_java_by_name(const TfPrograms *programs, const gchar *path)
{
	g_autofree gchar *name = g_path_get_basename(path);
	TfSiteAccess access = TF_SITE_NONE;

	if (g_str_has_prefix(name, "jdk") || g_str_has_prefix(name, "jre"))
		access = look_inside(programs, path, "bin");

	return access == TF_SITE_READ || access == TF_SITE_ELSEWHERE;
}

gboolean tf_unpacked_is_image(const gchar *name)
{
	gsize length = strlen(name);

	return length > strlen(IMAGE) && g_ascii_strcasecmp(name + length - strlen(IMAGE), IMAGE) == 0;
}

TfSiteAccess tf_unpacked_look(const TfPrograms *programs, const gchar *path)
{
	/* Which asks for a folder that may be entered, and is no link. */
	TfSiteAccess worst = look_inside(programs, path, ".");

	if (tf_unpacked_is_image(path) || is_java_by_name(programs, path))
		return TF_SITE_READ;
	if (worst != TF_SITE_READ)
		return worst;

	worst = TF_SITE_NONE;
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		TfSiteAccess access = look_for(programs, path, &marks[i]);

		if (access == TF_SITE_READ)
			return TF_SITE_READ;
		if (worst == TF_SITE_NONE)
			worst = access;
	}

	return worst;
}
