/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/hex.h"
#include "outcome-private.h"
#include "search-private.h"

/* Always FALSE. */
static gboolean refuse(const gchar *name, const gchar *key, GError **error)
{
	g_autofree gchar *reason = g_strdup_printf(_("the field '%s' is missing or out of form"), key);

	return tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, name, reason, NULL);
}

static gboolean read_key(const json_t *key, const TfCertificateFacts *certificate, TfPlacement *placement)
{
	const gchar *type = json_string_value(json_object_get(key, "type"));
	const gchar *bad = NULL;

	return tf_json_read(key, placement, tf_key_fields, &bad) && strlen(placement->key_id) % 2 == 0 &&
	       g_strcmp0(type, certificate->key_type) == 0 &&
	       json_integer_value(json_object_get(key, "bits")) == certificate->bits;
}

static gboolean read_placement(const json_t *object, TfOutcome *outcome, const gchar *name, GError **error)
{
	g_autoptr(TfPlacement) placement = tf_placement_new();
	const gchar *bad = NULL;

	placement->token = tf_token_facts_from_json(json_object_get(object, "token"));
	if (placement->token == NULL)
		return refuse(name, "token", error);
	placement->module = tf_module_facts_from_json(json_object_get(object, "module"));
	if (placement->module == NULL)
		return refuse(name, "module", error);
	if (!read_key(json_object_get(object, "key"), outcome->certificate, placement))
		return refuse(name, "key", error);
	if (!tf_json_read(object, placement, tf_statement_fields, &bad))
		return refuse(name, bad, error);
	placement->evidence = tf_evidence_from_json(json_object_get(object, "evidence"), name, error);
	if (placement->evidence == NULL)
		return FALSE;
	g_ptr_array_add(outcome->placements, g_steal_pointer(&placement));

	return TRUE;
}

static gboolean read_placements(const json_t *object, TfOutcome *outcome, const gchar *name, GError **error)
{
	const json_t *spare = json_object_get(object, "spare");

	if (json_object_get(object, "token") == NULL && spare == NULL)
		return TRUE;
	if (!read_placement(object, outcome, name, error))
		return FALSE;

	return spare == NULL || read_placement(spare, outcome, name, error);
}

/* How many files an entry stands for: one, or as many as it counts, which one with a path does not; 0 when it
 * is out of form, or more than 'room'. */
static guint count_of(const json_t *entry, const gchar *path, guint room)
{
	const json_t *count = json_object_get(entry, "count");
	json_int_t number = count != NULL ? json_integer_value(count) : 1;

	if (path != NULL && count != NULL)
		return 0;

	return number >= 1 && number <= room ? (guint)number : 0;
}

/* Whoever wrote it may have known nothing of this. */
static gboolean read_remains(const json_t *entry, TfWiped *wiped)
{
	wiped->name_may_stay = json_is_true(json_object_get(entry, "name_may_stay"));
	wiped->is_shared = json_is_true(json_object_get(entry, "shared"));
	if (json_object_get(entry, "references") == NULL)
		return TRUE;
	wiped->references = g_ptr_array_new_with_free_func(g_free);

	return tf_json_read_texts(
		entry, "references", TF_OUTCOME_REFERENCES_LIMIT, TF_OUTCOME_PATH_LIMIT, wiped->references);
}

static void add_another(TfOutcome *outcome, const TfWiped *wiped)
{
	TfWiped *other = tf_outcome_add_wiped(outcome, NULL, wiped->kind, wiped->level, wiped->suffixes);

	other->name_may_stay = wiped->name_may_stay;
	other->is_shared = wiped->is_shared;
}

static gboolean read_wiped(const json_t *entry, TfOutcome *outcome)
{
	TfWiped *wiped = g_new0(TfWiped, 1);
	const gchar *bad = NULL;
	guint room = TF_OUTCOME_FILES_LIMIT - outcome->wiped->len;
	guint count = 0;

	g_ptr_array_add(outcome->wiped, wiped);
	if (!tf_json_read(entry, wiped, tf_wiped_fields, &bad) ||
		!tf_json_name(json_object_get(entry, "level"), tf_level_names, TF_N_LEVELS, &wiped->level) ||
		!read_remains(entry, wiped))
		return FALSE;
	count = count_of(entry, wiped->path, room);
	for (guint i = 1; i < count; i++)
		add_another(outcome, wiped);

	return count > 0;
}

static gboolean read_kept(const json_t *entry, TfOutcome *outcome)
{
	TfKept *kept = g_new0(TfKept, 1);
	const gchar *bad = NULL;
	guint room = TF_OUTCOME_FILES_LIMIT - outcome->kept->len;
	guint why = 0;
	guint count = 0;

	g_ptr_array_add(outcome->kept, kept);
	if (!tf_json_read(entry, kept, tf_kept_fields, &bad) ||
		!tf_json_name(json_object_get(entry, "why"), tf_kept_why_names, TF_N_KEPT_WHYS, &why))
		return FALSE;
	kept->why = (TfKeptWhy)why;
	count = count_of(entry, kept->path, room);
	for (guint i = 1; i < count; i++)
		tf_outcome_add_kept(outcome, NULL, kept->kind, kept->why, NULL);

	return count > 0;
}

static gboolean read_unchecked(const json_t *entry, TfOutcome *outcome)
{
	guint value = 0;

	if (!tf_json_name(entry, tf_unchecked_names, TF_N_UNCHECKED, &value))
		return FALSE;
	tf_outcome_add_unchecked(outcome, (TfUnchecked)value);

	return TRUE;
}

static gboolean read_exception(const json_t *entry, TfOutcome *outcome)
{
	guint value = 0;

	if (!tf_json_name(entry, tf_exception_names, TF_N_EXCEPTIONS, &value))
		return FALSE;
	tf_outcome_add_exception(outcome, (TfException)value);

	return TRUE;
}

static gboolean read_each(const json_t *object, const gchar *key, gsize limit,
	gboolean (*read)(const json_t *entry, TfOutcome *outcome), TfOutcome *outcome)
{
	const json_t *array = tf_json_array(object, key, limit);

	if (array == NULL)
		return FALSE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		if (!read(json_array_get(array, i), outcome))
			return FALSE;
	}

	return TRUE;
}

static gboolean read_certificate(const json_t *object, TfOutcome *outcome)
{
	guint8 digest[TF_SHA256_SIZE];
	g_autofree gchar *hex = NULL;
	gsize length = 0;
	const guint8 *der = NULL;

	outcome->certificate = tf_certificate_facts_from_json(json_object_get(object, "certificate"));
	if (outcome->certificate == NULL)
		return FALSE;
	if (outcome->certificate_der == NULL)
		return TRUE;

	der = g_bytes_get_data(outcome->certificate_der, &length);
	tf_sha256(der, length, digest);
	hex = tf_hex(digest, sizeof digest);

	return strcmp(hex, outcome->certificate->sha256) == 0;
}

/* The copy that is sent has no 'report'. */
static gboolean read_report(const json_t *object, TfOutcome *outcome)
{
	const json_t *report = json_object_get(object, "report");
	const gchar *bad = NULL;

	return report == NULL ||
	       (json_is_object(report) && tf_json_read(report, outcome, tf_report_fields, &bad));
}

/* A run that did not look at the PC has no 'posture'. */
static gboolean read_posture(const json_t *object, TfOutcome *outcome)
{
	const json_t *posture = json_object_get(object, "posture");

	if (posture == NULL)
		return TRUE;
	outcome->posture = tf_posture_from_json(posture);

	return outcome->posture != NULL;
}

/* Only a supplement has one. */
static gboolean read_search(const json_t *object, TfOutcome *outcome)
{
	const json_t *search = json_object_get(object, "supplement");

	if (search == NULL)
		return TRUE;
	outcome->search = tf_search_from_json(search);

	return outcome->search != NULL;
}

/* A run of an earlier version, and a batch's, has none. */
static gboolean read_exposures(const json_t *object, TfOutcome *outcome)
{
	if (json_object_get(object, "exposures") == NULL)
		return TRUE;
	outcome->knows_exposure = TRUE;

	return tf_exposures_read(object, &outcome->exposures);
}

/* The key of the first field that is out of form, placements aside; NULL when all are in form. */
static const gchar *read_fields(const json_t *object, TfOutcome *outcome)
{
	const gsize attributes = TF_OUTCOME_ATTRIBUTES_LIMIT;
	const gchar *type = json_string_value(json_object_get(object, "type"));
	const gchar *bad = NULL;
	guint index = 0;

	if (g_strcmp0(type, "result") != 0)
		return "type";
	if (!tf_json_name(json_object_get(object, "status"), tf_status_names, TF_N_STATUSES, &index))
		return "status";
	outcome->status = (TfStatus)index;
	g_clear_pointer(&outcome->revocation, g_free);
	if (!tf_json_read(object, outcome, tf_outcome_fields, &bad))
		return bad;
	if (!tf_json_name(
		    json_object_get(object, "revocation"), tf_revocation_names, TF_N_REVOCATIONS, &index))
		return "revocation";
	if (!read_certificate(object, outcome))
		return "certificate";
	if (!read_each(object, "wiped", TF_OUTCOME_FILES_LIMIT, read_wiped, outcome))
		return "wiped";
	if (!read_each(object, "kept", TF_OUTCOME_FILES_LIMIT, read_kept, outcome))
		return "kept";
	if (!tf_json_read_texts(object, "carried", attributes, attributes, outcome->carried))
		return "carried";
	if (!tf_json_read_texts(object, "dropped", attributes, attributes, outcome->dropped))
		return "dropped";
	if (!read_each(object, "unchecked", TF_N_UNCHECKED, read_unchecked, outcome))
		return "unchecked";
	if (!read_each(object, "exceptions", TF_N_EXCEPTIONS, read_exception, outcome))
		return "exceptions";
	if (!read_exposures(object, outcome))
		return "exposures";
	if (!read_search(object, outcome))
		return "supplement";
	if (!read_posture(object, outcome))
		return "posture";
	if (!read_report(object, outcome))
		return "report";

	return NULL;
}

/* What a run that ends so could not have said of its own evidence. */
static gboolean contradicts_itself(const json_t *object, const TfOutcome *outcome)
{
	gboolean is_completed = json_is_true(json_object_get(object, "completed"));

	for (guint i = 0; i < outcome->placements->len; i++) {
		const TfPlacement *placement = g_ptr_array_index(outcome->placements, i);

		if (tf_evidence_grade(placement->evidence) == TF_GRADE_REFUTED &&
			outcome->status != TF_STATUS_REFUTED)
			return TRUE;
	}

	return is_completed != tf_outcome_may_claim_completion(outcome);
}

TfOutcome *tf_outcome_from_json(const json_t *object, const gchar *name, GError **error)
{
	g_autoptr(TfOutcome) outcome = tf_outcome_new();
	const gchar *bad = read_fields(object, outcome);

	if (bad != NULL) {
		refuse(name, bad, error);
		return NULL;
	}
	if (!read_placements(object, outcome, name, error))
		return NULL;
	if (contradicts_itself(object, outcome)) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, name,
			_("its status is not the one its evidence gives"), NULL);
		return NULL;
	}

	return g_steal_pointer(&outcome);
}
