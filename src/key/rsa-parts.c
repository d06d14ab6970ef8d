/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rsa-parts.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

/* Of 4,096 bits, the largest that is taken. */
#define NUMBER_SIZE ((gsize)4096 / 8)
/* Taken from a prime: any but 0 and 1 would do. */
#define NUMBER 0x746f6b656eUL

typedef enum Part {
	PART_N,
	PART_E,
	PART_D,
	PART_P,
	PART_Q,
	PART_DP,
	PART_DQ,
	PART_QINV,
	N_PARTS
} Part;

static const gchar *const part_names[N_PARTS] = {
	[PART_N] = OSSL_PKEY_PARAM_RSA_N,
	[PART_E] = OSSL_PKEY_PARAM_RSA_E,
	[PART_D] = OSSL_PKEY_PARAM_RSA_D,
	[PART_P] = OSSL_PKEY_PARAM_RSA_FACTOR1,
	[PART_Q] = OSSL_PKEY_PARAM_RSA_FACTOR2,
	[PART_DP] = OSSL_PKEY_PARAM_RSA_EXPONENT1,
	[PART_DQ] = OSSL_PKEY_PARAM_RSA_EXPONENT2,
	[PART_QINV] = OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
};

typedef struct Parts {
	BN_CTX *context;
	BIGNUM *numbers[N_PARTS];
	BIGNUM *less_one; /* of the prime in hand */
	BIGNUM *product;
} Parts;

/* Not by EVP_PKEY_get_bn_param(), whose buffer on the stack nobody promises to clear. */
TfSecret *tf_rsa_parts_number(const EVP_PKEY *key, const gchar *name)
{
	g_autoptr(TfSecret) native = tf_secret_new(NUMBER_SIZE);
	g_autoptr(TfSecret) number = tf_secret_new(NUMBER_SIZE);
	OSSL_PARAM parameters[] = { OSSL_PARAM_END, OSSL_PARAM_END };
	gsize length = 0;

	if (native == NULL || number == NULL)
		return NULL;
	parameters[0] = OSSL_PARAM_construct_BN(name, tf_secret_buffer(native), NUMBER_SIZE);
	if (EVP_PKEY_get_params(key, parameters) != 1 || !OSSL_PARAM_modified(&parameters[0]))
		return NULL;

	length = MIN(parameters[0].return_size, NUMBER_SIZE);
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
	while (length > 0 && tf_secret_buffer(native)[length - 1] == 0)
		length--;
	for (gsize i = length; i > 0; i--)
		(void)tf_secret_append(number, tf_secret_buffer(native) + i - 1, 1);
#else
	for (gsize i = 0; i < length; i++) {
		if (tf_secret_buffer(native)[i] != 0 || tf_secret_length(number) > 0)
			(void)tf_secret_append(number, tf_secret_buffer(native) + i, 1);
	}
#endif

	return tf_secret_length(number) > 0 ? g_steal_pointer(&number) : NULL;
}

static void parts_clear(Parts *parts)
{
	for (guint i = 0; i < N_PARTS; i++)
		BN_clear_free(parts->numbers[i]);
	BN_clear_free(parts->less_one);
	BN_clear_free(parts->product);
	BN_CTX_free(parts->context);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static gboolean read_part(Parts *parts, const EVP_PKEY *key, Part part)
{
	g_autoptr(TfSecret) number = tf_rsa_parts_number(key, part_names[part]);

	if (number == NULL)
		return FALSE;
	parts->numbers[part] = BN_secure_new();
	/* As libcrypto has it of its own keys: no way through a calculation depends on them. */
	if (parts->numbers[part] != NULL && part >= PART_D)
		BN_set_flags(parts->numbers[part], BN_FLG_CONSTTIME);

	return parts->numbers[part] != NULL &&
	       BN_bin2bn(tf_secret_peek(number), (int)tf_secret_length(number), parts->numbers[part]) != NULL;
}

static gboolean read_parts(Parts *parts, const EVP_PKEY *key)
{
	parts->context = BN_CTX_secure_new();
	parts->less_one = BN_secure_new();
	parts->product = BN_secure_new();
	if (parts->context == NULL || parts->less_one == NULL || parts->product == NULL)
		return FALSE;
	for (guint i = 0; i < N_PARTS; i++) {
		if (!read_part(parts, key, (Part)i))
			return FALSE;
	}

	return TRUE;
}

static gboolean is_product(const Parts *parts)
{
	return BN_mul(parts->product, parts->numbers[PART_P], parts->numbers[PART_Q], parts->context) == 1 &&
	       BN_cmp(parts->product, parts->numbers[PART_N]) == 0;
}

/* e * exponent = 1 modulo prime - 1; an 'exponent' modulo it that is the smallest is the only one (dP, dQ).
 */
static gboolean inverts(const Parts *parts, const BIGNUM *exponent, const BIGNUM *prime)
{
	return !BN_is_zero(prime) && !BN_is_one(prime) && BN_copy(parts->less_one, prime) != NULL &&
	       BN_sub_word(parts->less_one, 1) == 1 &&
	       BN_mod_mul(parts->product, exponent, parts->numbers[PART_E], parts->less_one,
		       parts->context) == 1 &&
	       BN_is_one(parts->product);
}

static gboolean exponent_fits(const Parts *parts, Part exponent, Part prime)
{
	const BIGNUM *number = parts->numbers[exponent];

	return BN_cmp(number, parts->numbers[prime]) < 0 && inverts(parts, number, parts->numbers[prime]);
}

static gboolean coefficient_fits(const Parts *parts)
{
	const BIGNUM *coefficient = parts->numbers[PART_QINV];
	const BIGNUM *p = parts->numbers[PART_P];

	return BN_cmp(coefficient, p) < 0 &&
	       BN_mod_mul(parts->product, coefficient, parts->numbers[PART_Q], p, parts->context) == 1 &&
	       BN_is_one(parts->product);
}

/* One half of the use of a key. */
typedef struct Half {
	const BIGNUM *prime; /* borrowed */
	BIGNUM *number;
	BIGNUM *exponent;
	BIGNUM *power;
} Half;

static void half_clear(Half *half)
{
	BN_clear_free(half->number);
	BN_clear_free(half->exponent);
	BN_clear_free(half->power);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Half, half_clear)

/* The number is as long as the prime, for which libcrypto has faster ways than for short ones. */
static gboolean prepare(const Parts *parts, Part prime, Half *half)
{
	half->prime = parts->numbers[prime];
	half->number = BN_secure_new();
	half->exponent = BN_secure_new();
	half->power = BN_secure_new();

	return half->number != NULL && half->exponent != NULL && half->power != NULL &&
	       BN_copy(half->number, half->prime) != NULL && BN_sub_word(half->number, NUMBER) == 1 &&
	       BN_copy(parts->less_one, half->prime) != NULL && BN_sub_word(parts->less_one, 1) == 1 &&
	       BN_mod(half->exponent, parts->numbers[PART_D], parts->less_one, parts->context) == 1;
}

/* The power to e, modulo the prime, is the number again. */
static gboolean is_undone(const Parts *parts, const Half *half)
{
	return BN_mod_exp_mont(parts->product, half->power, parts->numbers[PART_E], half->prime,
		       parts->context, NULL) == 1 &&
	       BN_cmp(parts->product, half->number) == 0;
}

/* Both halves at once, as libcrypto signs. */
static gboolean works(const Parts *parts)
{
	g_auto(Half) p = { 0 };
	g_auto(Half) q = { 0 };

	return prepare(parts, PART_P, &p) && prepare(parts, PART_Q, &q) &&
	       BN_mod_exp_mont_consttime_x2(p.power, p.number, p.exponent, p.prime, NULL, q.power, q.number,
		       q.exponent, q.prime, NULL, parts->context) == 1 &&
	       is_undone(parts, &p) && is_undone(parts, &q);
}

gboolean tf_rsa_parts_fit(const EVP_PKEY *key)
{
	g_auto(Parts) parts = { 0 };

	return read_parts(&parts, key) && is_product(&parts) &&
	       inverts(&parts, parts.numbers[PART_D], parts.numbers[PART_P]) &&
	       inverts(&parts, parts.numbers[PART_D], parts.numbers[PART_Q]) &&
	       exponent_fits(&parts, PART_DP, PART_P) && exponent_fits(&parts, PART_DQ, PART_Q) &&
	       coefficient_fits(&parts) && works(&parts);
}
