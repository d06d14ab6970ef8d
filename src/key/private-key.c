/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "private-key.h"

#include <openssl/objects.h>

#include "rsa-structure.h"

EVP_PKEY *tf_private_key_read(const PKCS8_PRIV_KEY_INFO *info)
{
	const ASN1_OBJECT *algorithm = NULL;
	const guint8 *der = NULL;
	EVP_PKEY *key = NULL;
	int length = 0;

	if (PKCS8_pkey_get0(&algorithm, &der, &length, NULL, info) == 1 && length > 0 &&
		OBJ_obj2nid(algorithm) == NID_rsaEncryption)
		key = tf_rsa_structure_read(der, (gsize)length);

	return key != NULL ? key : EVP_PKCS82PKEY(info);
}

PKCS8_PRIV_KEY_INFO *tf_private_key_write(EVP_PKEY *key)
{
	guint8 *der = NULL;
	int length = EVP_PKEY_is_a(key, "RSA") ? tf_rsa_structure_write_private(key, &der) : 0;
	PKCS8_PRIV_KEY_INFO *info = NULL;

	if (length <= 0)
		return EVP_PKEY2PKCS8(key);
	info = PKCS8_PRIV_KEY_INFO_new();
	if (info != NULL &&
		PKCS8_pkey_set0(info, OBJ_nid2obj(NID_rsaEncryption), 0, V_ASN1_NULL, NULL, der, length) == 1)
		return info;
	OPENSSL_clear_free(der, (gsize)length);
	PKCS8_PRIV_KEY_INFO_free(info);

	return NULL;
}
