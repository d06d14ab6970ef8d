/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "os-release-private.h"

#include <string.h>

#define LIMIT	    16384u
#define VALUE_LIMIT 256u

static const gchar *const files[] = { "/etc/os-release", "/usr/lib/os-release" };

GStrv tf_os_release_read(const TfPostureSite *site, const gchar **ret_source, TfSiteFile *ret_file)
{
	g_autofree gchar *text = NULL;

	for (gsize i = 0; text == NULL && i < G_N_ELEMENTS(files); i++) {
		*ret_source = files[i];
		text = tf_site_read(site, files[i], LIMIT, ret_file);
	}

	return text != NULL && ret_file->is_whole ? g_strsplit(text, "\n", -1) : NULL;
}

gchar *tf_os_release_value(const gchar *const *lines, const gchar *key)
{
	gchar *value = NULL;

	for (guint i = 0; lines[i] != NULL; i++) {
		gsize length = strlen(key);

		if (strncmp(lines[i], key, length) != 0 || lines[i][length] != '=')
			continue;
		g_free(value);
		value = g_shell_unquote(lines[i] + length + 1, NULL);
	}
	if (value != NULL && strlen(value) > VALUE_LIMIT)
		g_clear_pointer(&value, g_free);

	return value;
}
