/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Key files that lie on a card and that its PKCS#15 directory does not name: a write that failed leaves them,
 * with private parts of the key in them, and no PKCS#11 module shows them. Looked at below PKCS#11, by the
 * probe of the token's family (profile/token-profile.h).
 */
#pragma once

#include "key/openssl.h"
#include "profile/token-profile.h"
#include "token/session.h"

typedef struct TfKeyFiles {
	const gchar *reader; /* where the token lies; NULL: unknown, and nothing is looked at */
	TfTokenProbe probe;
} TfKeyFiles;

/*
 * How many more key files there are than private keys that the session shows: 0 without a probe; 1 when the
 * card cannot list its files, so that nobody takes it for empty. Two APDUs.
 */
gboolean tf_key_files_count_stray(
	TfSession *session, const TfKeyFiles *files, guint *ret_count, GError **error);

/*
 * Deletes those that the directory does not name and that hold 'key', or no whole key: no public part is told
 * of them, which is written last. The caller knows that a write of this key to this token did not end well;
 * the session is logged in as the user, and the card with it. Nothing is deleted when the directory names
 * fewer keys than the session shows: then it is not understood. TF_ERROR_TOKEN_REMOVED, also for another card
 * in the reader.
 */
gboolean tf_key_files_remove_stray(
	TfSession *session, const TfKeyFiles *files, EVP_PKEY *key, GError **error);
