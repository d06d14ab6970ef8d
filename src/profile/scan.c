/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "profile/profile.h"

typedef struct Scan {
	const gchar *path;
	GPtrArray *lines;
	GHashTable *seen;   /* "[group] key[language]" */
	const gchar *group; /* the current one; of the last line */
} Scan;

static void line_free(gpointer data)
{
	TfProfileLine *line = data;

	g_free(line->group);
	g_free(line->key);
	g_free(line->language);
	g_free(line);
}

gchar *tf_profile_where(const gchar *group, const gchar *key)
{
	if (group == NULL)
		return g_strdup(key != NULL ? key : "");

	return key != NULL ? g_strdup_printf("[%s] %s", group, key) : g_strdup_printf("[%s]", group);
}

static gboolean refuse(
	const Scan *scan, guint number, const gchar *where, const gchar *reason, GError **error)
{
	return tf_raise(error, TF_ERROR_PROFILE_INVALID, scan->path, TF_NUMBER(number), where, reason, NULL);
}

static gboolean is_name(const gchar *text)
{
	return g_ascii_isalpha(text[0]) &&
	       text[strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS)] == '\0';
}

static gboolean is_language(const gchar *text)
{
	return strlen(text) >= 2 && strlen(text) <= 8 &&
	       text[strspn(text, G_CSET_A_2_Z G_CSET_a_2_z "_")] == '\0';
}

static gboolean add(
	Scan *scan, guint number, const gchar *group, const gchar *key, const gchar *language, GError **error)
{
	TfProfileLine *line = g_new0(TfProfileLine, 1);
	g_autofree gchar *where = tf_profile_where(group, key);
	g_autofree gchar *whole = g_strconcat(where, "[", language, NULL);

	line->number = number;
	line->group = g_strdup(group);
	line->key = g_strdup(key);
	line->language = g_strdup(language);
	g_ptr_array_add(scan->lines, line);
	scan->group = line->group;
	if (!g_hash_table_add(scan->seen, g_steal_pointer(&whole)))
		return refuse(scan, number, where, _("it is given twice"), error);

	return TRUE;
}

static gboolean scan_group(Scan *scan, guint number, const gchar *text, GError **error)
{
	gsize length = strlen(text);
	g_autofree gchar *name = NULL;

	if (length >= 2 && text[length - 1] == ']')
		name = g_strndup(text + 1, length - 2);
	if (name == NULL || !is_name(name))
		return refuse(scan, number, text, _("this is not the name of a group"), error);

	return add(scan, number, name, NULL, NULL, error);
}

static gboolean scan_key(Scan *scan, guint number, const gchar *text, GError **error)
{
	const gchar *equals = strchr(text, '=');
	g_autofree gchar *key = NULL;
	g_autofree gchar *language = NULL;
	gchar *bracket = NULL;

	if (equals == NULL)
		return refuse(scan, number, text, _("this is neither a group nor key=value"), error);
	key = g_strchomp(g_strndup(text, (gsize)(equals - text)));
	bracket = strchr(key, '[');
	if (bracket != NULL && g_str_has_suffix(bracket, "]")) {
		language = g_strndup(bracket + 1, strlen(bracket) - 2);
		*bracket = '\0';
	}
	if (!is_name(key) || (language != NULL && !is_language(language)))
		return refuse(scan, number, text, _("this is not the name of a key"), error);
	if (scan->group == NULL)
		return refuse(scan, number, key, _("it stands before the first group"), error);

	return add(scan, number, scan->group, key, language, error);
}

static gboolean scan_line(Scan *scan, guint number, const gchar *text, GError **error)
{
	for (const gchar *at = text; *at != '\0'; at++) {
		if (g_ascii_iscntrl(*at) && *at != '\t')
			return refuse(scan, number, "", _("it holds a control character"), error);
	}
	if (text[0] == '\0' || text[0] == '#')
		return TRUE;
	/* GKeyFile would take such a line, but no two readers agree on what it means. */
	if (g_ascii_isspace(text[0]))
		return refuse(scan, number, text, _("it begins with a blank"), error);
	if (text[0] == '[')
		return scan_group(scan, number, text, error);

	return scan_key(scan, number, text, error);
}

GPtrArray *tf_profile_scan(GBytes *bytes, const gchar *path, GError **error)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(line_free);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Scan scan = { .path = path, .lines = lines, .seen = seen };
	g_autofree gchar *text = NULL;
	g_auto(GStrv) split = NULL;
	gsize length = 0;
	const gchar *data = g_bytes_get_data(bytes, &length);

	if (length > TF_PROFILE_SIZE_LIMIT) {
		refuse(&scan, 0, "", g_strerror(EFBIG), error);
		return NULL;
	}
	/* A NUL byte is none of its valid characters. */
	if (length > 0 && !g_utf8_validate(data, (gssize)length, NULL)) {
		refuse(&scan, 0, "", _("it is not valid UTF-8"), error);
		return NULL;
	}
	text = g_strndup(length > 0 ? data : "", length);
	split = g_strsplit(text, "\n", -1);
	for (guint i = 0; split[i] != NULL; i++) {
		if (!scan_line(&scan, i + 1, split[i], error))
			return NULL;
	}

	return g_steal_pointer(&lines);
}
