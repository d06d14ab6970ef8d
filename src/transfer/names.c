/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "transfer/names.h"

#include <jansson.h>

#include "record/facts.h"
#include "record/json-line.h"

gchar *tf_names_to_json(const GPtrArray *names)
{
	g_autoptr(json_t) array = json_array();

	for (guint i = 0; i < names->len; i++)
		json_array_append_new(array, json_string(g_ptr_array_index(names, i)));

	return tf_json_line(array, 0);
}

void tf_names_add_from_json(GPtrArray *names, const gchar *text)
{
	g_autoptr(json_t) array = text != NULL ? json_loads(text, 0, NULL) : NULL;
	size_t i = 0;
	json_t *value = NULL;

	json_array_foreach(array, i, value)
	{
		const gchar *name = json_string_value(value);

		if (name != NULL && !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(name));
	}
}
