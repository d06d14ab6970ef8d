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
