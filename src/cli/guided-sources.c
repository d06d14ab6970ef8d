/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the person of a guided run has to choose from: files by name, in the usual places and not into
 * folders, and the key stores of browsers with keys in them. It is no search for copies. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/file.h"
#include "disk/contents.h"
#include "guided-private.h"

#define SOURCES_LIMIT 20u
#define NAMES_LIMIT   1000u
#define STORE_KEYS    "key4.db"

static const GUserDirectory usual_folders[] = {
	G_USER_DIRECTORY_DESKTOP,
	G_USER_DIRECTORY_DOCUMENTS,
	G_USER_DIRECTORY_DOWNLOAD,
};

static const gchar *const media_roots[] = { "/media", "/run/media" };

/* Below the home directory: folders of profiles, as packages, snaps and Flatpaks have them … */
static const gchar *const profile_roots[] = {
	".mozilla/firefox",
	"snap/firefox/common/.mozilla/firefox",
	".var/app/org.mozilla.firefox/.mozilla/firefox",
	".thunderbird",
	"snap/thunderbird/common/.thunderbird",
	".var/app/org.mozilla.Thunderbird/.thunderbird",
};

/* … and what is a store itself, of Chromium and its like. */
static const gchar *const stores[] = { ".pki/nssdb", ".local/share/pki/nssdb",
	"snap/chromium/current/.pki/nssdb" };

static void source_free(TfGuidedSource *source)
{
	g_free(source->path);
	g_free(source);
}

/* 'path' is taken over. */
static void add(GPtrArray *sources, gchar *path, gboolean is_store)
{
	TfGuidedSource *source = g_new0(TfGuidedSource, 1);

	source->path = path;
	source->is_store = is_store;
	g_ptr_array_add(sources, source);
}

static gboolean is_named_so(const gchar *name)
{
	g_autofree gchar *lower = g_ascii_strdown(name, -1);

	return g_str_has_suffix(lower, ".p12") || g_str_has_suffix(lower, ".pfx");
}

static void look_into_folder(GPtrArray *sources, const gchar *folder)
{
	g_autoptr(GDir) directory = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
	const gchar *name = NULL;

	while (directory != NULL && sources->len < SOURCES_LIMIT &&
		(name = g_dir_read_name(directory)) != NULL) {
		if (is_named_so(name))
			add(sources, g_build_filename(folder, name, NULL), FALSE);
	}
}

static void look_at_media(GPtrArray *sources)
{
	for (gsize i = 0; i < G_N_ELEMENTS(media_roots); i++) {
		g_autofree gchar *ours = g_build_filename(media_roots[i], g_get_user_name(), NULL);
		g_autoptr(GDir) directory = g_dir_open(ours, 0, NULL);
		const gchar *name = NULL;

		while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
			g_autofree gchar *medium = g_build_filename(ours, name, NULL);

			look_into_folder(sources, medium);
		}
	}
}

static gboolean note_store(const TfPiece *piece, gpointer user_data)
{
	*(gboolean *)user_data = piece->form == TF_FORM_NSS && piece->member == NULL;

	return FALSE;
}

/* Every browser has such a database; few have a key in it. */
static gboolean holds_key(const gchar *folder)
{
	g_autofree gchar *path = g_build_filename(folder, STORE_KEYS, NULL);
	TF_AUTO_FD int fd = tf_file_open_unnoticed(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	TfContentsLimits limits;
	gboolean holds = FALSE;

	return fd >= 0 && tf_contents_visit(fd, path, NULL, note_store, &holds, &limits, NULL) && holds;
}

/* Under its own name: a link to it is no other store. */
static void look_at_store(GPtrArray *sources, const gchar *folder)
{
	char *real = realpath(folder, NULL);

	if (real != NULL && sources->len < SOURCES_LIMIT && holds_key(real))
		add(sources, g_strdup(real), TRUE);
	free(real);
}

static void look_at_profiles(GPtrArray *sources, const gchar *root)
{
	g_autoptr(GDir) directory = g_dir_open(root, 0, NULL);
	const gchar *name = NULL;

	for (guint n = 0; directory != NULL && n < NAMES_LIMIT; n++) {
		g_autofree gchar *folder = NULL;

		name = g_dir_read_name(directory);
		if (name == NULL)
			return;
		folder = g_build_filename(root, name, NULL);
		look_at_store(sources, folder);
	}
}

static void look_for_stores(GPtrArray *sources, const gchar *home)
{
	for (gsize i = 0; i < G_N_ELEMENTS(profile_roots); i++) {
		g_autofree gchar *root = g_build_filename(home, profile_roots[i], NULL);

		look_at_profiles(sources, root);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(stores); i++) {
		g_autofree gchar *folder = g_build_filename(home, stores[i], NULL);

		look_at_store(sources, folder);
	}
}

GPtrArray *tf_guided_sources(gboolean offers_stores)
{
	GPtrArray *sources = g_ptr_array_new_with_free_func((GDestroyNotify)source_free);

	look_at_media(sources);
	look_into_folder(sources, g_get_home_dir());
	for (gsize i = 0; i < G_N_ELEMENTS(usual_folders); i++) {
		const gchar *folder = g_get_user_special_dir(usual_folders[i]);

		if (g_strcmp0(folder, g_get_home_dir()) != 0)
			look_into_folder(sources, folder);
	}
	if (offers_stores)
		look_for_stores(sources, g_get_home_dir());

	return sources;
}

gboolean tf_guided_is_store(const gchar *path)
{
	g_autofree gchar *keys = g_build_filename(path, STORE_KEYS, NULL);

	return g_file_test(path, G_FILE_TEST_IS_DIR) && g_file_test(keys, G_FILE_TEST_IS_REGULAR);
}
