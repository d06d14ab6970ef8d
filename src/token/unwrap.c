/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What C_WrapKey wrapped with a key we know, unwrapped by libcrypto. */
#include <openssl/rsa.h>

#include "wrap-parameter.h"
#include "wrapping-key.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

typedef struct Bytes {
	const guint8 *data;
	gsize length;
} Bytes;

gboolean tf_wrapping_key_is_known(const TfWrappingKey *key, const TfWrapMechanism *mechanism)
{
	return key->rsa != NULL || (key->value != NULL && mechanism->cipher != NULL);
}

/* RFC 3394 and RFC 5649 bring their own initial values. */
static EVP_CIPHER_CTX *start(const TfWrapMechanism *mechanism, const TfSecret *value)
{
	g_autoptr(EVP_CIPHER) cipher = EVP_CIPHER_fetch(NULL, mechanism->cipher, NULL);
	g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
	gboolean has_iv =
		mechanism->parameter != TF_WRAP_NO_PARAMETER && mechanism->parameter != TF_WRAP_RSA_AES;
	guint8 iv[16];

	tf_wrap_iv(iv);
	if (cipher == NULL || context == NULL ||
		EVP_CIPHER_get_key_length(cipher) != (int)tf_secret_length(value))
		return NULL;
	EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	if (EVP_DecryptInit_ex2(context, cipher, tf_secret_peek(value), has_iv ? iv : NULL, NULL) != 1 ||
		EVP_CIPHER_CTX_set_padding(context, mechanism->is_padded ? 1 : 0) != 1)
		return NULL;

	return g_steal_pointer(&context);
}

static TfSecret *decrypt(const TfWrapMechanism *mechanism, const TfSecret *value, Bytes wrapped)
{
	g_autoptr(EVP_CIPHER_CTX) context = start(mechanism, value);
	g_autoptr(TfSecret) plain = tf_secret_new(wrapped.length + EVP_MAX_BLOCK_LENGTH);
	gsize tag = mechanism->parameter == TF_WRAP_GCM ? TF_WRAP_TAG_BYTES : 0;
	int length = 0;
	int rest = 0;

	if (context == NULL || plain == NULL || wrapped.length <= tag || wrapped.length > G_MAXINT)
		return NULL;
	if (tag != 0 && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)tag,
				(void *)(wrapped.data + wrapped.length - tag)) != 1)
		return NULL;
	if (EVP_DecryptUpdate(context, tf_secret_buffer(plain), &length, wrapped.data,
		    (int)(wrapped.length - tag)) != 1 ||
		EVP_DecryptFinal_ex(context, tf_secret_buffer(plain) + length, &rest) != 1)
		return NULL;
	tf_secret_set_length(plain, (gsize)length + (gsize)rest);

	return g_steal_pointer(&plain);
}

static TfSecret *decrypt_rsa(const TfWrapMechanism *mechanism, EVP_PKEY *rsa, Bytes wrapped)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_pkey(NULL, rsa, NULL);
	g_autoptr(TfSecret) plain = tf_secret_new(mechanism->key_length);
	gsize length = mechanism->key_length;
	int padding = RSA_PKCS1_OAEP_PADDING;

	if (mechanism->type == CKM_RSA_PKCS)
		padding = RSA_PKCS1_PADDING;
	if (mechanism->type == CKM_RSA_X_509)
		padding = RSA_NO_PADDING;
	if (context == NULL || plain == NULL || EVP_PKEY_decrypt_init(context) != 1 ||
		EVP_PKEY_CTX_set_rsa_padding(context, padding) != 1 ||
		EVP_PKEY_decrypt(context, tf_secret_buffer(plain), &length, wrapped.data, wrapped.length) !=
			1)
		return NULL;
	tf_secret_set_length(plain, length);

	return g_steal_pointer(&plain);
}

TfSecret *tf_wrapping_key_unwrap(
	const TfWrappingKey *key, const TfWrapMechanism *mechanism, const TfSecret *wrapped)
{
	Bytes all = { tf_secret_peek(wrapped), tf_secret_length(wrapped) };
	Bytes head = { all.data, mechanism->key_length };
	g_autoptr(TfSecret) inner = NULL;

	if (key->rsa == NULL)
		return decrypt(mechanism, key->value, all);
	if (mechanism->parameter != TF_WRAP_RSA_AES)
		return decrypt_rsa(mechanism, key->rsa, all);
	if (all.length <= head.length)
		return NULL;
	inner = decrypt_rsa(mechanism, key->rsa, head);

	return inner != NULL ? decrypt(mechanism, inner,
				       (Bytes){ all.data + head.length, all.length - head.length })
			     : NULL;
}
