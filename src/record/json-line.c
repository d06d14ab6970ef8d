/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record/json-line.h"

#include <stdlib.h>

/* Copied, because jansson's allocator need not be GLib's. */
gchar *tf_json_line(const json_t *value, size_t flags)
{
	char *dumped = json_dumps(value, JSON_COMPACT | flags);
	gchar *line = g_strdup(dumped);

	free(dumped);

	return line;
}
