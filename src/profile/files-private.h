/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of one kind of profile, found and loaded: what campaigns and token families have in common. */
#pragma once

#include "profile/profile.h"

typedef struct TfProfileKind {
	const gchar *name; /* "campaigns", "tokens": the folder */
	gpointer (*parse)(GBytes *bytes, const gchar *path, GError **error);
	GDestroyNotify destroy;
} TfProfileKind;

/* The file's name without .profile; the caller frees. */
gchar *tf_profile_name_of(const gchar *path) G_GNUC_WARN_UNUSED_RESULT;

/* The value of one file. TF_ERROR_PROFILE_INVALID and errors of reading it. */
gpointer tf_profile_load_file(
	const TfProfileKind *kind, const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The one of that name. TF_ERROR_PROFILE_MISSING, or what loading it says. */
gpointer tf_profile_load_named(const TfProfileKind *kind, const gchar *name, const gchar *directory,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All files of tf_profile_list_files() loaded, in that order; a broken one is an error. */
GPtrArray *tf_profile_load_all(
	const TfProfileKind *kind, const gchar *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
