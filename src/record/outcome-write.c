/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outcome-private.h"
#include "search-private.h"

/* The copy that is sent names no path, nor a detail, which may hold one. */
static const TfJsonField public_wiped_fields[] = {
	{ "kind", G_STRUCT_OFFSET(TfWiped, kind), TF_JSON_TEXT, FALSE, 0, 0 },
	{ "suffixes", G_STRUCT_OFFSET(TfWiped, suffixes), TF_JSON_TEXT, FALSE, 0, 0 },
	TF_JSON_END,
};

static const TfJsonField public_kept_fields[] = {
	{ "kind", G_STRUCT_OFFSET(TfKept, kind), TF_JSON_TEXT, FALSE, 0, 0 },
	TF_JSON_END,
};

/* Home directories out of a text that is sent: they hold a user's name. */
static gchar *without_home(const gchar *text)
{
	g_autofree gchar *home = g_regex_escape_string(g_get_home_dir(), -1);
	g_autofree gchar *pattern = g_strdup_printf("(?:/home/[^/]+|%s)(?=/|$)", home);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_RAW, 0, NULL);

	return g_regex_replace_literal(regex, text, -1, 0, "~", 0, NULL);
}

static void drop_home(json_t *object, const gchar *key)
{
	const gchar *text = json_string_value(json_object_get(object, key));
	g_autofree gchar *shorter = text != NULL ? without_home(text) : NULL;

	if (shorter != NULL)
		(void)json_object_set_new(object, key, tf_json_text(shorter));
}

static json_t *key_to_json(const TfOutcome *outcome, const TfPlacement *placement)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "id", tf_json_text(placement->key_id));
	(void)json_object_set_new(object, "type", tf_json_text(outcome->certificate->key_type));
	(void)json_object_set_new(object, "bits", json_integer(outcome->certificate->bits));

	return object;
}

static void write_placement(
	json_t *object, const TfOutcome *outcome, const TfPlacement *placement, gboolean is_public)
{
	json_t *module = tf_module_facts_to_json(placement->module);
	json_t *evidence = tf_evidence_to_json(placement->evidence);

	if (is_public) {
		drop_home(module, "path");
		drop_home(evidence, "unanswered");
	}
	(void)json_object_set_new(object, "token", tf_token_facts_to_json(placement->token));
	(void)json_object_set_new(object, "module", module);
	(void)json_object_set_new(object, "key", key_to_json(outcome, placement));
	(void)json_object_set_new(object, "evidence", evidence);
	tf_json_write(object, placement, tf_statement_fields);
}

static void write_placements(json_t *object, const TfOutcome *outcome, gboolean is_public)
{
	json_t *spare = NULL;

	g_assert_cmpuint(outcome->placements->len, <=, TF_OUTCOME_PLACEMENTS_LIMIT);
	if (outcome->placements->len > 0)
		write_placement(object, outcome, g_ptr_array_index(outcome->placements, 0), is_public);
	if (outcome->placements->len < 2)
		return;

	spare = json_object();
	write_placement(spare, outcome, g_ptr_array_index(outcome->placements, 1), is_public);
	(void)json_object_set_new(object, "spare", spare);
}

/* Equal entries are counted; 'entries' finds them by their text. */
static void append_counted(json_t *array, GHashTable *entries, json_t *entry)
{
	g_autofree gchar *text = json_dumps(entry, JSON_COMPACT);
	json_t *known = g_hash_table_lookup(entries, text);

	if (known != NULL) {
		json_t *count = json_object_get(known, "count");

		(void)json_integer_set(count, json_integer_value(count) + 1);
		json_decref(entry);
		return;
	}

	(void)json_object_set_new(entry, "count", json_integer(1));
	(void)json_array_append_new(array, entry);
	g_hash_table_insert(entries, g_steal_pointer(&text), entry);
}

/* What is not the case is left out. */
static void write_remains(json_t *entry, const TfWiped *wiped, gboolean is_public)
{
	if (wiped->name_may_stay)
		(void)json_object_set_new(entry, "name_may_stay", json_true());
	if (wiped->is_shared)
		(void)json_object_set_new(entry, "shared", json_true());
	if (wiped->references != NULL && !is_public)
		(void)json_object_set_new(entry, "references", tf_json_texts(wiped->references));
}

static json_t *wiped_to_json(const TfOutcome *outcome, gboolean is_public)
{
	g_autoptr(GHashTable) entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_t *array = json_array();

	for (guint i = 0; i < outcome->wiped->len; i++) {
		const TfWiped *wiped = g_ptr_array_index(outcome->wiped, i);
		json_t *entry = json_object();

		tf_json_write(entry, wiped, is_public ? public_wiped_fields : tf_wiped_fields);
		(void)json_object_set_new(entry, "level", json_string(tf_level_names[wiped->level]));
		write_remains(entry, wiped, is_public);
		if (is_public)
			append_counted(array, entries, entry);
		else
			(void)json_array_append_new(array, entry);
	}

	return array;
}

static json_t *kept_to_json(const TfOutcome *outcome, gboolean is_public)
{
	g_autoptr(GHashTable) entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_t *array = json_array();

	for (guint i = 0; i < outcome->kept->len; i++) {
		const TfKept *kept = g_ptr_array_index(outcome->kept, i);
		json_t *entry = json_object();

		tf_json_write(entry, kept, is_public ? public_kept_fields : tf_kept_fields);
		(void)json_object_set_new(entry, "why", json_string(tf_kept_why_names[kept->why]));
		if (is_public)
			append_counted(array, entries, entry);
		else
			(void)json_array_append_new(array, entry);
	}

	return array;
}

static json_t *report_to_json(const TfOutcome *outcome)
{
	json_t *object = json_object();

	tf_json_write(object, outcome, tf_report_fields);

	return object;
}

/* Both enums of such lists are of guint's size, and their values index their tables of names. */
static json_t *names_to_json(const GArray *values, const gchar *const *names)
{
	json_t *array = json_array();

	for (guint i = 0; i < values->len; i++)
		(void)json_array_append_new(array, json_string(names[g_array_index(values, guint, i)]));

	return array;
}

/* Of a supplement the reasons stand with the search. */
static void write_exposure(json_t *object, const TfOutcome *outcome)
{
	guint exposures = tf_outcome_exposures(outcome);

	if (!tf_outcome_tells_exposure(outcome))
		return;
	(void)json_object_set_new(object, "exposure", json_string(tf_exposures_word(exposures)));
	if (outcome->search == NULL)
		(void)json_object_set_new(object, "exposures", tf_exposures_to_json(exposures));
}

static json_t *to_json(const TfOutcome *outcome, gboolean is_public)
{
	json_t *object = json_object();
	gboolean is_completed = tf_outcome_may_claim_completion(outcome);

	(void)json_object_set_new(object, "type", json_string("result"));
	(void)json_object_set_new(object, "status", json_string(tf_status_names[outcome->status]));
	(void)json_object_set_new(object, "completed", json_boolean(is_completed));
	tf_json_write(object, outcome, tf_outcome_fields);
	(void)json_object_set_new(object, "certificate", tf_certificate_facts_to_json(outcome->certificate));
	write_placements(object, outcome, is_public);
	(void)json_object_set_new(object, "wiped", wiped_to_json(outcome, is_public));
	(void)json_object_set_new(object, "kept", kept_to_json(outcome, is_public));
	write_exposure(object, outcome);
	if (outcome->search != NULL)
		(void)json_object_set_new(
			object, "supplement", tf_search_to_json(outcome->search, is_public));
	if (outcome->posture != NULL)
		(void)json_object_set_new(object, "posture", tf_posture_to_json(outcome->posture));
	(void)json_object_set_new(object, "carried", tf_json_texts(outcome->carried));
	(void)json_object_set_new(object, "dropped", tf_json_texts(outcome->dropped));
	(void)json_object_set_new(object, "unchecked", names_to_json(outcome->unchecked, tf_unchecked_names));
	(void)json_object_set_new(
		object, "exceptions", names_to_json(outcome->exceptions, tf_exception_names));
	if (!is_public)
		(void)json_object_set_new(object, "report", report_to_json(outcome));

	return object;
}

json_t *tf_outcome_to_json(const TfOutcome *outcome)
{
	return to_json(outcome, FALSE);
}

json_t *tf_outcome_to_json_public(const TfOutcome *outcome)
{
	return to_json(outcome, TRUE);
}
