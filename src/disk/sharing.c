/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sharing-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "reach-private.h"

#define CONFIGURATION_LIMIT (1u << 20)
#define OFFERED_LIMIT	    4096u

/* NULL: it is not there, or a server would be asked. The caller frees. */
static gchar *real_of(const TfSharing *sharing, const gchar *path)
{
	g_autofree gchar *there = tf_site_path(&sharing->site, path);
	char *real = tf_reach_is_own(there) ? realpath(there, NULL) : NULL;
	gchar *copy = g_strdup(real);

	free(real);

	return copy;
}

gchar *tf_sharing_resolve(const TfSharing *sharing, const gchar *path)
{
	g_autofree gchar *real = real_of(sharing, path);
	const gchar *rest = real != NULL ? tf_file_below(real, sharing->root) : NULL;

	if (rest != NULL && *rest != '\0')
		return g_strdup(rest);

	/* Two slashes at the beginning would stay. */
	return g_canonicalize_filename(path + strspn(path, "/") - 1, "/");
}

static gchar *load(const TfSharing *sharing, const gchar *path)
{
	g_autofree gchar *real = real_of(sharing, path);
	g_autoptr(GBytes) bytes = real != NULL ? tf_file_load(real, CONFIGURATION_LIMIT, NULL) : NULL;

	return bytes != NULL ? g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static gboolean is_continued(const GString *line)
{
	return line->len > 0 && line->str[line->len - 1] == '\\';
}

GStrv tf_sharing_lines(const TfSharing *sharing, const gchar *path, const gchar *ends)
{
	g_autofree gchar *text = load(sharing, path);
	g_auto(GStrv) pieces = g_strsplit(text != NULL ? text : "", "\n", -1);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; pieces[i] != NULL; i++) {
		GString *line = g_string_new(g_strstrip(pieces[i]));
		gboolean is_comment = line->len > 0 && strchr(ends, line->str[0]) != NULL;

		while (!is_comment && is_continued(line) && pieces[i + 1] != NULL) {
			line->str[line->len - 1] = ' ';
			g_string_append(line, g_strstrip(pieces[++i]));
		}
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
	g_ptr_array_add(lines, NULL);

	return (GStrv)g_ptr_array_steal(lines, NULL);
}

void tf_sharing_add(TfSharing *sharing, const gchar *folder)
{
	g_autofree gchar *resolved = NULL;

	if (folder[0] != '/' || sharing->offered->len >= OFFERED_LIMIT)
		return;

	resolved = tf_sharing_resolve(sharing, folder);
	if (!g_ptr_array_find_with_equal_func(sharing->offered, resolved, g_str_equal, NULL))
		g_ptr_array_add(sharing->offered, g_steal_pointer(&resolved));
}

/* What is resolved below it begins with it only so. */
static gchar *resolved_root(const gchar *root)
{
	char *real = *root != '\0' ? realpath(root, NULL) : NULL;
	gchar *copy = g_strdup(real != NULL ? real : root);

	free(real);

	return copy;
}

static void account_free(TfAccount *account)
{
	g_free(account->name);
	g_free(account->home);
	g_free(account);
}

TfSharing *tf_sharing_new(const gchar *root)
{
	TfSharing *sharing = g_new0(TfSharing, 1);

	sharing->root = resolved_root(root);
	sharing->site.root = sharing->root;
	sharing->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	sharing->offered = g_ptr_array_new_with_free_func(g_free);
	tf_sharing_read_accounts(sharing);
	tf_sharing_read_samba(sharing);
	tf_sharing_read_nfs(sharing);

	return sharing;
}

void tf_sharing_free(TfSharing *sharing)
{
	if (sharing == NULL)
		return;

	g_ptr_array_unref(sharing->offered);
	g_ptr_array_unref(sharing->accounts);
	g_free(sharing->home);
	g_free(sharing->root);
	g_free(sharing);
}

gboolean tf_sharing_is_offered(const TfSharing *sharing, const gchar *path)
{
	for (guint i = 0; i < sharing->offered->len; i++) {
		if (tf_file_below(path, g_ptr_array_index(sharing->offered, i)) != NULL)
			return TRUE;
	}

	return FALSE;
}
