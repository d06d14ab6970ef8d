/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "local-programs-private.h"

#include <sys/stat.h>

#include "packages-private.h"
#include "unpacked-private.h"

#define LOCAL "/usr/local"

/* Where every entry that can be run, and every folder that is not empty, is a program. */
static const gchar *const places[] = { LOCAL "/bin", LOCAL "/sbin", LOCAL "/games", LOCAL "/lib/jvm",
	"/usr/lib/jvm" };

/* Where much else lies: only what looks like an unpacked program is one. */
static const gchar *const mixed[] = { LOCAL "/lib", LOCAL "/libexec", LOCAL "/share", LOCAL "/src" };

/* What belongs directly below /usr/local (file-hierarchy(7), hier(7)); all else was put there. */
static const gchar *const ordinary[] = { "bin", "etc", "games", "include", "lib", "lib32", "lib64", "libexec",
	"libx32", "lost+found", "man", "sbin", "share", "src", "var", NULL };

typedef struct Candidate {
	gchar *path;
	gchar *end; /* where its links end */
} Candidate;

static void candidate_free(gpointer data)
{
	Candidate *candidate = data;

	g_free(candidate->path);
	g_free(candidate->end);
	g_free(candidate);
}

static gboolean is_of_interest(TfPrograms *programs, const gchar *path, mode_t mode)
{
	g_auto(GStrv) names = S_ISDIR(mode) ? tf_programs_list(programs, path) : NULL;

	if (S_ISDIR(mode))
		return names != NULL && names[0] != NULL;

	return S_ISREG(mode) && ((mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0 || tf_unpacked_is_image(path));
}

/* A link that leads nowhere is nothing that could run. */
static void propose(TfPrograms *programs, GPtrArray *candidates, const gchar *path)
{
	TfSiteAccess access = TF_SITE_NONE;
	mode_t mode = 0;
	g_autofree gchar *end = tf_site_end(programs->site, path, &mode, &access);
	Candidate *candidate = NULL;

	tf_programs_note(programs, path, access);
	if (end == NULL || !is_of_interest(programs, path, mode))
		return;
	candidate = g_new0(Candidate, 1);
	candidate->path = g_strdup(path);
	candidate->end = g_steal_pointer(&end);
	g_ptr_array_add(candidates, candidate);
}

static void look_at_place(TfPrograms *programs, GPtrArray *candidates, const gchar *place)
{
	g_auto(GStrv) names = tf_programs_list(programs, place);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(place, names[i], NULL);

		propose(programs, candidates, path);
	}
}

static void look_below_local(TfPrograms *programs, GPtrArray *candidates)
{
	g_auto(GStrv) names = tf_programs_list(programs, LOCAL);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(LOCAL, names[i], NULL);

		if (!g_strv_contains(ordinary, names[i]))
			propose(programs, candidates, path);
	}
}

static void look_among(TfPrograms *programs, GPtrArray *candidates, const gchar *place)
{
	g_auto(GStrv) names = tf_programs_list(programs, place);

	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(place, names[i], NULL);
		TfSiteAccess access = tf_unpacked_look(programs, path);

		tf_programs_note(programs, path, access);
		if (access == TF_SITE_READ)
			propose(programs, candidates, path);
	}
}

static GHashTable *paths_of(const GPtrArray *candidates)
{
	GHashTable *paths = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(candidates, i);

		(void)g_hash_table_add(paths, candidate->path);
		(void)g_hash_table_add(paths, candidate->end);
	}

	return paths;
}

static void judge(TfPrograms *programs, const GPtrArray *candidates)
{
	g_autoptr(GHashTable) paths = paths_of(candidates);
	TfSiteAccess access = tf_packages_take_out(programs->site, paths);

	programs->asked_dpkg = TRUE;
	for (guint i = 0; i < candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(candidates, i);

		if (!g_hash_table_contains(paths, candidate->path) ||
			!g_hash_table_contains(paths, candidate->end) ||
			(access == TF_SITE_NONE && tf_packages_have_place(candidate->end)))
			continue;
		tf_programs_note(programs, TF_PACKAGES_DIRECTORY, access);
		if (access == TF_SITE_READ || access == TF_SITE_NONE)
			tf_programs_add(programs, candidate->path);
	}
}

void tf_local_programs_look(TfPrograms *programs)
{
	g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func(candidate_free);

	look_below_local(programs, candidates);
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		look_at_place(programs, candidates, places[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(mixed); i++)
		look_among(programs, candidates, mixed[i]);
	if (candidates->len > 0)
		judge(programs, candidates);
}
