/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files-private.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"

#define SUFFIX ".profile"

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const gchar *const *)a, *(const gchar *const *)b);
}

/* A directory that is not there holds no profiles. */
static GPtrArray *names_in(const gchar *directory)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
	const gchar *name = NULL;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		if (name[0] != '.' && g_str_has_suffix(name, SUFFIX))
			g_ptr_array_add(names, g_strdup(name));
	}
	g_ptr_array_sort(names, compare_names);

	return names;
}

static void add_files(const gchar *root, const gchar *kind, GHashTable *seen, GPtrArray *paths)
{
	g_autofree gchar *directory = g_build_filename(root, kind, NULL);
	g_autoptr(GPtrArray) names = names_in(directory);

	for (guint i = 0; i < names->len; i++) {
		const gchar *name = g_ptr_array_index(names, i);

		if (g_hash_table_add(seen, g_strdup(name)))
			g_ptr_array_add(paths, g_build_filename(directory, name, NULL));
	}
}

static gboolean holds_kind(const gchar *root, const gchar *kind)
{
	g_autofree gchar *directory = g_build_filename(root, kind, NULL);

	return g_file_test(directory, G_FILE_TEST_IS_DIR);
}

GPtrArray *tf_profile_list_files(const gchar *kind, const gchar *directory)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree gchar *own = g_build_filename(g_get_user_config_dir(), PACKAGE, "profiles", NULL);
	const gchar *const roots[] = { own, SYSCONFDIR "/profiles", PROFILEDIR };
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	/* A folder that has nothing to say about a kind leaves that kind as it is. */
	if (directory != NULL && holds_kind(directory, kind)) {
		add_files(directory, kind, seen, paths);
		return paths;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(roots); i++)
		add_files(roots[i], kind, seen, paths);

	return paths;
}

gchar *tf_profile_name_of(const gchar *path)
{
	gchar *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, SUFFIX))
		name[strlen(name) - strlen(SUFFIX)] = '\0';

	return name;
}

gpointer tf_profile_load_file(const TfProfileKind *kind, const gchar *path, GError **error)
{
	g_autoptr(GBytes) bytes = tf_file_load(path, TF_PROFILE_SIZE_LIMIT, error);

	return bytes != NULL ? kind->parse(bytes, path, error) : NULL;
}

gpointer tf_profile_load_named(
	const TfProfileKind *kind, const gchar *name, const gchar *directory, GError **error)
{
	g_autoptr(GPtrArray) paths = tf_profile_list_files(kind->name, directory);

	for (guint i = 0; i < paths->len; i++) {
		g_autofree gchar *found = tf_profile_name_of(g_ptr_array_index(paths, i));

		if (strcmp(found, name) == 0)
			return tf_profile_load_file(kind, g_ptr_array_index(paths, i), error);
	}
	tf_raise(error, TF_ERROR_PROFILE_MISSING, name, NULL);

	return NULL;
}

GPtrArray *tf_profile_load_all(const TfProfileKind *kind, const gchar *directory, GError **error)
{
	g_autoptr(GPtrArray) paths = tf_profile_list_files(kind->name, directory);
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(kind->destroy);

	for (guint i = 0; i < paths->len; i++) {
		gpointer value = tf_profile_load_file(kind, g_ptr_array_index(paths, i), error);

		if (value == NULL)
			return NULL;
		g_ptr_array_add(values, value);
	}

	return g_steal_pointer(&values);
}
