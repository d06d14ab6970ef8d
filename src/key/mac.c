/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mac-private.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "pbe-private.h"
#include "text-private.h"

/* A shorter key would let wrong PIN codes pass for right ones; a longer one than any digest is a trap. */
#define KEY_LENGTH_MINIMUM 20
#define KEY_LENGTH_MAXIMUM EVP_MAX_MD_SIZE

typedef PBE2PARAM Pbmac1Parameters; /* of the same form (RFC 8018, A.5) */
typedef PBKDF2PARAM Pbkdf2Parameters;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pbmac1Parameters, PBE2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pbkdf2Parameters, PBKDF2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD, EVP_MD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF, EVP_KDF_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_KDF_CTX, EVP_KDF_CTX_free)

static gboolean read_pbkdf2(const X509_ALGOR *function, TfMac *mac)
{
	g_autoptr(Pbkdf2Parameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter);
	gint64 key_length = 0;

	/* RFC 9579, 4: keyLength must be present. */
	if (parameters == NULL || parameters->salt->type != V_ASN1_OCTET_STRING ||
		parameters->keylength == NULL || !tf_pbe_read_rounds(parameters->iter, &mac->rounds) ||
		ASN1_INTEGER_get_int64(&key_length, parameters->keylength) != 1)
		return FALSE;
	if (key_length < KEY_LENGTH_MINIMUM || key_length > KEY_LENGTH_MAXIMUM)
		return FALSE;

	mac->key_length = (gsize)key_length;
	mac->salt = ASN1_OCTET_STRING_dup(parameters->salt->value.octet_string);
	mac->prf = parameters->prf != NULL ? tf_pbe_hmac_digest(parameters->prf) : SN_sha1;

	return mac->salt != NULL;
}

static gboolean read_pbmac1(const X509_ALGOR *algorithm, TfMac *mac)
{
	g_autoptr(Pbmac1Parameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
	const gchar *digest = NULL;

	if (parameters == NULL)
		return FALSE;

	mac->kind = TF_PKCS12_MAC_PBMAC1;
	mac->is_octets = TRUE;
	digest = tf_pbe_hmac_digest(parameters->encryption);
	mac->digest =
		digest != NULL ? g_strdup(digest) : tf_text_of_object(parameters->encryption->algorithm);
	if (OBJ_obj2nid(parameters->keyfunc->algorithm) != NID_id_pbkdf2)
		return TRUE;
	if (!read_pbkdf2(parameters->keyfunc, mac))
		return FALSE;
	mac->is_known = digest != NULL && mac->prf != NULL;

	return TRUE;
}

static gboolean read_old(const TfMacData *data, const X509_ALGOR *algorithm, TfMac *mac)
{
	mac->kind = TF_PKCS12_MAC_PKCS12;
	mac->digest = tf_text_of_object(algorithm->algorithm);
	mac->is_known = EVP_get_digestbyobj(algorithm->algorithm) != NULL;
	mac->rounds = 1;
	mac->salt = ASN1_OCTET_STRING_dup(data->salt);

	return mac->salt != NULL &&
	       (data->iterations == NULL || tf_pbe_read_rounds(data->iterations, &mac->rounds));
}

gboolean tf_mac_read(const TfMacData *data, TfMac *ret_mac)
{
	g_auto(TfMac) mac = { 0 };
	const X509_ALGOR *algorithm = NULL;
	gboolean is_well_formed = FALSE;

	X509_SIG_get0(data->mac, &algorithm, &mac.expected);
	if (OBJ_obj2nid(algorithm->algorithm) == NID_pbmac1)
		is_well_formed = read_pbmac1(algorithm, &mac);
	else
		is_well_formed = read_old(data, algorithm, &mac);
	ERR_clear_error();
	if (!is_well_formed)
		return FALSE;

	*ret_mac = mac;
	mac = (TfMac){ 0 };

	return TRUE;
}

void tf_mac_clear(TfMac *mac)
{
	g_clear_pointer(&mac->digest, g_free);
	g_clear_pointer(&mac->salt, ASN1_OCTET_STRING_free);
}

static gboolean derive_old(
	const TfMac *mac, const TfLibrary *library, const TfSecret *password, TfSecret *key)
{
	OSSL_LIB_CTX *context = tf_library_context(library);
	g_autoptr(EVP_MD) digest = EVP_MD_fetch(context, mac->digest, NULL);
	const char *text = password != NULL ? (const char *)tf_secret_peek(password) : NULL;
	int length = password != NULL ? (int)tf_secret_length(password) : 0;
	int size = digest != NULL ? EVP_MD_get_size(digest) : 0;

	if (size <= 0 ||
		PKCS12_key_gen_utf8_ex(text, length, mac->salt->data, mac->salt->length, PKCS12_MAC_ID,
			(int)mac->rounds, size, tf_secret_buffer(key), digest, context, NULL) != 1)
		return FALSE;
	tf_secret_set_length(key, (gsize)size);

	return TRUE;
}

static gboolean derive_pbkdf2(
	const TfMac *mac, const TfLibrary *library, const TfSecret *password, TfSecret *key)
{
	g_autoptr(EVP_KDF) function = EVP_KDF_fetch(tf_library_context(library), "PBKDF2", NULL);
	g_autoptr(EVP_KDF_CTX) context = function != NULL ? EVP_KDF_CTX_new(function) : NULL;
	guint64 rounds = mac->rounds;
	int without_minimum_checks = 1;
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)tf_secret_peek(password),
			tf_secret_length(password)),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, mac->salt->data, (gsize)mac->salt->length),
		OSSL_PARAM_uint64(OSSL_KDF_PARAM_ITER, &rounds),
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)mac->prf, 0),
		OSSL_PARAM_int(OSSL_KDF_PARAM_PKCS5, &without_minimum_checks),
		OSSL_PARAM_END,
	};

	if (context == NULL ||
		EVP_KDF_derive(context, tf_secret_buffer(key), mac->key_length, parameters) != 1)
		return FALSE;
	tf_secret_set_length(key, mac->key_length);

	return TRUE;
}

TfMacVerdict tf_mac_verify(const TfMac *mac, const TfLibrary *library, const TfSecret *password,
	const ASN1_OCTET_STRING *content)
{
	g_autoptr(TfSecret) key = tf_secret_new(EVP_MAX_MD_SIZE);
	guint8 answer[EVP_MAX_MD_SIZE];
	gsize length = 0;
	gboolean is_computed = FALSE;

	g_assert(mac->is_known);
	if (key == NULL)
		return TF_MAC_NO_ROOM;

	if (mac->kind == TF_PKCS12_MAC_PBMAC1)
		is_computed = derive_pbkdf2(mac, library, password, key);
	else
		is_computed = derive_old(mac, library, password, key);
	is_computed = is_computed &&
		      EVP_Q_mac(tf_library_context(library), "HMAC", NULL, mac->digest, NULL,
			      tf_secret_peek(key), tf_secret_length(key), ASN1_STRING_get0_data(content),
			      (gsize)ASN1_STRING_length(content), answer, sizeof answer, &length) != NULL;
	ERR_clear_error();
	if (!is_computed)
		return TF_MAC_UNSUPPORTED;

	return length == (gsize)ASN1_STRING_length(mac->expected) &&
			       CRYPTO_memcmp(answer, ASN1_STRING_get0_data(mac->expected), length) == 0
		       ? TF_MAC_FITS
		       : TF_MAC_OTHER;
}
