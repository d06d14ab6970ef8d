/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-private.h"

#include <string.h>

#include "record/json-line.h"
#include "report/report.h"

/* Anything beyond ASCII is written as \uXXXX: a terminal that is shown the line gets no C1 or bidi controls,
 * and a mail program no line that it would have to recode. */
static gchar *dump(const json_t *object)
{
	return tf_json_line(object, JSON_ENSURE_ASCII);
}

gchar *tf_report_json(const TfOutcome *outcome)
{
	g_autoptr(json_t) object = tf_outcome_to_json(outcome);

	return dump(object);
}

/* Where the module lies on this PC is nobody's business; which it is, its digest says. */
static void shorten_module(json_t *placement)
{
	json_t *module = json_object_get(placement, "module");
	const gchar *path = json_string_value(json_object_get(module, "path"));
	g_autofree gchar *name = path != NULL ? g_path_get_basename(path) : NULL;

	if (name != NULL)
		(void)json_object_set_new(module, "path", json_string(name));
	if (json_is_string(json_object_get(module, "let_pass")))
		(void)json_object_set_new(module, "let_pass", json_string("named in the member's copy"));
}

/* The reason is a module's or a library's own text, and may hold anything. */
static void shorten_reason(json_t *placement)
{
	json_t *evidence = json_object_get(placement, "evidence");
	const gchar *reason = json_string_value(json_object_get(evidence, "unanswered"));

	if (reason != NULL && strchr(reason, '/') != NULL)
		(void)json_object_set_new(evidence, "unanswered", json_string("one way gave no answer"));
}

/* The query of a PKCS#11 URI (RFC 7512, 2.4) may name the module by its path. */
static void shorten_uri(json_t *placement)
{
	json_t *token = json_object_get(placement, "token");
	const gchar *uri = json_string_value(json_object_get(token, "uri"));
	g_autofree gchar *path = uri != NULL ? g_strndup(uri, strcspn(uri, "?")) : NULL;

	if (path != NULL)
		(void)json_object_set_new(token, "uri", json_string(path));
}

static void shorten(json_t *placement)
{
	shorten_module(placement);
	shorten_reason(placement);
	shorten_uri(placement);
}

/* Where the member's PC has what is nobody's business; days and numbers may be known. */
static void shorten_answer(json_t *answer)
{
	static const gchar *const told[] = { "ended", "until", "date", "count", "system", NULL };
	json_t *arguments = json_object_get(answer, "arguments");
	const char *key = NULL;
	void *next = NULL;
	json_t *value = NULL;

	json_object_foreach_safe(arguments, next, key, value)
	{
		if (!g_strv_contains(told, key))
			(void)json_object_set_new(arguments, key, json_string("named in the member's copy"));
	}
	(void)json_object_set_new(answer, "source", json_string("named in the member's copy"));
}

static void shorten_posture(json_t *object)
{
	json_t *posture = json_object_get(object, "posture");

	for (gsize i = 0; i < json_array_size(posture); i++)
		shorten_answer(json_array_get(posture, i));
}

gchar *tf_report_public_json(const TfOutcome *outcome)
{
	g_autoptr(json_t) object = tf_outcome_to_json_public(outcome);
	json_t *spare = json_object_get(object, "spare");

	shorten(object);
	shorten_posture(object);
	if (spare != NULL)
		shorten(spare);

	return dump(object);
}
