/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "base/secret.h"

/*
 * PBKDF2 (RFC 8018, 5.2) with HMAC-SHA-256, which nearly all files of today have: the first 'length' octets
 * into 'key'. libcrypto's copies a context on the heap for each of what may be millions of rounds; here a
 * round is two compressions, two and a half times as fast where the processor has instructions for them.
 * 'password' NULL: an empty one. FALSE when the secure heap is exhausted, or 'key' has no room.
 */
gboolean tf_pbkdf2_sha256(const TfSecret *password, const guint8 *salt, gsize salt_length, guint64 rounds,
	TfSecret *key, gsize length);
