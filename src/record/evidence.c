/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/evidence.h"

#include <string.h>

static void attribute_free(gpointer data)
{
	TfAttribute *attribute = data;

	g_free(attribute->name);
	g_free(attribute);
}

static void attempt_free(gpointer data)
{
	TfAttempt *attempt = data;

	g_free(attempt->name);
	g_free(attempt->code);
	g_free(attempt);
}

static void response_free(gpointer data)
{
	TfResponse *response = data;

	g_free(response->via);
	g_free(response->mechanism);
	g_clear_pointer(&response->bytes, g_bytes_unref);
	g_free(response);
}

TfEvidence *tf_evidence_new(void)
{
	TfEvidence *evidence = g_new0(TfEvidence, 1);

	evidence->attributes = g_ptr_array_new_with_free_func(attribute_free);
	evidence->dropped = g_ptr_array_new_with_free_func(g_free);
	evidence->constants = g_ptr_array_new_with_free_func(g_free);
	evidence->attempts = g_ptr_array_new_with_free_func(attempt_free);
	evidence->responses = g_ptr_array_new_with_free_func(response_free);
	evidence->challenge = g_strdup("none");

	return evidence;
}

void tf_evidence_free(TfEvidence *evidence)
{
	if (evidence == NULL)
		return;

	g_ptr_array_unref(evidence->attributes);
	g_ptr_array_unref(evidence->dropped);
	g_ptr_array_unref(evidence->constants);
	g_ptr_array_unref(evidence->attempts);
	g_ptr_array_unref(evidence->responses);
	g_free(evidence->challenge);
	g_free(evidence->unanswered);
	g_free(evidence);
}

TfEvidence *tf_evidence_copy(const TfEvidence *evidence)
{
	TfEvidence *copy = tf_evidence_new();

	g_free(copy->challenge);
	copy->challenge = g_strdup(evidence->challenge);
	copy->unanswered = g_strdup(evidence->unanswered);
	copy->copies = evidence->copies;
	copy->certificate_is_public = evidence->certificate_is_public;
	for (guint i = 0; i < evidence->attributes->len; i++) {
		const TfAttribute *attribute = g_ptr_array_index(evidence->attributes, i);

		tf_evidence_add_attribute(copy, attribute->name, attribute->value);
	}
	for (guint i = 0; i < evidence->dropped->len; i++)
		tf_evidence_add_dropped(copy, g_ptr_array_index(evidence->dropped, i));
	for (guint i = 0; i < evidence->constants->len; i++)
		tf_evidence_add_constant(copy, g_ptr_array_index(evidence->constants, i));
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		tf_evidence_add_attempt(
			copy, attempt->name, attempt->outcome, attempt->code, attempt->control);
	}
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		tf_evidence_add_response(copy, response->via, response->mechanism, response->bytes);
	}

	return copy;
}

static TfAttribute *find_attribute(const TfEvidence *evidence, const gchar *name)
{
	for (guint i = 0; i < evidence->attributes->len; i++) {
		TfAttribute *attribute = g_ptr_array_index(evidence->attributes, i);

		if (strcmp(attribute->name, name) == 0)
			return attribute;
	}

	return NULL;
}

void tf_evidence_add_attribute(TfEvidence *evidence, const gchar *name, TfClaim value)
{
	TfAttribute *attribute = find_attribute(evidence, name);

	if (attribute != NULL) {
		attribute->value = value;
		return;
	}

	attribute = g_new0(TfAttribute, 1);
	attribute->name = g_strdup(name);
	attribute->value = value;
	g_ptr_array_add(evidence->attributes, attribute);
}

void tf_evidence_add_attempt(TfEvidence *evidence, const gchar *name, TfAttemptOutcome outcome,
	const gchar *code, TfControl control)
{
	TfAttempt *attempt = g_new0(TfAttempt, 1);

	attempt->name = g_strdup(name);
	attempt->outcome = outcome;
	attempt->code = g_strdup(code);
	attempt->control = control;
	g_ptr_array_add(evidence->attempts, attempt);
}

void tf_evidence_add_dropped(TfEvidence *evidence, const gchar *name)
{
	g_ptr_array_add(evidence->dropped, g_strdup(name));
}

void tf_evidence_add_constant(TfEvidence *evidence, const gchar *name)
{
	if (find_attribute(evidence, name) != NULL && !tf_evidence_is_constant(evidence, name))
		g_ptr_array_add(evidence->constants, g_strdup(name));
}

gboolean tf_evidence_is_constant(const TfEvidence *evidence, const gchar *name)
{
	return g_ptr_array_find_with_equal_func(evidence->constants, name, g_str_equal, NULL);
}

void tf_evidence_add_response(TfEvidence *evidence, const gchar *via, const gchar *mechanism, GBytes *bytes)
{
	TfResponse *response = g_new0(TfResponse, 1);

	response->via = g_strdup(via);
	response->mechanism = g_strdup(mechanism);
	response->bytes = bytes != NULL ? g_bytes_ref(bytes) : NULL;
	g_ptr_array_add(evidence->responses, response);
}

const gchar *tf_evidence_leak(const TfEvidence *evidence)
{
	for (guint i = 0; i < evidence->attempts->len; i++) {
		const TfAttempt *attempt = g_ptr_array_index(evidence->attempts, i);

		if (attempt->outcome == TF_ATTEMPT_LEAKED)
			return attempt->name;
	}
	for (guint i = 0; i < evidence->attributes->len; i++) {
		const TfAttribute *attribute = g_ptr_array_index(evidence->attributes, i);

		if (strcmp(attribute->name, "CKA_EXTRACTABLE") == 0 && attribute->value == TF_CLAIM_TRUE)
			return attribute->name;
	}

	return NULL;
}

/* A signature is shown by its bytes; the answer to a decryption is checked once and never kept. */
static gboolean challenge_is_answered(const TfEvidence *evidence)
{
	if (g_strcmp0(evidence->challenge, "decrypted") == 0)
		return TRUE;
	if (g_strcmp0(evidence->challenge, "signed") != 0)
		return FALSE;
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		if (response->bytes != NULL)
			return TRUE;
	}

	return FALSE;
}

static gboolean attempt_speaks(const TfAttempt *attempt)
{
	return attempt->outcome != TF_ATTEMPT_INCONCLUSIVE && attempt->control != TF_CONTROL_FAILED;
}

/* The challenge was signed, but not through libp11. */
static gboolean lacks_client(const TfEvidence *evidence)
{
	if (g_strcmp0(evidence->challenge, "signed") != 0)
		return FALSE;
	for (guint i = 0; i < evidence->responses->len; i++) {
		const TfResponse *response = g_ptr_array_index(evidence->responses, i);

		if (response->bytes != NULL && strcmp(response->via, "libp11") == 0)
			return FALSE;
	}

	return TRUE;
}

TfGrade tf_evidence_grade(const TfEvidence *evidence)
{
	TfGrade grade = tf_evidence_grade_without_client(evidence);

	return grade == TF_GRADE_REFUSED && lacks_client(evidence) ? TF_GRADE_CLAIMED : grade;
}

gboolean tf_evidence_lacks_only_client(const TfEvidence *evidence)
{
	return tf_evidence_grade(evidence) != tf_evidence_grade_without_client(evidence);
}

TfGrade tf_evidence_grade_without_client(const TfEvidence *evidence)
{
	if (tf_evidence_leak(evidence) != NULL)
		return TF_GRADE_REFUTED;
	if (evidence->attempts->len == 0 || evidence->copies > 0 || !challenge_is_answered(evidence))
		return TF_GRADE_CLAIMED;
	for (guint i = 0; i < evidence->attempts->len; i++) {
		if (!attempt_speaks(g_ptr_array_index(evidence->attempts, i)))
			return TF_GRADE_CLAIMED;
	}

	return TF_GRADE_REFUSED;
}
