/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/search.h"

#include "json-private.h"
#include "search-private.h"

#define PATHS_LIMIT 10000u
#define PATH_LIMIT  32768u

#define SEARCH(member) G_STRUCT_OFFSET(TfSearch, member)

static const TfJsonField fields[] = {
	{ "files", SEARCH(n_files), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "left_out", SEARCH(n_left_out), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "unreadable", SEARCH(n_unreadable), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "n_skipped", SEARCH(n_skipped), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	TF_JSON_END,
};

static const gchar *const exposure_names[TF_N_EXPOSURES] = {
	[TF_EXPOSURE_UNPROTECTED] = "unprotected",
	[TF_EXPOSURE_MAIL] = "mail",
	[TF_EXPOSURE_SYNCED] = "synced",
	[TF_EXPOSURE_SHARED] = "shared",
	[TF_EXPOSURE_READABLE] = "readable",
	[TF_EXPOSURE_WEAK] = "weak",
	[TF_EXPOSURE_INFECTED] = "infected",
};

TfSearch *tf_search_new(void)
{
	TfSearch *search = g_new0(TfSearch, 1);

	search->paths = g_ptr_array_new_with_free_func(g_free);
	search->skipped = g_ptr_array_new_with_free_func(g_free);
	search->elsewhere = g_ptr_array_new_with_free_func(g_free);

	return search;
}

void tf_search_free(TfSearch *search)
{
	if (search == NULL)
		return;

	g_ptr_array_unref(search->paths);
	g_ptr_array_unref(search->skipped);
	g_ptr_array_unref(search->elsewhere);
	g_free(search);
}

const gchar *tf_exposure_name(TfExposure exposure)
{
	return exposure_names[exposure];
}

const gchar *tf_exposures_word(guint exposures)
{
	return exposures != 0 ? "suspected" : "not-seen";
}

json_t *tf_exposures_to_json(guint exposures)
{
	json_t *array = json_array();

	for (guint i = 0; i < TF_N_EXPOSURES; i++) {
		if ((exposures & 1u << i) != 0)
			(void)json_array_append_new(array, json_string(exposure_names[i]));
	}

	return array;
}

json_t *tf_search_to_json(const TfSearch *search, gboolean is_public)
{
	json_t *object = json_object();

	tf_json_write(object, search, fields);
	(void)json_object_set_new(object, "exposures", tf_exposures_to_json(search->exposures));
	(void)json_object_set_new(object, "elsewhere", tf_json_texts(search->elsewhere));
	if (is_public)
		return object;
	(void)json_object_set_new(object, "paths", tf_json_texts(search->paths));
	(void)json_object_set_new(object, "skipped", tf_json_texts(search->skipped));

	return object;
}

gboolean tf_exposures_read(const json_t *object, guint *ret_exposures)
{
	const json_t *array = tf_json_array(object, "exposures", TF_N_EXPOSURES);

	for (gsize i = 0; i < json_array_size(array); i++) {
		guint exposure = 0;

		if (!tf_json_name(json_array_get(array, i), exposure_names, TF_N_EXPOSURES, &exposure))
			return FALSE;
		*ret_exposures |= 1u << exposure;
	}

	return array != NULL;
}

/* A public copy has none. */
static gboolean read_paths(const json_t *object, const gchar *key, GPtrArray *paths)
{
	return json_object_get(object, key) == NULL ||
	       tf_json_read_texts(object, key, PATHS_LIMIT, PATH_LIMIT, paths);
}

TfSearch *tf_search_from_json(const json_t *object)
{
	g_autoptr(TfSearch) search = tf_search_new();
	const gchar *bad = NULL;

	if (!tf_json_read(object, search, fields, &bad) || !tf_exposures_read(object, &search->exposures) ||
		!tf_json_read_texts(object, "elsewhere", TF_ELSEWHERE_LIMIT, TF_ELSEWHERE_LENGTH_LIMIT,
			search->elsewhere) ||
		!read_paths(object, "paths", search->paths) ||
		!read_paths(object, "skipped", search->skipped))
		return NULL;

	return g_steal_pointer(&search);
}
