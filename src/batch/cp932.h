/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * CP932 (Windows-31J, what Excel in Japan writes as "CSV") to UTF-8, strictly. iconv(3) says once what each
 * code means; the conversion itself is ours, because iconv() keeps what it is given in buffers of its own,
 * which nobody clears, and a cell may hold a password.
 */
#pragma once

#include <glib.h>

#include "base/secret.h"

typedef struct TfCp932 TfCp932;

/* NULL with TF_ERROR_SYSTEM when the system's iconv() does not know CP932. */
TfCp932 *tf_cp932_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void tf_cp932_free(TfCp932 *cp932);

gboolean tf_cp932_is_valid(const TfCp932 *cp932, const guint8 *bytes, gsize length);

/* In UTF-8. FALSE, with 'text' unchanged, when the bytes are not CP932 throughout or do not fit: each becomes
 * three at most, and TF_CP932_SLACK bytes more must be free. */
#define TF_CP932_SLACK 6u
gboolean tf_cp932_append(const TfCp932 *cp932, const guint8 *bytes, gsize length, TfSecret *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfCp932, tf_cp932_free)
