/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Facts as data: a GKeyFile held against a table of fields. The load is strict: an unknown or duplicate group
 * or key, a missing required one, or a bad value is an error with file, line, group and key. A loaded profile
 * is immutable.
 */
#pragma once

#include <glib.h>

#define TF_PROFILE_SIZE_LIMIT 65536u

typedef enum TfFieldType {
	TF_FIELD_TEXT,	  /* one line or several (\n), valid UTF-8; a [ja] variant may stand beside it */
	TF_FIELD_LINE,	  /* the same, one line */
	TF_FIELD_BOOLEAN, /* true, false, yes, no */
	TF_FIELD_INTEGER, /* minimum..maximum */
	TF_FIELD_DATE,	  /* YYYY-MM-DD */
	TF_FIELD_CHOICE,  /* one of 'choices' */
	TF_FIELD_LIST,	  /* ';'-separated texts */
} TfFieldType;

typedef struct TfField {
	const gchar *group;
	const gchar *key;
	TfFieldType type;
	gboolean is_required;
	gint64 minimum; /* of an integer, of a text's length in characters, or of a list's */
	gint64 maximum;
	const gchar *const *choices; /* NULL-terminated; TF_FIELD_CHOICE only */
} TfField;

typedef struct TfProfile TfProfile;

/* 'bytes' of the file 'path' against 'n_fields' fields, which must outlive the profile.
 * TF_ERROR_PROFILE_INVALID. */
TfProfile *tf_profile_parse(GBytes *bytes, const gchar *path, const TfField *fields, gsize n_fields,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_profile_free(TfProfile *profile);

/* Borrowed; NULL, FALSE, 0 or an empty list when an optional field is absent. tf_profile_text() with
 * 'language' "ja" prefers the [ja] variant; NULL takes the plain one. Asking for a field that is not in the
 * table is our bug. */
const gchar *tf_profile_text(
	const TfProfile *profile, const gchar *group, const gchar *key, const gchar *language);
gboolean tf_profile_boolean(const TfProfile *profile, const gchar *group, const gchar *key);
gint64 tf_profile_integer(const TfProfile *profile, const gchar *group, const gchar *key);
const gchar *const *tf_profile_list(const TfProfile *profile, const gchar *group, const gchar *key);
gboolean tf_profile_has(const TfProfile *profile, const gchar *group, const gchar *key);

/* What the table cannot say: raises TF_ERROR_PROFILE_INVALID for this field with its line (the last one of
 * the file when it is absent). Returns FALSE. */
gboolean tf_profile_refuse(
	const TfProfile *profile, const gchar *group, const gchar *key, const gchar *reason, GError **error);

/*
 * Where profiles of one kind ("campaigns", "tokens") lie, most special first:
 * $XDG_CONFIG_HOME/tokenferry/profiles, SYSCONFDIR/profiles, PROFILEDIR. Returns the paths of all *.profile
 * files, a name found earlier hiding the same name later. The caller frees the array of gchar. 'directory'
 * (--profiles, tests) replaces the three when it has a folder for the kind.
 */
GPtrArray *tf_profile_list_files(const gchar *kind, const gchar *directory) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfProfile, tf_profile_free)
