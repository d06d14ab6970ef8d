/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "control.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "base/error.h"
#include "ckr.h"
#include "component.h"
#include "key/rsa-key.h"
#include "prime.h"

#define MAX_ATTRIBUTES 16u
#define ARENA_SIZE     8192u
#define N_EXPONENTS    96u
#define FIRST_EXPONENT 65537u
#define N_BLOCK_SIZES  2u
#define N_PER_LENGTH   8u
#define BITS_PER_BYTE  8

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BN_CTX, BN_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EC_GROUP, EC_GROUP_free)

static const struct {
	CK_ATTRIBUTE_TYPE type;
	const gchar *parameter;
} rsa_parts[] = {
	{ CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N },
	{ CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E },
	{ CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D },
	{ CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

enum {
	PART_N,
	PART_E,
	PART_D,
	PART_P,
	PART_Q,
	PART_DP,
	PART_DQ,
	PART_QINV,
	N_PARTS
};
G_STATIC_ASSERT(G_N_ELEMENTS(rsa_parts) == N_PARTS);

/* EVP_RSA_gen() takes ten times as long: it asks more of primes (FIPS 186-4, B.3) than a key of one audit
 * needs. Their two highest bits are set, so that the modulus has its full length. */
static gboolean draw_primes(int bits, BIGNUM *parts[N_PARTS])
{
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();

	for (guint i = 0; i < N_PARTS; i++) {
		parts[i] = BN_secure_new();
		if (parts[i] == NULL)
			return FALSE;
	}

	return context != NULL && tf_prime_draw(parts[PART_P], bits - bits / 2, context) &&
	       tf_prime_draw(parts[PART_Q], bits / 2, context) &&
	       BN_mul(parts[PART_N], parts[PART_P], parts[PART_Q], context) == 1;
}

static void clear_parts(BIGNUM *parts[N_PARTS])
{
	for (guint i = 0; i < N_PARTS; i++)
		g_clear_pointer(&parts[i], BN_clear_free);
}

static EVP_PKEY *key_of_parts(BIGNUM *parts[N_PARTS])
{
	TfRsaNumber numbers[N_PARTS];

	for (guint i = 0; i < N_PARTS; i++)
		numbers[i] = (TfRsaNumber){ rsa_parts[i].parameter, parts[i] };

	return tf_rsa_key_of(numbers, N_PARTS);
}

/* The same primes, in turned order, under another public exponent; NULL when it has no inverse. */
static EVP_PKEY *with_exponent(BIGNUM *parts[N_PARTS], const BIGNUM *e)
{
	g_autoptr(BN_CTX) context = BN_CTX_secure_new();
	g_autoptr(BIGNUM) p1 = BN_secure_new();
	g_autoptr(BIGNUM) q1 = BN_secure_new();
	g_autoptr(BIGNUM) phi = BN_secure_new();

	if (context == NULL || p1 == NULL || q1 == NULL || phi == NULL)
		return NULL;
	BN_swap(parts[PART_P], parts[PART_Q]);
	if (BN_sub(p1, parts[PART_P], BN_value_one()) != 1 ||
		BN_sub(q1, parts[PART_Q], BN_value_one()) != 1 || BN_mul(phi, p1, q1, context) != 1 ||
		BN_mod_inverse(parts[PART_D], e, phi, context) == NULL ||
		BN_mod(parts[PART_DP], parts[PART_D], p1, context) != 1 ||
		BN_mod(parts[PART_DQ], parts[PART_D], q1, context) != 1 ||
		BN_mod_inverse(parts[PART_QINV], parts[PART_Q], parts[PART_P], context) == NULL ||
		BN_copy(parts[PART_E], e) == NULL)
		return NULL;

	return key_of_parts(parts);
}

static int pkcs8_length(EVP_PKEY *key)
{
	g_autoptr(PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8(key);

	return info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : -1;
}

/* How many of the block sizes the encoded key fills: of eight bytes (RFC 3394, DES), of sixteen (AES). */
static guint count_blocks_filled(EVP_PKEY *key)
{
	int length = key != NULL ? pkcs8_length(key) : 0;

	return length <= 0 ? 0 : (guint)(length % 8 == 0) + (guint)(length % 16 == 0);
}

/*
 * What wraps without padding wraps whole blocks only: a control key of another length would prove nothing
 * about it. The length depends on the public exponent, the order of the primes and leading zeros: others are
 * tried, the usual sizes first.
 */
static EVP_PKEY *make_rsa(int bits)
{
	g_autoptr(EVP_PKEY) best = NULL;
	g_autoptr(BIGNUM) e = BN_new();
	BIGNUM *parts[N_PARTS] = { NULL };
	gboolean can_vary = e != NULL && BN_set_word(e, FIRST_EXPONENT) == 1 && draw_primes(bits, parts);

	for (guint i = 0; can_vary && i < N_EXPONENTS && count_blocks_filled(best) < N_BLOCK_SIZES; i++) {
		g_autoptr(EVP_PKEY) next = with_exponent(parts, e);

		if (next != NULL && (best == NULL || count_blocks_filled(next) > count_blocks_filled(best))) {
			EVP_PKEY_free(best);
			best = g_steal_pointer(&next);
		}
		/* Odd numbers that grow by one byte at a time: every remainder of a block is met. Those
		 * without an inverse gave no key. */
		can_vary = BN_add_word(e, 2) == 1 &&
			   ((i + 1) % N_PER_LENGTH != 0 ||
				   (BN_lshift(e, e, BITS_PER_BYTE) == 1 && BN_add_word(e, 1) == 1));
	}
	clear_parts(parts);

	return g_steal_pointer(&best);
}

EVP_PKEY *tf_control_draw(EVP_PKEY *model)
{
	gchar group[64];

	if (EVP_PKEY_is_a(model, "RSA") == 1)
		return make_rsa(EVP_PKEY_get_bits(model));
	if (EVP_PKEY_get_group_name(model, group, sizeof(group), NULL) != 1)
		return NULL;

	return EVP_EC_gen(group);
}

TfSecret *tf_control_encode(EVP_PKEY *key)
{
	g_autoptr(PKCS8_PRIV_KEY_INFO) info = EVP_PKEY2PKCS8(key);
	int length = info != NULL ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : -1;
	g_autoptr(TfSecret) encoded = length > 0 ? tf_secret_new((gsize)length) : NULL;
	guint8 *at = encoded != NULL ? tf_secret_buffer(encoded) : NULL;

	if (at == NULL || i2d_PKCS8_PRIV_KEY_INFO(info, &at) != length)
		return NULL;
	tf_secret_set_length(encoded, (gsize)length);

	return g_steal_pointer(&encoded);
}

/* Most tokens write what libcrypto writes; to take it apart costs more than all the rest of an audit. */
gboolean tf_control_is_in(const TfControlKey *control, const TfSecret *bytes)
{
	gsize length = tf_secret_length(control->encoded);

	if (tf_secret_length(bytes) >= length &&
		CRYPTO_memcmp(tf_secret_peek(bytes), tf_secret_peek(control->encoded), length) == 0)
		return TRUE;

	return tf_component_in_pkcs8(control->key, bytes);
}

/* A template whose values lie on the secure heap. */
typedef struct Template {
	CK_ATTRIBUTE attributes[MAX_ATTRIBUTES];
	CK_ULONG count;
	TfSecret *arena;
} Template;

static gboolean add(Template *template, CK_ATTRIBUTE_TYPE type, gconstpointer value, gsize length)
{
	gsize start = tf_secret_length(template->arena);

	g_assert_cmpuint(template->count, <, MAX_ATTRIBUTES);
	if (!tf_secret_append(template->arena, value, length))
		return FALSE;
	template->attributes[template->count++] =
		(CK_ATTRIBUTE){ type, tf_secret_buffer(template->arena) + start, length };

	return TRUE;
}

static gboolean add_number(Template *template, EVP_PKEY *key, CK_ATTRIBUTE_TYPE type, const gchar *parameter)
{
	g_autoptr(BIGNUM) number = NULL;
	g_autoptr(TfSecret) bytes = NULL;
	int length = 0;

	if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1)
		return FALSE;
	length = BN_num_bytes(number);
	bytes = tf_secret_new((gsize)length);
	if (bytes == NULL || BN_bn2binpad(number, tf_secret_buffer(bytes), length) != length)
		return FALSE;

	return add(template, type, tf_secret_buffer(bytes), (gsize)length);
}

static gboolean add_curve(Template *template, EVP_PKEY *key)
{
	gchar name[64];
	g_autoptr(EC_GROUP) group = NULL;
	guint8 *parameters = NULL;
	int length = 0;
	gboolean is_added = FALSE;

	if (EVP_PKEY_get_group_name(key, name, sizeof(name), NULL) != 1)
		return FALSE;
	group = EC_GROUP_new_by_curve_name(OBJ_txt2nid(name));
	length = group != NULL ? i2d_ECPKParameters(group, &parameters) : -1;
	is_added = length > 0 && add(template, CKA_EC_PARAMS, parameters, (gsize)length);
	OPENSSL_free(parameters);

	return is_added;
}

static gboolean add_key(Template *template, EVP_PKEY *key)
{
	if (EVP_PKEY_is_a(key, "RSA") != 1)
		return add_curve(template, key) &&
		       add_number(template, key, CKA_VALUE, OSSL_PKEY_PARAM_PRIV_KEY);
	for (guint i = 0; i < N_PARTS; i++) {
		if (!add_number(template, key, rsa_parts[i].type, rsa_parts[i].parameter))
			return FALSE;
	}

	return TRUE;
}

/* Flags that make the key one that may leave. */
static gboolean add_flags(Template *template, EVP_PKEY *key)
{
	const CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	const CK_KEY_TYPE type = EVP_PKEY_is_a(key, "RSA") == 1 ? CKK_RSA : CKK_EC;
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		CK_BBOOL value;
	} flags[] = {
		{ CKA_TOKEN, CK_FALSE },
		{ CKA_PRIVATE, CK_TRUE },
		{ CKA_SENSITIVE, CK_FALSE },
		{ CKA_EXTRACTABLE, CK_TRUE },
		{ CKA_SIGN, CK_TRUE },
	};

	if (!add(template, CKA_CLASS, &class, sizeof(class)) ||
		!add(template, CKA_KEY_TYPE, &type, sizeof(type)))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
		if (!add(template, flags[i].type, &flags[i].value, sizeof(CK_BBOOL)))
			return FALSE;
	}

	return TRUE;
}

TfControlKey *tf_control_new(const TfSubject *subject, GError **error)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(subject->session);
	g_autoptr(TfControlKey) control = g_new0(TfControlKey, 1);
	g_autoptr(TfSecret) arena = tf_secret_new(ARENA_SIZE);
	Template template = { .arena = arena };
	const TfControlPair *pair = NULL;
	CK_OBJECT_HANDLE object = 0;
	CK_RV rv = CKR_OK;

	control->subject = subject;
	if (subject->lacks_session_keys)
		return g_steal_pointer(&control);
	pair = tf_stock_control(subject->stock, subject->public);
	if (pair == NULL || arena == NULL || !add_flags(&template, pair->key) ||
		!add_key(&template, pair->key)) {
		tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);
		return NULL;
	}
	control->key = pair->key;
	control->encoded = pair->encoded;
	rv = functions->C_CreateObject(
		tf_session_handle(subject->session), template.attributes, template.count, &object);
	if (tf_ckr_is_removal(rv)) {
		(void)tf_ckr_check(rv, "C_CreateObject", error);
		return NULL;
	}
	control->object = rv == CKR_OK ? object : 0;

	return g_steal_pointer(&control);
}

void tf_control_free(TfControlKey *control)
{
	if (control == NULL)
		return;

	if (control->object != 0)
		(void)tf_session_functions(control->subject->session)
			->C_DestroyObject(tf_session_handle(control->subject->session), control->object);
	g_free(control);
}
