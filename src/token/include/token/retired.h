/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A key that is no longer wanted on its token: what lies under its CKA_ID, shown before it is destroyed.
 * Only objects that are shown to be of this key are ever touched (law 1), so that an ID under which anything
 * else lies is refused as a whole.
 */
#pragma once

#include <glib.h>

#include "key/openssl.h"
#include "token/session.h"

typedef struct TfRetired {
	GBytes *key_id;
	gboolean has_private_key; /* FALSE: an earlier removal was cut short */
	GPtrArray *certificates;  /* X509, all of this key; the one that is valid longest is the first */
	GPtrArray *intermediates; /* X509 of its issuers on the token that nothing else there needs */
} TfRetired;
void tf_retired_free(TfRetired *retired);

/* The CKA_IDs (GBytes) that could be given to tf_retired_new(): of private keys and of certificates that are
 * no authority's. 'session' is logged in. */
GPtrArray *tf_retired_ids(TfSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TF_ERROR_TOKEN_KEY_MISSING without a certificate there, TF_ERROR_TOKEN_KEY_UNCLEAR when two private keys or
 * anything of another key lies under 'key_id'. */
TfRetired *tf_retired_new(TfSession *session, GBytes *key_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Destroys it all, in a logged-in session for writing, once it is seen to be what 'retired' says; else
 * TF_ERROR_TOKEN_KEY_UNCLEAR. A removal cut short may be begun again. */
gboolean tf_retired_destroy(TfSession *session, const TfRetired *retired, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfRetired, tf_retired_free)
