/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-private.h"

#include <string.h>

#include "base/escape.h"
#include "base/hex.h"
#include "record/facts.h"

#define TEXT_OF(value, field)	 G_STRUCT_MEMBER(gchar *, value, (field)->offset)
#define BYTES_OF(value, field)	 G_STRUCT_MEMBER(GBytes *, value, (field)->offset)
#define TIME_OF(value, field)	 G_STRUCT_MEMBER(gint64, value, (field)->offset)
#define COUNT_OF(value, field)	 G_STRUCT_MEMBER(guint, value, (field)->offset)
#define BOOLEAN_OF(value, field) G_STRUCT_MEMBER(gboolean, value, (field)->offset)

void tf_json_copy(gconstpointer value, gpointer copy, const TfJsonField *fields)
{
	for (const TfJsonField *field = fields; field->key != NULL; field++) {
		switch (field->form) {
		case TF_JSON_TEXT:
		case TF_JSON_HEX:
		case TF_JSON_DIGEST:
			TEXT_OF(copy, field) = g_strdup(TEXT_OF(value, field));
			break;
		case TF_JSON_BYTES:
			if (BYTES_OF(value, field) != NULL)
				BYTES_OF(copy, field) = g_bytes_ref(BYTES_OF(value, field));
			break;
		case TF_JSON_TIME:
			TIME_OF(copy, field) = TIME_OF(value, field);
			break;
		case TF_JSON_COUNT:
			COUNT_OF(copy, field) = COUNT_OF(value, field);
			break;
		case TF_JSON_BOOLEAN:
			BOOLEAN_OF(copy, field) = BOOLEAN_OF(value, field);
			break;
		}
	}
}

void tf_json_clear(gpointer value, const TfJsonField *fields)
{
	for (const TfJsonField *field = fields; field->key != NULL; field++) {
		switch (field->form) {
		case TF_JSON_TEXT:
		case TF_JSON_HEX:
		case TF_JSON_DIGEST:
			g_clear_pointer(&TEXT_OF(value, field), g_free);
			break;
		case TF_JSON_BYTES:
			g_clear_pointer(&BYTES_OF(value, field), g_bytes_unref);
			break;
		case TF_JSON_TIME:
		case TF_JSON_COUNT:
		case TF_JSON_BOOLEAN:
			break;
		}
	}
}

static json_t *base64_of(GBytes *bytes)
{
	gsize length = 0;
	const guint8 *data = NULL;
	g_autofree gchar *text = NULL;

	if (bytes == NULL)
		return json_null();

	data = g_bytes_get_data(bytes, &length);
	text = g_base64_encode(data, length);

	return json_string(text);
}

static json_t *time_of(gint64 seconds)
{
	g_autofree gchar *text = tf_time_to_text(seconds);

	return json_string(text);
}

static json_t *write_field(gconstpointer value, const TfJsonField *field)
{
	switch (field->form) {
	case TF_JSON_TEXT:
	case TF_JSON_HEX:
	case TF_JSON_DIGEST:
		return tf_json_text(TEXT_OF(value, field));
	case TF_JSON_BYTES:
		return base64_of(BYTES_OF(value, field));
	case TF_JSON_TIME:
		return field->may_be_null && TIME_OF(value, field) == 0 ? json_null()
									: time_of(TIME_OF(value, field));
	case TF_JSON_COUNT:
		return json_integer(COUNT_OF(value, field));
	case TF_JSON_BOOLEAN:
		return json_boolean(BOOLEAN_OF(value, field));
	}
	g_assert_not_reached();
}

void tf_json_write(json_t *object, gconstpointer value, const TfJsonField *fields)
{
	for (const TfJsonField *field = fields; field->key != NULL; field++)
		(void)json_object_set_new(object, field->key, write_field(value, field));
}

static gboolean is_hexadecimal(const gchar *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

static gboolean is_digest(const gchar *text)
{
	return strlen(text) == 2 * TF_SHA256_SIZE && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* Decoding forgives foreign characters; so the text must be what encoding makes of the result. */
static GBytes *bytes_of(const gchar *text, gsize minimum, gsize maximum)
{
	gsize length = 0;
	g_autofree guint8 *data = g_base64_decode(text, &length);
	g_autofree gchar *again = g_base64_encode(data, length);

	if (length < minimum || length > maximum || strcmp(text, again) != 0)
		return NULL;

	return g_bytes_new_take(g_steal_pointer(&data), length);
}

static gboolean read_text(const json_t *item, gpointer value, const TfJsonField *field)
{
	gsize limit = field->form == TF_JSON_DIGEST ? 2 * TF_SHA256_SIZE : field->maximum;
	const gchar *text = tf_json_bounded(item, limit);

	if (text == NULL || strlen(text) < field->minimum)
		return FALSE;
	if (field->form == TF_JSON_HEX && !is_hexadecimal(text))
		return FALSE;
	if (field->form == TF_JSON_DIGEST && !is_digest(text))
		return FALSE;
	TEXT_OF(value, field) = g_strdup(text);

	return TRUE;
}

static gboolean read_bytes(const json_t *item, gpointer value, const TfJsonField *field)
{
	const gchar *text = tf_json_bounded(item, field->maximum / 3 * 4 + 4);

	if (text == NULL)
		return FALSE;
	BYTES_OF(value, field) = bytes_of(text, field->minimum, field->maximum);

	return BYTES_OF(value, field) != NULL;
}

static gboolean read_count(const json_t *item, gpointer value, const TfJsonField *field)
{
	json_int_t number = json_integer_value(item);

	if (!json_is_integer(item) || number < 0 || number > G_MAXINT || (gsize)number < field->minimum ||
		(gsize)number > field->maximum)
		return FALSE;
	COUNT_OF(value, field) = (guint)number;

	return TRUE;
}

static gboolean read_field(const json_t *item, gpointer value, const TfJsonField *field)
{
	if (field->may_be_null && (item == NULL || json_is_null(item)))
		return TRUE;

	switch (field->form) {
	case TF_JSON_TEXT:
	case TF_JSON_HEX:
	case TF_JSON_DIGEST:
		return read_text(item, value, field);
	case TF_JSON_BYTES:
		return read_bytes(item, value, field);
	case TF_JSON_TIME:
		return tf_time_from_text(json_string_value(item), &TIME_OF(value, field));
	case TF_JSON_COUNT:
		return read_count(item, value, field);
	case TF_JSON_BOOLEAN:
		BOOLEAN_OF(value, field) = json_is_true(item);
		return json_is_boolean(item);
	}
	g_assert_not_reached();
}

gboolean tf_json_read(const json_t *object, gpointer value, const TfJsonField *fields, const gchar **ret_key)
{
	for (const TfJsonField *field = fields; field->key != NULL; field++) {
		if (!read_field(json_object_get(object, field->key), value, field)) {
			*ret_key = field->key;
			return FALSE;
		}
	}

	return TRUE;
}

json_t *tf_json_text(const gchar *text)
{
	g_autofree gchar *escaped = NULL;

	if (text == NULL)
		return json_null();
	if (g_utf8_validate(text, -1, NULL))
		return json_string(text);

	escaped = tf_escape_terminal(text);

	return json_string(escaped);
}

json_t *tf_json_texts(const GPtrArray *texts)
{
	json_t *array = json_array();

	for (guint i = 0; i < texts->len; i++)
		(void)json_array_append_new(array, tf_json_text(g_ptr_array_index(texts, i)));

	return array;
}

const json_t *tf_json_array(const json_t *object, const gchar *key, gsize limit)
{
	const json_t *array = json_object_get(object, key);

	return json_is_array(array) && json_array_size(array) <= limit ? array : NULL;
}

gboolean tf_json_read_texts(
	const json_t *object, const gchar *key, gsize limit, gsize length_limit, GPtrArray *ret_texts)
{
	const json_t *array = tf_json_array(object, key, limit);

	if (array == NULL)
		return FALSE;
	for (gsize i = 0; i < json_array_size(array); i++) {
		const gchar *text = tf_json_bounded(json_array_get(array, i), length_limit);

		if (text == NULL)
			return FALSE;
		g_ptr_array_add(ret_texts, g_strdup(text));
	}

	return TRUE;
}

const gchar *tf_json_bounded(const json_t *value, gsize length_limit)
{
	const gchar *text = json_string_value(value);

	/* A string may hold U+0000 when whoever parsed it allowed that. */
	if (text == NULL || json_string_length(value) > length_limit ||
		strlen(text) != json_string_length(value) || !g_utf8_validate(text, -1, NULL))
		return NULL;

	return text;
}

gboolean tf_json_name(const json_t *value, const gchar *const *names, guint n_names, guint *ret_index)
{
	const gchar *text = json_string_value(value);

	for (guint i = 0; text != NULL && i < n_names; i++) {
		if (strcmp(text, names[i]) == 0) {
			*ret_index = i;
			return TRUE;
		}
	}

	return FALSE;
}
