/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --passwords FILE: an owner-only CSV 'number,password', in the encodings of a manifest. The file is kept
 * open and each password read when it is asked for: the secure heap has no room for 100,000 of them. So is a
 * manifest with a column of passwords.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

typedef struct TfPasswords TfPasswords;

/* TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE; TF_ERROR_MANIFEST_INVALID with file and line, the
 * first defect (not owner-only, doubled number, empty password, bad encoding …). */
TfPasswords *tf_passwords_open(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_passwords_free(TfPasswords *passwords);

/* Those that stand in a manifest. Who has none there is asked of 'others' (taken over on success; may be
 * NULL: their files have none). TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE,
 * TF_ERROR_MANIFEST_INVALID. */
TfPasswords *tf_passwords_open_manifest(
	const gchar *path, TfPasswords *others, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* In UTF-8; *ret_password NULL: the file has none. TF_ERROR_PIN_CODE_UNLISTED when a list of passwords has
 * none for this number, TF_ERROR_SECRET_SOURCE when a list was changed. */
gboolean tf_passwords_get(
	TfPasswords *passwords, const gchar *number, TfSecret **ret_password, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPasswords, tf_passwords_free)
