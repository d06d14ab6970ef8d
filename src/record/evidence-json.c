/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/evidence.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "json-private.h"
#include "record/facts.h"

#define LIST_LIMIT	512u
#define NAME_LIMIT	256u
#define REASON_LIMIT	4096u
#define SIGNATURE_LIMIT 8192u

static const gchar *const grade_names[TF_N_GRADES] = {
	[TF_GRADE_REFUSED] = "refused",
	[TF_GRADE_CLAIMED] = "claimed",
	[TF_GRADE_REFUTED] = "refuted",
};

static const gchar *const outcome_names[TF_N_ATTEMPT_OUTCOMES] = {
	[TF_ATTEMPT_REFUSED] = "refused",
	[TF_ATTEMPT_NOT_OFFERED] = "not-offered",
	[TF_ATTEMPT_INCONCLUSIVE] = "inconclusive",
	[TF_ATTEMPT_LEAKED] = "leaked",
};

static const gchar *const challenge_names[] = { "signed", "decrypted", "none" };

#define RESPONSE(member) G_STRUCT_OFFSET(TfResponse, member)
#define ATTEMPT(member)	 G_STRUCT_OFFSET(TfAttempt, member)
#define EVIDENCE(member) G_STRUCT_OFFSET(TfEvidence, member)

static const TfJsonField response_fields[] = {
	{ "via", RESPONSE(via), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "mechanism", RESPONSE(mechanism), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "signature", RESPONSE(bytes), TF_JSON_BYTES, TRUE, 1, SIGNATURE_LIMIT },
	TF_JSON_END,
};

static const TfJsonField attempt_fields[] = {
	{ "name", ATTEMPT(name), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "code", ATTEMPT(code), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	TF_JSON_END,
};

static const TfJsonField evidence_fields[] = {
	{ "challenge", EVIDENCE(challenge), TF_JSON_TEXT, FALSE, 1, NAME_LIMIT },
	{ "unanswered", EVIDENCE(unanswered), TF_JSON_TEXT, TRUE, 0, REASON_LIMIT },
	{ "copies", EVIDENCE(copies), TF_JSON_COUNT, FALSE, 0, G_MAXINT },
	{ "certificate_is_public", EVIDENCE(certificate_is_public), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	TF_JSON_END,
};

const gchar *tf_grade_name(TfGrade grade)
{
	return grade_names[grade];
}

const gchar *tf_attempt_outcome_name(TfAttemptOutcome outcome)
{
	return outcome_names[outcome];
}

static json_t *claim_to_json(TfClaim claim)
{
	return claim == TF_CLAIM_UNKNOWN ? json_null() : json_boolean(claim == TF_CLAIM_TRUE);
}

static json_t *control_to_json(TfControl control)
{
	return control == TF_CONTROL_NONE ? json_null() : json_boolean(control == TF_CONTROL_PASSED);
}

static json_t *attributes_to_json(const TfEvidence *evidence)
{
	json_t *object = json_object();

	for (guint i = 0; i < evidence->attributes->len; i++) {
		const TfAttribute *attribute = g_ptr_array_index(evidence->attributes, i);

		(void)json_object_set_new(object, attribute->name, claim_to_json(attribute->value));
	}

	return object;
}

static json_t *attempts_to_json(const TfEvidence *evidence)
{
	json_t *array = json_array();

	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);
		json_t *item = json_object();

		tf_json_write(item, attempt, attempt_fields);
		(void)json_object_set_new(item, "outcome", json_string(outcome_names[attempt->outcome]));
		(void)json_object_set_new(item, "control", control_to_json(attempt->control));
		(void)json_array_append_new(array, item);
	}

	return array;
}

static json_t *responses_to_json(const TfEvidence *evidence)
{
	json_t *array = json_array();

	for (guint i = 0; i < evidence->responses->len; i++) {
		json_t *item = json_object();

		tf_json_write(item, g_ptr_array_index(evidence->responses, i), response_fields);
		(void)json_array_append_new(array, item);
	}

	return array;
}

json_t *tf_evidence_to_json(const TfEvidence *evidence)
{
	json_t *object = json_object();
	const gchar *grade = grade_names[tf_evidence_grade(evidence)];

	(void)json_object_set_new(object, "grade", json_string(grade));
	tf_json_write(object, evidence, evidence_fields);
	(void)json_object_set_new(object, "attributes", attributes_to_json(evidence));
	(void)json_object_set_new(object, "dropped", tf_json_texts(evidence->dropped));
	(void)json_object_set_new(object, "constants", tf_json_texts(evidence->constants));
	(void)json_object_set_new(object, "attempts", attempts_to_json(evidence));
	(void)json_object_set_new(object, "responses", responses_to_json(evidence));

	return object;
}

static gboolean read_attributes(const json_t *object, TfEvidence *evidence)
{
	json_t *attributes = json_object_get(object, "attributes");
	const char *name = NULL;
	json_t *value = NULL;

	if (!json_is_object(attributes) || json_object_size(attributes) > LIST_LIMIT)
		return FALSE;
	json_object_foreach(attributes, name, value)
	{
		TfClaim claim = json_is_null(value) ? TF_CLAIM_UNKNOWN : TF_CLAIM_FALSE;

		if (strlen(name) == 0 || strlen(name) > NAME_LIMIT || !g_utf8_validate(name, -1, NULL))
			return FALSE;
		if (!json_is_null(value) && !json_is_boolean(value))
			return FALSE;
		tf_evidence_add_attribute(evidence, name, json_is_true(value) ? TF_CLAIM_TRUE : claim);
	}

	return TRUE;
}

static gboolean read_attempt(const json_t *item, TfAttempt *attempt)
{
	const json_t *control = json_object_get(item, "control");
	const gchar *key = NULL;
	guint outcome = 0;

	if (!tf_json_read(item, attempt, attempt_fields, &key))
		return FALSE;
	if (!tf_json_name(json_object_get(item, "outcome"), outcome_names, TF_N_ATTEMPT_OUTCOMES, &outcome))
		return FALSE;
	if (!json_is_null(control) && !json_is_boolean(control))
		return FALSE;
	attempt->outcome = (TfAttemptOutcome)outcome;
	attempt->control = TF_CONTROL_NONE;
	if (json_is_boolean(control))
		attempt->control = json_is_true(control) ? TF_CONTROL_PASSED : TF_CONTROL_FAILED;

	return TRUE;
}

static gboolean read_attempts(const json_t *object, TfEvidence *evidence)
{
	const json_t *array = tf_json_array(object, "attempts", LIST_LIMIT);

	if (array == NULL)
		return FALSE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		TfAttempt *attempt = g_new0(TfAttempt, 1);

		g_ptr_array_add(evidence->attempts, attempt);
		if (!read_attempt(json_array_get(array, i), attempt))
			return FALSE;
	}

	return TRUE;
}

static gboolean read_responses(const json_t *object, TfEvidence *evidence)
{
	const json_t *array = tf_json_array(object, "responses", LIST_LIMIT);
	const gchar *key = NULL;

	if (array == NULL)
		return FALSE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		TfResponse *response = g_new0(TfResponse, 1);

		g_ptr_array_add(evidence->responses, response);
		if (!tf_json_read(json_array_get(array, i), response, response_fields, &key))
			return FALSE;
	}

	return TRUE;
}

/* Evidence of an earlier version has none. Each names an attribute, once. */
static gboolean read_constants(const json_t *object, TfEvidence *evidence)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (json_object_get(object, "constants") == NULL)
		return TRUE;
	if (!tf_json_read_texts(object, "constants", LIST_LIMIT, NAME_LIMIT, names))
		return FALSE;
	for (guint i = 0; i < names->len; i++)
		tf_evidence_add_constant(evidence, g_ptr_array_index(names, i));

	return evidence->constants->len == names->len;
}

/* The key of the first field that is out of form; NULL when all are in form. */
static const gchar *read_fields(const json_t *object, TfEvidence *evidence)
{
	const json_t *challenge = json_object_get(object, "challenge");
	const gchar *key = NULL;
	guint index = 0;

	tf_json_clear(evidence, evidence_fields);
	if (!tf_json_read(object, evidence, evidence_fields, &key))
		return key;
	if (!tf_json_name(challenge, challenge_names, G_N_ELEMENTS(challenge_names), &index))
		return "challenge";
	if (!read_attributes(object, evidence))
		return "attributes";
	if (!tf_json_read_texts(object, "dropped", LIST_LIMIT, NAME_LIMIT, evidence->dropped))
		return "dropped";
	if (!read_constants(object, evidence))
		return "constants";
	if (!read_attempts(object, evidence))
		return "attempts";
	if (!read_responses(object, evidence))
		return "responses";

	return NULL;
}

TfEvidence *tf_evidence_from_json(const json_t *object, const gchar *name, GError **error)
{
	g_autoptr(TfEvidence) evidence = tf_evidence_new();
	const gchar *key = read_fields(object, evidence);
	g_autofree gchar *reason = NULL;
	guint grade = 0;

	if (key != NULL) {
		reason = g_strdup_printf(_("the field '%s' is missing or out of form"), key);
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, name, reason, NULL);
		return NULL;
	}
	if (!tf_json_name(json_object_get(object, "grade"), grade_names, TF_N_GRADES, &grade) ||
		((TfGrade)grade != tf_evidence_grade(evidence) &&
			(TfGrade)grade != tf_evidence_grade_without_client(evidence))) {
		tf_raise(error, TF_ERROR_EVIDENCE_UNREADABLE, name,
			_("the grade is not the one its attempts give"), NULL);
		return NULL;
	}

	return g_steal_pointer(&evidence);
}
