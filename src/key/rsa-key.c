/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/rsa-key.h"

#include <openssl/param_build.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OSSL_PARAM, OSSL_PARAM_free)

EVP_PKEY *tf_rsa_key_of(const TfRsaNumber *numbers, gsize n_numbers)
{
	g_autoptr(OSSL_PARAM_BLD) builder = OSSL_PARAM_BLD_new();
	g_autoptr(OSSL_PARAM) parameters = NULL;
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;

	if (builder == NULL || context == NULL)
		return NULL;
	for (gsize i = 0; i < n_numbers; i++) {
		if (OSSL_PARAM_BLD_push_BN(builder, numbers[i].parameter, numbers[i].number) != 1)
			return NULL;
	}
	parameters = OSSL_PARAM_BLD_to_param(builder);
	if (parameters == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters) != 1)
		return NULL;

	return key;
}
