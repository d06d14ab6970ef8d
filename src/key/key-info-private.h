/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PrivateKeyInfo (RFC 5958, section 2), and whether another secret could lie in it: behind it, behind the
 * key within it, in place of a number of the key's form, in its attributes. */
#pragma once

#include <glib.h>
#include <openssl/pkcs12.h>

typedef struct TfKeyInfo {
	PKCS8_PRIV_KEY_INFO *info;
	gboolean is_alone; /* FALSE: it may hold more than the one key */
} TfKeyInfo;

/* A TfReader: what follows the value is allowed, and is_alone FALSE then. NULL when it is none. */
gpointer tf_key_info_read(const guint8 *bytes, gsize length);
void tf_key_info_free(TfKeyInfo *info);

/* Whether the key is on a curve that only its name says; TRUE for what is on none. What describes a curve by
 * numbers has room for any. NULL: FALSE. */
gboolean tf_key_info_is_named(const EVP_PKEY *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfKeyInfo, tf_key_info_free)
