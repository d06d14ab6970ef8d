/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wrapping-key.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "ckr.h"
#include "object.h"
#include "wrap-parameter.h"
#include "wrapping-pair.h"

/* PKCS #11 3.0; p11-kit's header ends before. */
#define CKM_AES_KEY_WRAP_KWP 0x210bUL

#define WRAPPED_LIMIT (16u << 10)
#define AES_BYTES     32u
#define DES3_BYTES    24u
#define DES_BYTES     8u
#define SEED_BYTES    16u
#define RSA_BYTES     TF_WRAPPING_PAIR_BYTES

#define WHOLE	TF_ATTEMPT_WRAP
#define LIMITED TF_ATTEMPT_WRAP_LIMITED

#define AES		CKK_AES, CKM_AES_KEY_GEN, AES_BYTES
#define DES3		CKK_DES3, CKM_DES3_KEY_GEN, DES3_BYTES
#define DES		CKK_DES, CKM_DES_KEY_GEN, DES_BYTES
#define CAM		CKK_CAMELLIA, CKM_CAMELLIA_KEY_GEN, AES_BYTES
#define SEED		CKK_SEED, CKM_SEED_KEY_GEN, SEED_BYTES
#define RSA_		CKK_RSA, 0, RSA_BYTES
#define NAME(mechanism) mechanism, #mechanism

/* clang-format off */
static const TfWrapMechanism mechanisms[] = {
	{ NAME(CKM_AES_KEY_WRAP),     AES,  TF_WRAP_NO_PARAMETER, LIMITED,  8, "AES-256-WRAP",      FALSE },
	{ NAME(CKM_AES_KEY_WRAP_PAD), AES,  TF_WRAP_NO_PARAMETER, WHOLE,    0, "AES-256-WRAP-PAD",  FALSE },
	{ NAME(CKM_AES_KEY_WRAP_KWP), AES,  TF_WRAP_NO_PARAMETER, WHOLE,    0, "AES-256-WRAP-PAD",  FALSE },
	{ NAME(CKM_AES_CBC_PAD),      AES,  TF_WRAP_IV_16,        WHOLE,    0, "AES-256-CBC",       TRUE },
	{ NAME(CKM_AES_CBC),          AES,  TF_WRAP_IV_16,        LIMITED, 16, "AES-256-CBC",       FALSE },
	{ NAME(CKM_AES_ECB),          AES,  TF_WRAP_NO_PARAMETER, LIMITED, 16, "AES-256-ECB",       FALSE },
	{ NAME(CKM_AES_CTR),          AES,  TF_WRAP_COUNTER,      WHOLE,    0, "AES-256-CTR",       FALSE },
	{ NAME(CKM_AES_GCM),          AES,  TF_WRAP_GCM,          WHOLE,    0, "AES-256-GCM",       FALSE },
	{ NAME(CKM_DES3_CBC_PAD),     DES3, TF_WRAP_IV_8,         WHOLE,    0, "DES-EDE3-CBC",      TRUE },
	{ NAME(CKM_DES3_CBC),         DES3, TF_WRAP_IV_8,         LIMITED,  8, "DES-EDE3-CBC",      FALSE },
	{ NAME(CKM_DES3_ECB),         DES3, TF_WRAP_NO_PARAMETER, LIMITED,  8, "DES-EDE3",          FALSE },
	{ NAME(CKM_DES_CBC_PAD),      DES,  TF_WRAP_IV_8,         WHOLE,    0, NULL,                TRUE },
	{ NAME(CKM_DES_CBC),          DES,  TF_WRAP_IV_8,         LIMITED,  8, NULL,                FALSE },
	{ NAME(CKM_DES_ECB),          DES,  TF_WRAP_NO_PARAMETER, LIMITED,  8, NULL,                FALSE },
	{ NAME(CKM_CAMELLIA_CBC_PAD), CAM,  TF_WRAP_IV_16,        WHOLE,    0, "CAMELLIA-256-CBC",  TRUE },
	{ NAME(CKM_CAMELLIA_CBC),     CAM,  TF_WRAP_IV_16,        LIMITED, 16, "CAMELLIA-256-CBC",  FALSE },
	{ NAME(CKM_CAMELLIA_ECB),     CAM,  TF_WRAP_NO_PARAMETER, LIMITED, 16, "CAMELLIA-256-ECB",  FALSE },
	{ NAME(CKM_SEED_CBC_PAD),     SEED, TF_WRAP_IV_16,        WHOLE,    0, NULL,                TRUE },
	{ NAME(CKM_SEED_CBC),         SEED, TF_WRAP_IV_16,        LIMITED, 16, NULL,                FALSE },
	{ NAME(CKM_SEED_ECB),         SEED, TF_WRAP_NO_PARAMETER, LIMITED, 16, NULL,                FALSE },
	{ NAME(CKM_RSA_PKCS),         RSA_, TF_WRAP_NO_PARAMETER, LIMITED,  0, NULL,                FALSE },
	{ NAME(CKM_RSA_PKCS_OAEP),    RSA_, TF_WRAP_OAEP,         LIMITED,  0, NULL,                FALSE },
	{ NAME(CKM_RSA_X_509),        RSA_, TF_WRAP_NO_PARAMETER, LIMITED,  0, NULL,                FALSE },
	{ NAME(CKM_RSA_AES_KEY_WRAP), RSA_, TF_WRAP_RSA_AES,      WHOLE,    0, "AES-256-WRAP-PAD",  FALSE },
};
/* clang-format on */

const TfWrapMechanism *tf_wrap_mechanism(CK_MECHANISM_TYPE type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
		if (mechanisms[i].type == type)
			return &mechanisms[i];
	}

	return NULL;
}

/* DES keys carry odd parity in the lowest bit of each byte (FIPS 46-3), and tokens check it. */
static void set_parity(TfSecret *value)
{
	guint8 *bytes = tf_secret_buffer(value);

	for (gsize i = 0; i < tf_secret_length(value); i++) {
		bytes[i] &= 0xfeu;
		if (__builtin_parity(bytes[i]) == 0)
			bytes[i] |= 1u;
	}
}

static CK_RV create_known(TfWrappingKey *key, const TfWrapMechanism *mechanism)
{
	CK_OBJECT_CLASS class = CKO_SECRET_KEY;
	CK_KEY_TYPE type = mechanism->key_type;
	CK_BBOOL yes = CK_TRUE;
	CK_BBOOL no = CK_FALSE;
	g_autoptr(TfSecret) value =
		tf_stock_value(key->subject->stock, mechanism->key_type, mechanism->key_length);
	CK_ATTRIBUTE template[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_TOKEN, &no, sizeof(no) },
		{ CKA_WRAP, &yes, sizeof(yes) },
		{ CKA_ENCRYPT, &yes, sizeof(yes) },
		{ CKA_VALUE, NULL, mechanism->key_length },
	};
	CK_RV rv = CKR_HOST_MEMORY;

	if (value == NULL)
		return rv;
	if (type == CKK_DES || type == CKK_DES3)
		set_parity(value);
	template[G_N_ELEMENTS(template) - 1].pValue = tf_secret_buffer(value);
	rv = tf_session_functions(key->subject->session)
		     ->C_CreateObject(tf_session_handle(key->subject->session), template,
			     G_N_ELEMENTS(template), &key->object);
	if (rv == CKR_OK)
		key->value = g_steal_pointer(&value);

	return rv;
}

/* For a token that takes no known values. */
static CK_RV generate(TfWrappingKey *key, const TfWrapMechanism *mechanism)
{
	CK_MECHANISM generation = { mechanism->generation, NULL, 0 };
	CK_BBOOL yes = CK_TRUE;
	CK_BBOOL no = CK_FALSE;
	CK_ULONG length = mechanism->key_length;
	CK_ATTRIBUTE template[] = {
		{ CKA_TOKEN, &no, sizeof(no) },
		{ CKA_WRAP, &yes, sizeof(yes) },
		{ CKA_VALUE_LEN, &length, sizeof(length) },
	};
	/* DES keys have one length, and a token may refuse to be told. */
	gboolean has_length = mechanism->key_type == CKK_AES || mechanism->key_type == CKK_CAMELLIA;

	return tf_session_functions(key->subject->session)
		->C_GenerateKey(tf_session_handle(key->subject->session), &generation, template,
			has_length ? 3 : 2, &key->object);
}

static gboolean number_bytes(EVP_PKEY *key, const gchar *parameter, guint8 bytes[RSA_BYTES], CK_ULONG *length)
{
	g_autoptr(BIGNUM) number = NULL;

	if (EVP_PKEY_get_bn_param(key, parameter, &number) != 1 || BN_num_bytes(number) > (int)RSA_BYTES)
		return FALSE;
	*length = (CK_ULONG)BN_bn2bin(number, bytes);

	return TRUE;
}

static CK_RV create_rsa(TfWrappingKey *key)
{
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_KEY_TYPE type = CKK_RSA;
	CK_BBOOL yes = CK_TRUE;
	CK_BBOOL no = CK_FALSE;
	guint8 modulus[RSA_BYTES];
	guint8 exponent[RSA_BYTES];
	CK_ATTRIBUTE template[] = {
		{ CKA_CLASS, &class, sizeof(class) },
		{ CKA_KEY_TYPE, &type, sizeof(type) },
		{ CKA_TOKEN, &no, sizeof(no) },
		{ CKA_WRAP, &yes, sizeof(yes) },
		{ CKA_ENCRYPT, &yes, sizeof(yes) },
		{ CKA_MODULUS, modulus, 0 },
		{ CKA_PUBLIC_EXPONENT, exponent, 0 },
	};

	if (!number_bytes(key->rsa, OSSL_PKEY_PARAM_RSA_N, modulus, &template[5].ulValueLen) ||
		!number_bytes(key->rsa, OSSL_PKEY_PARAM_RSA_E, exponent, &template[6].ulValueLen))
		return CKR_HOST_MEMORY;

	return tf_session_functions(key->subject->session)
		->C_CreateObject(tf_session_handle(key->subject->session), template, G_N_ELEMENTS(template),
			&key->object);
}

/* CKR_WRAPPING_KEY_HANDLE_INVALID when there is none. */
static CK_RV borrow_rsa(TfWrappingKey *key)
{
	g_autoptr(GArray) objects =
		tf_objects_of_class(key->subject->session, CKO_PUBLIC_KEY, key->subject->key_id, NULL);

	if (EVP_PKEY_is_a(key->subject->public, "RSA") != 1 || objects == NULL || objects->len == 0)
		return CKR_WRAPPING_KEY_HANDLE_INVALID;
	key->object = g_array_index(objects, CK_OBJECT_HANDLE, 0);
	key->is_borrowed = TRUE;

	return CKR_OK;
}

static CK_RV create(TfWrappingKey *key, const TfWrapMechanism *mechanism)
{
	CK_RV rv = CKR_OK;

	if (mechanism->key_type == CKK_RSA && key->subject->lacks_session_keys)
		return borrow_rsa(key);
	if (key->rsa != NULL)
		return create_rsa(key);
	rv = create_known(key, mechanism);
	if (rv != CKR_OK && rv != CKR_HOST_MEMORY && mechanism->generation != 0)
		rv = generate(key, mechanism);

	return rv;
}

static void free_key(gpointer data)
{
	TfWrappingKey *key = data;

	if (key->object != 0 && !key->is_borrowed)
		(void)tf_session_functions(key->subject->session)
			->C_DestroyObject(tf_session_handle(key->subject->session), key->object);
	tf_secret_free(key->value);
	EVP_PKEY_free(key->rsa);
	g_free(key);
}

void tf_wrap_material_clear(TfWrapMaterial *material)
{
	g_clear_pointer(&material->keys, g_hash_table_unref);
}

static TfWrappingKey *make(const TfSubject *subject, const TfWrapMechanism *mechanism, GError **error)
{
	TfWrappingKey *key = g_new0(TfWrappingKey, 1);

	key->subject = subject;
	if (mechanism->key_type == CKK_RSA && !subject->lacks_session_keys) {
		key->rsa = tf_stock_wrapping(subject->stock);
		if (key->rsa == NULL) {
			free_key(key);
			tf_raise(error, TF_ERROR_SYSTEM, "libcrypto", g_strerror(ENOMEM), NULL);
			return NULL;
		}
	}
	key->rv = create(key, mechanism);
	if (key->rv != CKR_OK)
		key->object = 0;

	return key;
}

/* A failure that may pass is no refusal. */
static gboolean may_pass(CK_RV rv)
{
	return rv == CKR_HOST_MEMORY || tf_ckr_is_removal(rv);
}

/* With room made by the keys of other types, which are made again where they are needed. */
static TfWrappingKey *make_with_room(
	TfWrapMaterial *material, const TfSubject *subject, const TfWrapMechanism *mechanism, GError **error)
{
	TfWrappingKey *key = make(subject, mechanism, error);

	if (key == NULL || key->rv != CKR_DEVICE_MEMORY || g_hash_table_size(material->keys) == 0)
		return key;
	free_key(key);
	g_hash_table_remove_all(material->keys);

	return make(subject, mechanism, error);
}

/* On a card each object costs dozens of APDUs, and each refusal one. */
const TfWrappingKey *tf_wrapping_key(
	TfWrapMaterial *material, const TfSubject *subject, const TfWrapMechanism *mechanism, GError **error)
{
	gpointer type = GSIZE_TO_POINTER(mechanism->key_type);
	TfWrappingKey *key = NULL;

	if (material->keys == NULL)
		material->keys = g_hash_table_new_full(NULL, NULL, NULL, free_key);
	key = g_hash_table_lookup(material->keys, type);
	if (key != NULL && !may_pass(key->rv))
		return key;
	key = make_with_room(material, subject, mechanism, error);
	if (key != NULL)
		(void)g_hash_table_replace(material->keys, type, key);

	return key;
}

CK_RV tf_wrapping_key_wrap(const TfWrappingKey *key, const TfWrapMechanism *mechanism,
	CK_OBJECT_HANDLE object, TfSecret **ret_wrapped)
{
	TfWrapParameterForm form = { 0 };
	CK_MECHANISM parameter = tf_wrap_parameter(mechanism, &form);
	g_autoptr(TfSecret) wrapped = tf_secret_new(WRAPPED_LIMIT);
	CK_ULONG length = WRAPPED_LIMIT;
	CK_RV rv = CKR_HOST_MEMORY;

	if (wrapped == NULL)
		return rv;
	rv = tf_session_functions(key->subject->session)
		     ->C_WrapKey(tf_session_handle(key->subject->session), &parameter, key->object, object,
			     tf_secret_buffer(wrapped), &length);
	if (rv != CKR_OK)
		return rv;
	tf_secret_set_length(wrapped, MIN(length, WRAPPED_LIMIT));
	*ret_wrapped = g_steal_pointer(&wrapped);

	return CKR_OK;
}
