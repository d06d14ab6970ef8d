/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fragments: objects that a write cut short by a crash leaves behind (SoftHSM stores attribute by attribute).
 * They have no CKA_ID yet, were not made on the token (CKA_LOCAL), and show no key, or the one that was being
 * written. Whose they are nobody can read off them: only that none lay there before the write makes them
 * ours.
 */
#pragma once

#include "key/openssl.h"
#include "token/session.h"

gboolean tf_fragments_count(TfSession *session, EVP_PKEY *key, guint *ret_count, GError **error);

/* The caller knows that none lay there before the write. A key that bears a label other than 'label', the one
 * being written, is another program's of the time since, and stays (law 1). */
gboolean tf_fragments_remove(TfSession *session, EVP_PKEY *key, const gchar *label, GError **error);
