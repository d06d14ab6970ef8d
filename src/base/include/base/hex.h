/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Public bytes (digests, identifiers) as lower-case hexadecimal text. Not for secrets. */
#pragma once

#include <glib.h>

#define TF_SHA256_SIZE 32

gchar *tf_hex(gconstpointer bytes, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* NULL when 'text' is not an even number of hexadecimal digits. */
GBytes *tf_unhex(const gchar *text) G_GNUC_WARN_UNUSED_RESULT;

void tf_sha256(gconstpointer bytes, gsize length, guint8 ret_digest[TF_SHA256_SIZE]);

/* A random UUID (RFC 4122, version 4) from libcrypto. */
gchar *tf_uuid(void) G_GNUC_WARN_UNUSED_RESULT;
