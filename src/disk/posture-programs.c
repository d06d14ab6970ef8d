/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that came past the package manager (the guide's "Adobe, Java and the like"): nobody can tell here
 * whether they are patched, only that they are there. Those of packages are among the updates. */
#include <string.h>

#include "home-programs-private.h"
#include "local-programs-private.h"
#include "packages-private.h"
#include "posture-private.h"
#include "programs-private.h"

#define SOURCE "/opt, /usr/java, /usr/local, /usr/lib/jvm, /var/lib/flatpak, /snap, /var/lib/snapd/snaps, ~"

/* Where installers put things, and nothing else is. */
static const struct Place {
	const gchar *directory; /* "~/" is the home directory of whoever the key belongs to */
	const gchar *suffix;	/* of the entries that count, "" being all of them */
	const gchar *except[2];
} places[] = {
	{ "/opt", "", { NULL } },
	{ "/usr/java", "", { NULL } },
	{ "/var/lib/flatpak/app", "", { NULL } },
	{ "/snap", "", { "bin", "README" } },
	{ "/var/lib/snapd/snaps", ".snap", { NULL } },
	{ "~/.local/share/flatpak/app", "", { NULL } },
	{ "~/.sdkman/candidates/java", "", { "current", NULL } },
	{ "~/.asdf/installs/java", "", { NULL } },
	{ "~/.local/share/mise/installs/java", "", { NULL } },
	{ "~/.gradle/jdks", "", { NULL } },
};

static void look_at(TfPrograms *programs, const struct Place *place)
{
	g_auto(GStrv) names = tf_programs_list(programs, place->directory);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(place->directory, names[i], NULL);

		if (names[i][0] != '.' && g_str_has_suffix(names[i], place->suffix) &&
			g_strcmp0(names[i], place->except[0]) != 0 &&
			g_strcmp0(names[i], place->except[1]) != 0)
			tf_programs_add(programs, path);
	}
}

void tf_posture_programs(const TfPostureSite *site, TfPosture *posture)
{
	g_auto(TfPrograms) programs = tf_programs_new(site);
	const gchar *source = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		look_at(&programs, &places[i]);
	tf_local_programs_look(&programs);
	tf_home_programs_look(&programs);

	source = programs.asked_dpkg ? SOURCE ", " TF_PACKAGES_DIRECTORY : SOURCE;
	if (programs.n > 0)
		(void)tf_posture_add(
			posture, TF_FINDING_PROGRAMS_FOUND, source, site->now, programs.names->str, NULL);
	else if (programs.refused != NULL)
		tf_posture_add(
			posture, TF_FINDING_PROGRAMS_UNREADABLE, source, site->now, programs.refused, NULL)
			->root_would_add = TRUE;
	else if (programs.elsewhere != NULL)
		(void)tf_posture_add(
			posture, TF_FINDING_PROGRAMS_ELSEWHERE, source, site->now, programs.elsewhere, NULL);
	else
		(void)tf_posture_add(posture, TF_FINDING_PROGRAMS_NONE, source, site->now, NULL);
}
