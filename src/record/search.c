/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/search.h"

#include <string.h>

#include "json-private.h"
#include "search-private.h"

#define PATHS_LIMIT 10000u
#define PATH_LIMIT  32768u

#define KIND_LIMIT 32u

#define SEARCH(member)	G_STRUCT_OFFSET(TfSearch, member)
#define UNKNOWN(member) G_STRUCT_OFFSET(TfUnknown, member)

static const TfJsonField fields[] = {
	{ "files", SEARCH(n_files), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "left_out", SEARCH(n_left_out), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "unreadable", SEARCH(n_unreadable), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	{ "n_skipped", SEARCH(n_skipped), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
	TF_JSON_END,
};

static const TfJsonField unknown_fields[] = {
	{ "path", UNKNOWN(path), TF_JSON_TEXT, TRUE, 1, PATH_LIMIT },
	{ "member", UNKNOWN(member), TF_JSON_TEXT, TRUE, 1, PATH_LIMIT },
	{ "kind", UNKNOWN(kind), TF_JSON_TEXT, FALSE, 1, KIND_LIMIT },
	TF_JSON_END,
};

/* Of a public copy. */
static const TfJsonField count_fields[] = {
	{ "count", UNKNOWN(count), TF_JSON_COUNT, FALSE, 1, TF_UNKNOWN_LIMIT },
	TF_JSON_END,
};

static const TfJsonField left_out_fields[] = {
	{ "path", G_STRUCT_OFFSET(TfLeftOut, path), TF_JSON_TEXT, FALSE, 1, PATH_LIMIT },
	TF_JSON_END,
};

static const gchar *const limit_names[TF_N_LIMITS] = {
	[TF_LIMIT_TOO_LARGE] = "too-large",
	[TF_LIMIT_TOO_DEEP] = "too-deep",
	[TF_LIMIT_LOCKED] = "locked",
	[TF_LIMIT_DAMAGED] = "unreadable",
	[TF_LIMIT_UNANSWERED] = "unanswered",
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

static const gchar *const mode_names[] = { "heads", "whole" };

static void unknown_free(gpointer data)
{
	tf_json_clear(data, unknown_fields);
	g_free(data);
}

TfLeftOut *tf_left_out_new(const gchar *path, guint limits)
{
	TfLeftOut *left_out = g_new0(TfLeftOut, 1);

	left_out->path = g_strdup(path);
	left_out->limits = limits;

	return left_out;
}

void tf_left_out_free(TfLeftOut *left_out)
{
	if (left_out == NULL)
		return;

	tf_json_clear(left_out, left_out_fields);
	g_free(left_out);
}

TfSearch *tf_search_new(void)
{
	TfSearch *search = g_new0(TfSearch, 1);

	search->paths = g_ptr_array_new_with_free_func(g_free);
	search->skipped = g_ptr_array_new_with_free_func(g_free);
	search->elsewhere = g_ptr_array_new_with_free_func(g_free);
	search->unknown = g_ptr_array_new_with_free_func(unknown_free);
	search->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)tf_left_out_free);
	search->unreadable = g_ptr_array_new_with_free_func(g_free);

	return search;
}

void tf_search_free(TfSearch *search)
{
	if (search == NULL)
		return;

	g_ptr_array_unref(search->paths);
	g_ptr_array_unref(search->skipped);
	g_ptr_array_unref(search->elsewhere);
	g_ptr_array_unref(search->unknown);
	g_ptr_array_unref(search->left_out);
	g_ptr_array_unref(search->unreadable);
	g_free(search);
}

void tf_search_add_unknown(TfSearch *search, const gchar *path, const gchar *member, const gchar *kind)
{
	TfUnknown *unknown = NULL;

	search->n_unknown++;
	if (search->unknown->len >= TF_UNKNOWN_LIMIT)
		return;
	unknown = g_new0(TfUnknown, 1);
	unknown->path = g_strdup(path);
	unknown->member = g_strdup(member);
	unknown->kind = g_strdup(kind);
	unknown->count = 1;
	g_ptr_array_add(search->unknown, unknown);
}

const gchar *tf_limit_name(TfLimit limit)
{
	return limit_names[limit];
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

static const gchar *kind_at(const TfSearch *search, guint index)
{
	return ((const TfUnknown *)g_ptr_array_index(search->unknown, index))->kind;
}

guint tf_search_count_unknown(const TfSearch *search, guint index)
{
	const gchar *kind = kind_at(search, index);
	guint count = 0;

	for (guint i = 0; i < search->unknown->len; i++) {
		if (strcmp(kind_at(search, i), kind) != 0)
			continue;
		if (i < index)
			return 0;
		count += ((const TfUnknown *)g_ptr_array_index(search->unknown, i))->count;
	}

	return count;
}

static json_t *unknown_to_json(const TfSearch *search)
{
	json_t *array = json_array();

	for (guint i = 0; i < search->unknown->len; i++) {
		json_t *object = json_object();

		tf_json_write(object, g_ptr_array_index(search->unknown, i), unknown_fields);
		(void)json_array_append_new(array, object);
	}

	return array;
}

static json_t *unknown_counts(const TfSearch *search)
{
	json_t *array = json_array();

	for (guint i = 0; i < search->unknown->len; i++) {
		guint count = tf_search_count_unknown(search, i);

		if (count > 0)
			(void)json_array_append_new(
				array, json_pack("{s:o,s:I}", "kind", tf_json_text(kind_at(search, i)),
					       "count", (json_int_t)count));
	}

	return array;
}

static json_t *left_out_to_json(const TfSearch *search)
{
	json_t *array = json_array();

	for (guint i = 0; i < search->left_out->len; i++) {
		const TfLeftOut *left_out = g_ptr_array_index(search->left_out, i);
		json_t *object = json_object();
		json_t *whys = json_array();

		for (guint limit = 0; limit < TF_N_LIMITS; limit++) {
			if ((left_out->limits & 1u << limit) != 0)
				(void)json_array_append_new(whys, json_string(limit_names[limit]));
		}
		tf_json_write(object, left_out, left_out_fields);
		(void)json_object_set_new(object, "why", whys);
		(void)json_array_append_new(array, object);
	}

	return array;
}

const gchar *tf_search_mode(gboolean reads_whole)
{
	return mode_names[reads_whole ? 1 : 0];
}

json_t *tf_search_to_json(const TfSearch *search, gboolean is_public)
{
	json_t *object = json_object();

	tf_json_write(object, search, fields);
	(void)json_object_set_new(object, "mode", json_string(tf_search_mode(search->reads_whole)));
	(void)json_object_set_new(object, "exposures", tf_exposures_to_json(search->exposures));
	(void)json_object_set_new(object, "elsewhere", tf_json_texts(search->elsewhere));
	(void)json_object_set_new(object, "n_unknown", json_integer(search->n_unknown));
	(void)json_object_set_new(
		object, "unknown", is_public ? unknown_counts(search) : unknown_to_json(search));
	if (is_public)
		return object;
	(void)json_object_set_new(object, "paths", tf_json_texts(search->paths));
	(void)json_object_set_new(object, "skipped", tf_json_texts(search->skipped));
	(void)json_object_set_new(object, "left_out_files", left_out_to_json(search));
	(void)json_object_set_new(object, "unreadable_files", tf_json_texts(search->unreadable));

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

/* Older records have none. */
static gboolean read_mode(const json_t *object, gboolean *ret_reads_whole)
{
	const json_t *mode = json_object_get(object, "mode");
	guint index = 0;

	if (mode != NULL && !tf_json_name(mode, mode_names, G_N_ELEMENTS(mode_names), &index))
		return FALSE;
	*ret_reads_whole = index == 1;

	return TRUE;
}

/* A public copy has none. */
static gboolean read_paths(const json_t *object, const gchar *key, GPtrArray *paths)
{
	return json_object_get(object, key) == NULL ||
	       tf_json_read_texts(object, key, PATHS_LIMIT, PATH_LIMIT, paths);
}

static gboolean read_left_out(const json_t *value, TfSearch *search)
{
	TfLeftOut *left_out = g_new0(TfLeftOut, 1);
	const json_t *whys = tf_json_array(value, "why", TF_N_LIMITS);
	const gchar *bad = NULL;

	g_ptr_array_add(search->left_out, left_out);
	for (gsize i = 0; i < json_array_size(whys); i++) {
		guint limit = 0;

		if (!tf_json_name(json_array_get(whys, i), limit_names, TF_N_LIMITS, &limit))
			return FALSE;
		left_out->limits |= 1u << limit;
	}

	return whys != NULL && tf_json_read(value, left_out, left_out_fields, &bad);
}

/* A public copy has none, nor had earlier versions. */
static gboolean read_all_left_out(const json_t *object, TfSearch *search)
{
	const json_t *array = tf_json_array(object, "left_out_files", TF_LEFT_OUT_LIMIT);

	if (json_object_get(object, "left_out_files") == NULL)
		return TRUE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		if (!read_left_out(json_array_get(array, i), search))
			return FALSE;
	}

	return array != NULL;
}

static gboolean read_unknown(const json_t *value, TfSearch *search)
{
	const gchar *bad = NULL;
	TfUnknown *unknown = g_new0(TfUnknown, 1);

	g_ptr_array_add(search->unknown, unknown);
	unknown->count = 1;

	return tf_json_read(value, unknown, unknown_fields, &bad) &&
	       (json_object_get(value, "count") == NULL || tf_json_read(value, unknown, count_fields, &bad));
}

/* Reports of earlier versions tell nothing of them. */
static gboolean read_all_unknown(const json_t *object, TfSearch *search)
{
	static const TfJsonField count[] = {
		{ "n_unknown", SEARCH(n_unknown), TF_JSON_COUNT, FALSE, 0, G_MAXUINT },
		TF_JSON_END,
	};
	const json_t *array = tf_json_array(object, "unknown", TF_UNKNOWN_LIMIT);
	const gchar *bad = NULL;

	if (json_object_get(object, "n_unknown") == NULL && json_object_get(object, "unknown") == NULL)
		return TRUE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		if (!read_unknown(json_array_get(array, i), search))
			return FALSE;
	}

	return array != NULL && tf_json_read(object, search, count, &bad);
}

TfSearch *tf_search_from_json(const json_t *object)
{
	g_autoptr(TfSearch) search = tf_search_new();
	const gchar *bad = NULL;

	if (!tf_json_read(object, search, fields, &bad) || !tf_exposures_read(object, &search->exposures) ||
		!read_mode(object, &search->reads_whole) ||
		!tf_json_read_texts(object, "elsewhere", TF_ELSEWHERE_LIMIT, TF_ELSEWHERE_LENGTH_LIMIT,
			search->elsewhere) ||
		!read_paths(object, "paths", search->paths) ||
		!read_paths(object, "skipped", search->skipped) ||
		!read_paths(object, "unreadable_files", search->unreadable) ||
		!read_all_left_out(object, search) || !read_all_unknown(object, search))
		return NULL;

	return g_steal_pointer(&search);
}
