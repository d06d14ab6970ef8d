/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key pair on its way from the process that read it to the one that writes it to a token. */
#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>

#include "base/error.h"
#include "keypair-private.h"
#include "private-key.h"

typedef PKCS8_PRIV_KEY_INFO Info;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Info, PKCS8_PRIV_KEY_INFO_free)

TfSecret *tf_keypair_to_pkcs8(const TfKeypair *keypair)
{
	g_autoptr(Info) info = tf_private_key_write(keypair->key);
	int length = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : 0;
	g_autoptr(TfSecret) pkcs8 = length > 0 ? tf_secret_new((gsize)length) : NULL;
	guint8 *at = NULL;

	if (pkcs8 == NULL)
		return NULL;
	at = tf_secret_buffer(pkcs8);
	tf_secret_set_length(pkcs8, (gsize)i2d_PKCS8_PRIV_KEY_INFO(info, &at));

	return g_steal_pointer(&pkcs8);
}

static EVP_PKEY *read_key(const TfSecret *pkcs8)
{
	const guint8 *at = tf_secret_peek(pkcs8);
	g_autoptr(Info) info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)tf_secret_length(pkcs8));

	return info != NULL ? tf_private_key_read(info) : NULL;
}

TfKeypair *tf_keypair_of_pkcs8(
	const TfSecret *pkcs8, X509 *certificate, const TfX509Stack *chain, const gchar *name, GError **error)
{
	g_autoptr(EVP_PKEY) key = read_key(pkcs8);
	EVP_PKEY *public = X509_get0_pubkey(certificate);
	gboolean agrees = key != NULL && public != NULL && EVP_PKEY_eq(key, public) == 1;

	ERR_clear_error();
	if (key == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_DAMAGED, name, _("it holds no readable private key"), NULL);
		return NULL;
	}
	if (!agrees) {
		tf_raise(error, TF_ERROR_SOURCE_MISMATCH, name, NULL);
		return NULL;
	}

	return tf_keypair_assemble(key, certificate,
		chain != NULL ? X509_chain_up_ref((TfX509Stack *)chain) : sk_X509_new_null(), NULL);
}
