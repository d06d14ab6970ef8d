/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "response.h"

#include <openssl/ecdsa.h>
#include <string.h>

#include "base/hex.h"
#include "ckr.h"
#include "object.h"
#include "wrap-parameter.h"

#define ANSWER_LIMIT 1024u

/* DER of DigestInfo for SHA-256 up to the digest (RFC 8017, 9.2, note 1). */
static const guint8 digest_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ECDSA_SIG, ECDSA_SIG_free)

static gchar *failure(const gchar *call, CK_RV rv)
{
	return g_strdup_printf("%s: %s", call, tf_ckr_name(rv));
}

/* A key with CKA_ALWAYS_AUTHENTICATE wants the PIN, which has succeeded before, between Init and the use. */
static CK_RV authenticate(const TfSubject *subject)
{
	TfClaim always = TF_CLAIM_UNKNOWN;
	CK_BYTE *pin = NULL;
	CK_ULONG length = 0;

	if (!tf_object_read_boolean(subject->session, subject->key, CKA_ALWAYS_AUTHENTICATE, &always, NULL) ||
		always != TF_CLAIM_TRUE)
		return CKR_OK;
	if (subject->pin != NULL) {
		pin = (CK_BYTE *)tf_secret_peek(subject->pin);
		length = tf_secret_length(subject->pin);
	}

	return tf_session_functions(subject->session)
		->C_Login(tf_session_handle(subject->session), CKU_CONTEXT_SPECIFIC, pin, length);
}

static GBytes *sign(const TfSubject *subject, CK_MECHANISM_TYPE type, GBytes *input, gchar **ret_failure)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(subject->session);
	CK_SESSION_HANDLE session = tf_session_handle(subject->session);
	CK_MECHANISM mechanism = { type, NULL, 0 };
	guint8 signature[ANSWER_LIMIT];
	CK_ULONG length = sizeof(signature);
	gsize input_length = 0;
	gconstpointer data = g_bytes_get_data(input, &input_length);
	const gchar *call = "C_SignInit";
	CK_RV rv = functions->C_SignInit(session, &mechanism, subject->key);

	if (rv == CKR_OK) {
		call = "C_Login";
		rv = authenticate(subject);
	}
	if (rv == CKR_OK) {
		call = "C_Sign";
		rv = functions->C_Sign(session, (CK_BYTE *)data, input_length, signature, &length);
	}
	if (rv != CKR_OK || length == 0 || length > sizeof(signature)) {
		*ret_failure = failure(call, rv);
		return NULL;
	}

	return g_bytes_new(signature, length);
}

/* Cryptoki's r || s, each half as long as the whole (2.3.1), as the DER that everybody else takes. */
static GBytes *ecdsa_to_der(GBytes *raw)
{
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(raw, &length);
	g_autoptr(ECDSA_SIG) signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes, (int)(length / 2), NULL);
	BIGNUM *s = BN_bin2bn(bytes + length / 2, (int)(length / 2), NULL);
	guint8 *der = NULL;
	int der_length = -1;
	GBytes *result = NULL;

	if (signature == NULL || length % 2 != 0 || ECDSA_SIG_set0(signature, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return NULL;
	}
	der_length = i2d_ECDSA_SIG(signature, &der);
	if (der_length > 0)
		result = g_bytes_new(der, (gsize)der_length);
	OPENSSL_free(der);

	return result;
}

static GBytes *sign_ec(const TfSubject *subject, GBytes *digest, gchar **ret_failure)
{
	g_autoptr(GBytes) raw = sign(subject, CKM_ECDSA, digest, ret_failure);
	GBytes *signature = NULL;

	if (raw == NULL)
		return NULL;
	signature = ecdsa_to_der(raw);
	if (signature == NULL)
		*ret_failure = failure("C_Sign", CKR_OK);

	return signature;
}

/* CKM_RSA_PKCS is the one that every token has; a few offer the combined mechanism only. */
static GBytes *sign_rsa(const TfSubject *subject, GBytes *statement, GBytes *digest,
	const gchar **ret_mechanism, gchar **ret_failure)
{
	g_autoptr(GByteArray) info = g_byte_array_new();
	g_autoptr(GBytes) input = NULL;
	g_autofree gchar *first_failure = NULL;
	GBytes *signature = NULL;

	g_byte_array_append(info, digest_info, sizeof(digest_info));
	g_byte_array_append(info, g_bytes_get_data(digest, NULL), (guint)g_bytes_get_size(digest));
	input = g_byte_array_free_to_bytes(g_steal_pointer(&info));
	*ret_mechanism = "CKM_RSA_PKCS";
	signature = sign(subject, CKM_RSA_PKCS, input, &first_failure);
	if (signature != NULL)
		return signature;

	*ret_mechanism = "CKM_SHA256_RSA_PKCS";
	signature = sign(subject, CKM_SHA256_RSA_PKCS, statement, ret_failure);
	if (signature == NULL) {
		g_free(*ret_failure);
		*ret_failure = g_steal_pointer(&first_failure);
	}

	return signature;
}

GBytes *tf_response_sign(
	const TfSubject *subject, GBytes *statement, const gchar **ret_mechanism, gchar **ret_failure)
{
	guint8 bytes[TF_SHA256_SIZE];
	g_autoptr(GBytes) digest = NULL;

	tf_sha256(g_bytes_get_data(statement, NULL), g_bytes_get_size(statement), bytes);
	digest = g_bytes_new(bytes, sizeof(bytes));
	*ret_mechanism = "CKM_ECDSA";

	return EVP_PKEY_is_a(subject->public, "RSA") == 1
		       ? sign_rsa(subject, statement, digest, ret_mechanism, ret_failure)
		       : sign_ec(subject, digest, ret_failure);
}

GBytes *tf_response_decrypt(
	const TfSubject *subject, GBytes *ciphertext, const gchar **ret_mechanism, gchar **ret_failure)
{
	CK_FUNCTION_LIST *functions = tf_session_functions(subject->session);
	CK_SESSION_HANDLE session = tf_session_handle(subject->session);
	CK_RSA_PKCS_OAEP_PARAMS oaep = tf_oaep_parameters();
	CK_MECHANISM mechanism = { CKM_RSA_PKCS_OAEP, &oaep, sizeof(oaep) };
	guint8 plain[ANSWER_LIMIT];
	CK_ULONG length = sizeof(plain);
	gsize input_length = 0;
	gconstpointer data = g_bytes_get_data(ciphertext, &input_length);
	const gchar *call = "C_DecryptInit";
	CK_RV rv = functions->C_DecryptInit(session, &mechanism, subject->key);

	*ret_mechanism = "CKM_RSA_PKCS_OAEP";
	if (rv == CKR_OK) {
		call = "C_Login";
		rv = authenticate(subject);
	}
	if (rv == CKR_OK) {
		call = "C_Decrypt";
		rv = functions->C_Decrypt(session, (CK_BYTE *)data, input_length, plain, &length);
	}
	if (rv != CKR_OK || length == 0 || length > sizeof(plain)) {
		*ret_failure = failure(call, rv);
		return NULL;
	}

	return g_bytes_new(plain, length);
}
