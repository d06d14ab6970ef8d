/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The key store of a browser or mail program: a folder with NSS's key4.db and cert9.db, opened by NSS's own
 * softokn as a PKCS#11 module. It is a source of keys here, and never a token.
 *
 * One store at a time: softokn is one per process, and is finalised with the store. The browser that owns the
 * store must be closed (disk/browser.h).
 */
#pragma once

#include <glib.h>

#include "base/secret.h"
#include "key/openssl.h"

typedef struct TfNssStore TfNssStore;

/*
 * 'directory' is resolved and absolute. Not for writing: softokn opens the databases read-only.
 * TF_ERROR_STORE_LIBRARY_MISSING; TF_ERROR_MODULE_UNTRUSTED, TF_ERROR_MODULE_LEAKY, of which nobody is asked
 * for an exception; TF_ERROR_STORE_UNREADABLE when softokn cannot open it; TF_ERROR_WIPE_REFUSED when it is
 * to be written and cannot.
 */
TfNssStore *tf_nss_store_open(
	const gchar *directory, gboolean for_writing, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* C_Finalize and dlclose. */
void tf_nss_store_free(TfNssStore *store);

/* FALSE where no primary password is set: then the keys are there without a login. */
gboolean tf_nss_store_has_password(const TfNssStore *store);
/* One attempt. TF_ERROR_STORE_PASSWORD_WRONG. */
gboolean tf_nss_store_login(TfNssStore *store, const TfSecret *password, GError **error);

/* One private key of the store. */
typedef struct TfNssKey {
	GBytes *id;	   /* CKA_ID */
	gchar *label;	   /* what the store calls it; "" */
	X509 *certificate; /* under the same CKA_ID; NULL: none */
} TfNssKey;

/*
 * TfNssKey of every private key that can be named: one with a CKA_ID, in the order of their CKA_IDs. Each
 * stands there once, and where several issuers have certified it once for each of them, with the certificate
 * that is valid longest; one that only the key itself has signed counts where there is no other. After the
 * login.
 */
GPtrArray *tf_nss_store_keys(TfNssStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void tf_nss_key_free(TfNssKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfNssStore, tf_nss_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TfNssKey, tf_nss_key_free)
