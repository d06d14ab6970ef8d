/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/wiped.h"

#include <string.h>
#include <unistd.h>

#define NAME_MAY_STAY "name-may-stay"
#define SHARED	      "shared"
#define REFERENCE     "also="

gchar *tf_wiped_detail(const TfWipeResult *result)
{
	g_autoptr(GString) detail = g_string_new(NULL);

	g_string_printf(detail, "W%u %s", result->level, result->suffixes);
	if (result->name_may_stay)
		g_string_append(detail, " " NAME_MAY_STAY);
	if (result->is_shared)
		g_string_append(detail, " " SHARED);
	for (guint i = 0; result->references != NULL && i < result->references->len; i++) {
		const gchar *path = g_ptr_array_index(result->references, i);
		g_autofree gchar *word = g_uri_escape_bytes((const guint8 *)path, strlen(path), "/");

		g_string_append_printf(detail, " " REFERENCE "%s", word);
	}

	return g_string_free(g_steal_pointer(&detail), FALSE);
}

static void note_generations(TfOutcome *outcome, const TfWiped *wiped)
{
	if (strchr(wiped->suffixes, 'G') != NULL)
		tf_outcome_add_unchecked(outcome, TF_UNCHECKED_GENERATIONS);
}

/* A path as the file system sees it from its top, where that is not mounted, cannot be looked at. */
static gboolean may_be_there(const gchar *path)
{
	return !g_path_is_absolute(path) || access(path, F_OK) == 0;
}

/* What can be read there still was not destroyed. */
static void keep_shared(TfOutcome *outcome, const TfWiped *wiped)
{
	guint n_before = outcome->kept->len;

	if (!wiped->is_shared)
		return;
	if (wiped->references == NULL)
		tf_outcome_add_kept(outcome, wiped->path, wiped->kind, TF_KEPT_SHARED, NULL);
	for (guint i = 0; wiped->references != NULL && i < wiped->references->len; i++) {
		const gchar *path = g_ptr_array_index(wiped->references, i);

		if (may_be_there(path))
			tf_outcome_add_kept(outcome, path, wiped->kind, TF_KEPT_SHARED, NULL);
	}
	if (outcome->kept->len > n_before && outcome->status == TF_STATUS_DONE)
		outcome->status = TF_STATUS_KEPT;
}

void tf_wiped_add(TfOutcome *outcome, const gchar *path, const gchar *kind, const TfWipeResult *result)
{
	TfWiped *wiped = tf_outcome_add_wiped(outcome, path, kind, result->level, result->suffixes);

	wiped->name_may_stay = result->name_may_stay;
	wiped->is_shared = result->is_shared;
	if (result->references != NULL)
		wiped->references = g_ptr_array_ref(result->references);
	note_generations(outcome, wiped);
	keep_shared(outcome, wiped);
}

/* Then the path is that of the wiped file, which is gone, and says nothing of who shares its blocks. */
static gboolean is_shared_by_unknown(const TfOutcome *outcome, const gchar *path)
{
	for (guint i = 0; i < outcome->wiped->len; i++) {
		const TfWiped *wiped = g_ptr_array_index(outcome->wiped, i);

		if (wiped->is_shared && wiped->references == NULL && g_strcmp0(wiped->path, path) == 0)
			return TRUE;
	}

	return FALSE;
}

gboolean tf_wiped_review(TfOutcome *outcome)
{
	gboolean is_changed = FALSE;

	for (guint i = outcome->kept->len; i > 0; i--) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i - 1);

		if (kept->why != TF_KEPT_SHARED || kept->path == NULL ||
			is_shared_by_unknown(outcome, kept->path) || may_be_there(kept->path))
			continue;
		g_ptr_array_remove_index(outcome->kept, i - 1);
		is_changed = TRUE;
	}
	if (is_changed && outcome->kept->len == 0 && outcome->status == TF_STATUS_KEPT)
		outcome->status = TF_STATUS_DONE;

	return is_changed;
}

void tf_wiped_tell(const TfDialogue *dialogue, const TfOutcome *outcome, const gchar *path, guint n_kept)
{
	tf_dialogue_tell(dialogue, TF_NEWS_WIPED,
		&(TfNewsContext){
			.path = path, .wiped = g_ptr_array_index(outcome->wiped, outcome->wiped->len - 1) });
	for (guint i = n_kept; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);

		tf_dialogue_tell(
			dialogue, TF_NEWS_KEPT, &(TfNewsContext){ .path = kept->path, .kept = kept });
	}
}

void tf_wiped_move(TfOutcome *to, TfOutcome *from)
{
	while (from->wiped->len > 0) {
		TfWiped *wiped = g_ptr_array_steal_index(from->wiped, 0);

		g_ptr_array_add(to->wiped, wiped);
		note_generations(to, wiped);
	}
}

static void read_reference(TfWipeResult *result, const gchar *word)
{
	gchar *path = g_uri_unescape_string(word, NULL);

	if (path == NULL)
		return;
	if (result->references == NULL)
		result->references = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(result->references, path);
}

void tf_wiped_add_recorded(TfOutcome *outcome, const gchar *path, const gchar *kind, const gchar *detail)
{
	g_auto(TfWipeResult) result = { .level = 1, .suffixes = "G", .name_may_stay = TRUE };
	g_auto(GStrv) words = g_strsplit(detail != NULL ? detail : "", " ", -1);
	guint n_words = g_strv_length(words);

	if (n_words > 0 && words[0][0] == 'W' && g_ascii_isdigit(words[0][1])) {
		result.level = (guint)g_ascii_digit_value(words[0][1]);
		(void)g_strlcpy(result.suffixes, n_words > 1 ? words[1] : "", sizeof result.suffixes);
		result.name_may_stay = g_strv_contains((const gchar *const *)words, NAME_MAY_STAY);
		result.is_shared = g_strv_contains((const gchar *const *)words, SHARED);
	}
	for (guint i = 2; i < n_words; i++)
		if (g_str_has_prefix(words[i], REFERENCE))
			read_reference(&result, words[i] + strlen(REFERENCE));
	tf_wiped_add(outcome, path, kind, &result);
}
