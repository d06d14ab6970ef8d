/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * --passwords FILE: an owner-only CSV 'number,password', in the encodings of a manifest. The file is kept
 * open and each password read when it is asked for: the secure heap has no room for 100,000 of them.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

typedef struct TfPasswords TfPasswords;

/* TF_ERROR_SOURCE_MISSING, TF_ERROR_SOURCE_UNREADABLE; TF_ERROR_MANIFEST_INVALID with file and line, the
 * first defect (not owner-only, doubled number, empty password, bad encoding …). */
TfPasswords *tf_passwords_open(const gchar *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_passwords_free(TfPasswords *passwords);

/* In UTF-8. NULL with TF_ERROR_SECRET_SOURCE when there is none for this number, or the file was changed. */
TfSecret *tf_passwords_get(
	TfPasswords *passwords, const gchar *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfPasswords, tf_passwords_free)
