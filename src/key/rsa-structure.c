/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rsa-structure.h"

#include <openssl/asn1t.h>
#include <openssl/core_names.h>

#include "key/rsa-key.h"

#define TWO_PRIMES 0 /* the version */
#define N_NUMBERS  8u

typedef struct PublicKey {
	BIGNUM *n;
	BIGNUM *e;
} PublicKey;

typedef struct PrivateKey {
	gint32 version;
	BIGNUM *n;
	BIGNUM *e;
	/* CBIGNUM: on the secure heap, and cleared. */
	BIGNUM *d;
	BIGNUM *p;
	BIGNUM *q;
	BIGNUM *dp;
	BIGNUM *dq;
	BIGNUM *qinv;
} PrivateKey;

/* clang-format off */
ASN1_SEQUENCE(PublicKey) = {
	ASN1_SIMPLE(PublicKey, n, BIGNUM),
	ASN1_SIMPLE(PublicKey, e, BIGNUM)
} static_ASN1_SEQUENCE_END(PublicKey)

ASN1_SEQUENCE(PrivateKey) = {
	ASN1_EMBED(PrivateKey, version, INT32),
	ASN1_SIMPLE(PrivateKey, n, BIGNUM),
	ASN1_SIMPLE(PrivateKey, e, BIGNUM),
	ASN1_SIMPLE(PrivateKey, d, CBIGNUM),
	ASN1_SIMPLE(PrivateKey, p, CBIGNUM),
	ASN1_SIMPLE(PrivateKey, q, CBIGNUM),
	ASN1_SIMPLE(PrivateKey, dp, CBIGNUM),
	ASN1_SIMPLE(PrivateKey, dq, CBIGNUM),
	ASN1_SIMPLE(PrivateKey, qinv, CBIGNUM)
} static_ASN1_SEQUENCE_END(PrivateKey)
	/* clang-format on */

	static void free_private(PrivateKey * key)
{
	ASN1_item_free((ASN1_VALUE *)key, ASN1_ITEM_rptr(PrivateKey));
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrivateKey, free_private)

int tf_rsa_structure_write(const BIGNUM *n, const BIGNUM *e, guint8 **ret_der)
{
	const PublicKey key = { (BIGNUM *)n, (BIGNUM *)e };
	guint8 *der = NULL;
	int length = ASN1_item_i2d((const ASN1_VALUE *)&key, &der, ASN1_ITEM_rptr(PublicKey));

	if (length <= 0)
		return 0;
	*ret_der = der;

	return length;
}

EVP_PKEY *tf_rsa_structure_read(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	g_autoptr(PrivateKey) key = length <= G_MAXINT ? (PrivateKey *)ASN1_item_d2i(NULL, &at, (long)length,
								 ASN1_ITEM_rptr(PrivateKey))
						       : NULL;
	TfRsaNumber numbers[N_NUMBERS];

	if (key == NULL || at != der + length || key->version != TWO_PRIMES)
		return NULL;
	numbers[0] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_N, key->n };
	numbers[1] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_E, key->e };
	numbers[2] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_D, key->d };
	numbers[3] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_FACTOR1, key->p };
	numbers[4] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_FACTOR2, key->q };
	numbers[5] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_EXPONENT1, key->dp };
	numbers[6] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_EXPONENT2, key->dq };
	numbers[7] = (TfRsaNumber){ OSSL_PKEY_PARAM_RSA_COEFFICIENT1, key->qinv };

	return tf_rsa_key_of(numbers, N_NUMBERS);
}
