/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rsa-structure.h"

#include <openssl/asn1t.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>

#include "key/rsa-key.h"
#include "rsa-parts.h"

#define TWO_PRIMES 0 /* the version */
#define N_NUMBERS  8u

static const gchar *const number_names[N_NUMBERS] = {
	OSSL_PKEY_PARAM_RSA_N,
	OSSL_PKEY_PARAM_RSA_E,
	OSSL_PKEY_PARAM_RSA_D,
	OSSL_PKEY_PARAM_RSA_FACTOR1,
	OSSL_PKEY_PARAM_RSA_FACTOR2,
	OSSL_PKEY_PARAM_RSA_EXPONENT1,
	OSSL_PKEY_PARAM_RSA_EXPONENT2,
	OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

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

static void free_public(PublicKey *key)
{
	ASN1_item_free((ASN1_VALUE *)key, ASN1_ITEM_rptr(PublicKey));
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PublicKey, free_public)

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

EVP_PKEY *tf_rsa_structure_read_public(const guint8 *der, gsize length)
{
	const guint8 *at = der;
	g_autoptr(PublicKey) key = length <= G_MAXINT ? (PublicKey *)ASN1_item_d2i(NULL, &at, (long)length,
								ASN1_ITEM_rptr(PublicKey))
						      : NULL;

	if (key == NULL || at != der + length)
		return NULL;

	return tf_rsa_key_of(
		(const TfRsaNumber[]){ { OSSL_PKEY_PARAM_RSA_N, key->n }, { OSSL_PKEY_PARAM_RSA_E, key->e } },
		2);
}

/* In the order of the structure. */
static void list_numbers(PrivateKey *key, BIGNUM **numbers[N_NUMBERS])
{
	BIGNUM **const listed[N_NUMBERS] = { &key->n, &key->e, &key->d, &key->p, &key->q, &key->dp, &key->dq,
		&key->qinv };

	memcpy(numbers, listed, sizeof listed);
}

static gboolean has_third_prime(const EVP_PKEY *key)
{
	g_autoptr(TfSecret) third = tf_rsa_parts_number(key, OSSL_PKEY_PARAM_RSA_FACTOR3);

	ERR_clear_error();

	return third != NULL;
}

static gboolean read_number(const EVP_PKEY *key, const gchar *name, BIGNUM *number)
{
	g_autoptr(TfSecret) bytes = tf_rsa_parts_number(key, name);

	return bytes != NULL &&
	       BN_bin2bn(tf_secret_peek(bytes), (int)tf_secret_length(bytes), number) != NULL;
}

int tf_rsa_structure_write_private(const EVP_PKEY *key, guint8 **ret_der)
{
	g_autoptr(PrivateKey) private = (PrivateKey *)ASN1_item_new(ASN1_ITEM_rptr(PrivateKey));
	BIGNUM **numbers[N_NUMBERS];
	guint8 *der = NULL;
	int length = 0;

	if (private == NULL || has_third_prime(key))
		return 0;
	list_numbers(private, numbers);
	for (guint i = 0; i < N_NUMBERS; i++) {
		if (!read_number(key, number_names[i], *numbers[i]))
			return 0;
	}
	length = ASN1_item_i2d((const ASN1_VALUE *)private, &der, ASN1_ITEM_rptr(PrivateKey));
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
	BIGNUM **numbers[N_NUMBERS];
	TfRsaNumber named[N_NUMBERS];

	if (key == NULL || at != der + length || key->version != TWO_PRIMES)
		return NULL;
	list_numbers(key, numbers);
	for (guint i = 0; i < N_NUMBERS; i++)
		named[i] = (TfRsaNumber){ number_names[i], *numbers[i] };

	return tf_rsa_key_of(named, N_NUMBERS);
}
