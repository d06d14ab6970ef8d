/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the PC offers by NFS: exports(5). */
#include <string.h>

#include "sharing-private.h"

#define EXPORTS	       "/etc/exports"
#define MORE_EXPORTS   "/etc/exports.d"
#define EXPORTS_ENDING ".exports"
#define OCTAL_DIGITS   "01234567"
#define ESCAPE_LENGTH  4u /* "\040" */

static gboolean is_escape(const gchar *at)
{
	return at[0] == '\\' && strspn(at + 1, OCTAL_DIGITS) >= ESCAPE_LENGTH - 1;
}

/* Three digits hold nine bits: a byte is the lower eight. */
static gchar escaped(const gchar *at)
{
	guint value = 0;

	for (guint i = 1; i < ESCAPE_LENGTH; i++)
		value = value * 8 + (guint)(at[i] - '0');

	return (gchar)(value & 0xff);
}

/* The first word of a line: what is offered. Blanks in it stand in quotes, or are written as octal escapes.
 */
static gchar *first_word(const gchar *line)
{
	GString *word = g_string_new(NULL);
	gboolean is_quoted = FALSE;

	for (const gchar *at = line; *at != '\0' && (is_quoted || !g_ascii_isspace(*at)); at++) {
		if (*at == '"') {
			is_quoted = !is_quoted;
		} else if (is_escape(at)) {
			g_string_append_c(word, escaped(at));
			at += ESCAPE_LENGTH - 1;
		} else {
			g_string_append_c(word, *at);
		}
	}

	return g_string_free(word, FALSE);
}

static void read_exports(TfSharing *sharing, const gchar *path)
{
	g_auto(GStrv) lines = tf_sharing_lines(sharing, path, "");

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree gchar *folder = first_word(lines[i]);

		tf_sharing_add(sharing, folder);
	}
}

void tf_sharing_read_nfs(TfSharing *sharing)
{
	TfSiteAccess access = TF_SITE_NONE;
	g_auto(GStrv) names = tf_site_list(&sharing->site, MORE_EXPORTS, TF_SHARING_FILES_LIMIT, &access);

	read_exports(sharing, EXPORTS);
	for (guint i = 0; names != NULL && names[i] != NULL; i++) {
		g_autofree gchar *path = g_build_filename(MORE_EXPORTS, names[i], NULL);

		if (names[i][0] != '.' && g_str_has_suffix(names[i], EXPORTS_ENDING))
			read_exports(sharing, path);
	}
}
