/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of a profile. GKeyFile merges duplicates in silence and knows no line numbers; this pass finds
 * both before it is asked for values. */
#pragma once

#include <glib.h>

typedef struct TfProfileLine {
	guint number;
	gchar *group;
	gchar *key;	 /* NULL: the line opens the group */
	gchar *language; /* of key[language]; NULL for the plain one */
} TfProfileLine;

/* The groups and keys in order (TfProfileLine), blank lines and comments left out. TF_ERROR_PROFILE_INVALID:
 * not UTF-8, a control character, neither group nor key=value, or something given twice. */
GPtrArray *tf_profile_scan(GBytes *bytes, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "[group] key", for an error. */
gchar *tf_profile_where(const gchar *group, const gchar *key) G_GNUC_WARN_UNUSED_RESULT;
