/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/posture.h"

#include <stdarg.h>

#include "json-private.h"
#include "record/facts.h"

#define SOURCE_LIMIT   4096u
#define ARGUMENT_LIMIT 16384u

static const TfJsonField fields[] = {
	{ "source", G_STRUCT_OFFSET(TfPostureAnswer, source), TF_JSON_TEXT, FALSE, 1, SOURCE_LIMIT },
	{ "date", G_STRUCT_OFFSET(TfPostureAnswer, date), TF_JSON_TIME, FALSE, 0, 0 },
	{ "root_would_add", G_STRUCT_OFFSET(TfPostureAnswer, root_would_add), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	{ "confirmed", G_STRUCT_OFFSET(TfPostureAnswer, is_confirmed), TF_JSON_BOOLEAN, FALSE, 0, 0 },
	TF_JSON_END,
};

static void answer_free(gpointer data)
{
	TfPostureAnswer *answer = data;

	g_strfreev(answer->arguments);
	g_free(answer->source);
	g_free(answer);
}

TfPosture *tf_posture_new(void)
{
	TfPosture *posture = g_new0(TfPosture, 1);

	posture->answers = g_ptr_array_new_with_free_func(answer_free);

	return posture;
}

void tf_posture_free(TfPosture *posture)
{
	if (posture == NULL)
		return;

	g_ptr_array_unref(posture->answers);
	g_free(posture);
}

TfPosture *tf_posture_copy(const TfPosture *posture)
{
	TfPosture *copy = posture != NULL ? tf_posture_new() : NULL;

	for (guint i = 0; posture != NULL && i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);
		TfPostureAnswer *same = g_new0(TfPostureAnswer, 1);

		same->finding = answer->finding;
		same->arguments = g_strdupv(answer->arguments);
		tf_json_copy(answer, same, fields);
		g_ptr_array_add(copy->answers, same);
	}

	return copy;
}

TfPostureAnswer *tf_posture_add(
	TfPosture *posture, TfPostureFinding finding, const gchar *source, gint64 date, ...)
{
	const gchar *const *names = tf_finding_arguments(finding);
	TfPostureAnswer *answer = g_new0(TfPostureAnswer, 1);
	g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
	guint n = 0;
	va_list list;

	g_assert_null(tf_posture_answer(posture, tf_finding_question(finding)));
	va_start(list, date);
	for (const gchar *argument; (argument = va_arg(list, const gchar *)) != NULL; n++)
		g_strv_builder_add(arguments, argument);
	va_end(list);
	g_assert_cmpuint(n, ==, g_strv_length((gchar **)names));

	answer->finding = finding;
	answer->arguments = g_strv_builder_end(arguments);
	answer->source = g_strdup(source);
	answer->date = date;
	g_ptr_array_add(posture->answers, answer);

	return answer;
}

const TfPostureAnswer *tf_posture_answer(const TfPosture *posture, TfPostureQuestion question)
{
	for (guint i = 0; i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);

		if (tf_finding_question(answer->finding) == question)
			return answer;
	}

	return NULL;
}

guint tf_posture_count(const TfPosture *posture, TfTristate wanted)
{
	guint n = 0;

	for (guint i = 0; i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);

		if (tf_finding_answer(answer->finding) == wanted)
			n++;
	}

	return n;
}

guint tf_posture_count_exceptions(const TfPosture *posture, gboolean is_confirmed)
{
	guint n = 0;

	for (guint i = 0; i < posture->answers->len; i++) {
		const TfPostureAnswer *answer = g_ptr_array_index(posture->answers, i);

		if (tf_finding_answer(answer->finding) != TF_YES && answer->is_confirmed == is_confirmed)
			n++;
	}

	return n;
}

json_t *tf_posture_answer_to_json(const TfPostureAnswer *answer)
{
	const gchar *const *names = tf_finding_arguments(answer->finding);
	json_t *object = json_object();
	json_t *arguments = json_object();

	for (guint i = 0; names[i] != NULL; i++)
		(void)json_object_set_new(arguments, names[i], tf_json_text(answer->arguments[i]));
	(void)json_object_set_new(
		object, "question", json_string(tf_question_name(tf_finding_question(answer->finding))));
	(void)json_object_set_new(
		object, "answer", json_string(tf_tristate_name(tf_finding_answer(answer->finding))));
	(void)json_object_set_new(object, "finding", json_string(tf_finding_name(answer->finding)));
	(void)json_object_set_new(object, "arguments", arguments);
	tf_json_write(object, answer, fields);

	return object;
}

json_t *tf_posture_to_json(const TfPosture *posture)
{
	json_t *array = json_array();

	for (guint i = 0; i < posture->answers->len; i++)
		(void)json_array_append_new(
			array, tf_posture_answer_to_json(g_ptr_array_index(posture->answers, i)));

	return array;
}

static gboolean read_finding(const json_t *object, TfPostureFinding *ret_finding)
{
	const gchar *name = json_string_value(json_object_get(object, "finding"));
	const gchar *question = json_string_value(json_object_get(object, "question"));
	const gchar *answer = json_string_value(json_object_get(object, "answer"));
	guint finding = 0;

	while (finding < TF_N_FINDINGS && g_strcmp0(name, tf_finding_name((TfPostureFinding)finding)) != 0)
		finding++;
	if (finding == TF_N_FINDINGS)
		return FALSE;
	*ret_finding = (TfPostureFinding)finding;

	return g_strcmp0(question, tf_question_name(tf_finding_question(*ret_finding))) == 0 &&
	       g_strcmp0(answer, tf_tristate_name(tf_finding_answer(*ret_finding))) == 0;
}

/* NULL unless there is one of each name, and none else. */
static GStrv read_arguments(const json_t *object, TfPostureFinding finding)
{
	const gchar *const *names = tf_finding_arguments(finding);
	g_autoptr(GStrvBuilder) arguments = g_strv_builder_new();
	gsize n = 0;

	for (; names[n] != NULL; n++) {
		const gchar *text = tf_json_bounded(json_object_get(object, names[n]), ARGUMENT_LIMIT);

		if (text == NULL)
			return NULL;
		g_strv_builder_add(arguments, text);
	}

	return json_is_object(object) && json_object_size(object) == n ? g_strv_builder_end(arguments) : NULL;
}

static gboolean read_answer(const json_t *object, TfPosture *posture)
{
	TfPostureFinding finding = TF_FINDING_SUPPORTED;
	TfPostureAnswer *answer = NULL;
	const gchar *bad = NULL;

	if (!read_finding(object, &finding) ||
		tf_posture_answer(posture, tf_finding_question(finding)) != NULL)
		return FALSE;

	answer = g_new0(TfPostureAnswer, 1);
	g_ptr_array_add(posture->answers, answer);
	answer->finding = finding;
	answer->arguments = read_arguments(json_object_get(object, "arguments"), finding);

	return answer->arguments != NULL && tf_json_read(object, answer, fields, &bad) &&
	       !(answer->is_confirmed && tf_finding_answer(finding) == TF_YES);
}

TfPosture *tf_posture_from_json(const json_t *array)
{
	g_autoptr(TfPosture) posture = tf_posture_new();

	if (!json_is_array(array) || json_array_size(array) > TF_N_POSTURE_QUESTIONS)
		return NULL;
	for (gsize i = 0; i < json_array_size(array); i++) {
		if (!read_answer(json_array_get(array, i), posture))
			return NULL;
	}

	return g_steal_pointer(&posture);
}
