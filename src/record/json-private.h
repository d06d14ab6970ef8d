/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one reader and writer of the JSON of this folder: a struct is a table of fields, and copy, free, write
 * and read all follow the table. What is read is hostile until its row has bounded it.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef enum TfJsonForm {
	TF_JSON_TEXT,	 /* gchar *: valid UTF-8, minimum..maximum bytes */
	TF_JSON_HEX,	 /* gchar *: minimum..maximum hexadecimal digits */
	TF_JSON_DIGEST,	 /* gchar *: 64 lower-case hexadecimal digits */
	TF_JSON_BYTES,	 /* GBytes *: base64 (RFC 4648 section 4) of minimum..maximum bytes */
	TF_JSON_TIME,	 /* gint64: RFC 3339 in UTC */
	TF_JSON_COUNT,	 /* guint: minimum..maximum */
	TF_JSON_BOOLEAN, /* gboolean */
} TfJsonForm;

typedef struct TfJsonField {
	const gchar *key;
	gsize offset;
	TfJsonForm form;
	gboolean may_be_null; /* pointers and times only: absent and null both mean NULL, or 0 */
	gsize minimum;
	gsize maximum;
} TfJsonField;

/* Ends a table. */
#define TF_JSON_END                                                                                          \
	{                                                                                                    \
		0                                                                                            \
	}

/* 'value' and 'copy' are structs of the table's type. tf_json_copy() fills the fields of the table only. */
void tf_json_copy(gconstpointer value, gpointer copy, const TfJsonField *fields);
void tf_json_clear(gpointer value, const TfJsonField *fields);
void tf_json_write(json_t *object, gconstpointer value, const TfJsonField *fields);

/* FALSE, the key of the first bad field in *ret_key, when 'object' is none or does not fit; 'value' is then
 * half filled and is to be freed. It must be zeroed before. */
gboolean tf_json_read(const json_t *object, gpointer value, const TfJsonField *fields, const gchar **ret_key);

/* Text out of the world as a JSON string: bytes that are not UTF-8 (file names) are written as \xHH. NULL
 * gives null. */
json_t *tf_json_text(const gchar *text);
json_t *tf_json_texts(const GPtrArray *texts);

/* An array of at most 'limit' elements, or NULL. */
const json_t *tf_json_array(const json_t *object, const gchar *key, gsize limit);

/* Appends to 'ret_texts'. FALSE when the array or one of its texts is out of bounds. */
gboolean tf_json_read_texts(
	const json_t *object, const gchar *key, gsize limit, gsize length_limit, GPtrArray *ret_texts);

/* The text of 'value' when it is one of 'length_limit' bytes at most; NULL otherwise. Borrowed. */
const gchar *tf_json_bounded(const json_t *value, gsize length_limit);

/* The place of a name in a table of them. */
gboolean tf_json_name(const json_t *value, const gchar *const *names, guint n_names, guint *ret_index);
