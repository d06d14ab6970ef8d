/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pbe-private.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <string.h>

#include "pbkdf2-private.h"
#include "text-private.h"

/* libcrypto's own limit for scrypt; honest files stay at 16 MiB. */
#define SCRYPT_MEMORY_LIMIT (32u << 20)
#define SCRYPT_LIMIT	    (1u << 20)
#define KEY_LENGTH_LIMIT    64

typedef PBEPARAM PbeParameters;
typedef PBE2PARAM Pbes2Parameters;
typedef PBKDF2PARAM Pbkdf2Parameters;
typedef SCRYPT_PARAMS ScryptParameters;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PbeParameters, PBEPARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pbes2Parameters, PBE2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pbkdf2Parameters, PBKDF2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScryptParameters, SCRYPT_PARAMS_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

typedef struct Row {
	int nid;
	const gchar *name;
	gboolean is_weak;
	gboolean is_octets;
} Row;

static const Row rows[] = {
	{ NID_pbe_WithSHA1And3_Key_TripleDES_CBC, "3DES-CBC", FALSE, FALSE },
	{ NID_pbe_WithSHA1And2_Key_TripleDES_CBC, "3DES-2KEY-CBC", FALSE, FALSE },
	{ NID_pbe_WithSHA1And128BitRC2_CBC, "RC2-128-CBC", FALSE, FALSE },
	{ NID_pbe_WithSHA1And40BitRC2_CBC, "RC2-40-CBC", TRUE, FALSE },
	{ NID_pbe_WithSHA1And128BitRC4, "RC4-128", FALSE, FALSE },
	{ NID_pbe_WithSHA1And40BitRC4, "RC4-40", TRUE, FALSE },
	{ NID_pbeWithMD5AndDES_CBC, "PBES1 DES-CBC", TRUE, TRUE },
	{ NID_pbeWithSHA1AndDES_CBC, "PBES1 DES-CBC", TRUE, TRUE },
	{ NID_pbeWithMD5AndRC2_CBC, "PBES1 RC2-CBC", FALSE, TRUE },
	{ NID_pbeWithSHA1AndRC2_CBC, "PBES1 RC2-CBC", FALSE, TRUE },
};

static const Row *row_of(int nid)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].nid == nid)
			return &rows[i];
	}

	return NULL;
}

gboolean tf_pbe_read_rounds(const ASN1_INTEGER *integer, guint64 *ret_rounds)
{
	guint64 rounds = 0;

	if (ASN1_STRING_type(integer) == V_ASN1_NEG_INTEGER)
		return FALSE;
	if (ASN1_INTEGER_get_uint64(&rounds, integer) != 1) {
		ERR_clear_error();
		rounds = G_MAXINT64;
	}
	*ret_rounds = MIN(rounds, (guint64)G_MAXINT64);

	return rounds > 0;
}

const gchar *tf_pbe_hmac_digest(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *object = NULL;
	int digest = NID_undef;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	if (EVP_PBE_find(EVP_PBE_TYPE_PRF, OBJ_obj2nid(object), NULL, &digest, NULL) != 1) {
		ERR_clear_error();
		return NULL;
	}

	return OBJ_nid2sn(digest);
}

static gboolean read_pbkdf2(const X509_ALGOR *function, TfPbe *pbe)
{
	g_autoptr(Pbkdf2Parameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter);
	gint64 key_length = 0;

	if (parameters == NULL || parameters->salt->type != V_ASN1_OCTET_STRING ||
		!tf_pbe_read_rounds(parameters->iter, &pbe->rounds))
		return FALSE;
	if (parameters->keylength != NULL &&
		(ASN1_INTEGER_get_int64(&key_length, parameters->keylength) != 1 || key_length <= 0 ||
			key_length > KEY_LENGTH_LIMIT))
		return FALSE;
	pbe->is_known = parameters->prf == NULL || tf_pbe_hmac_digest(parameters->prf) != NULL;

	return TRUE;
}

static gboolean read_scrypt(const X509_ALGOR *function, TfPbe *pbe)
{
	g_autoptr(ScryptParameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(SCRYPT_PARAMS), function->parameter);
	guint64 n = 0;
	guint64 r = 0;
	guint64 p = 0;

	if (parameters == NULL || !tf_pbe_read_rounds(parameters->costParameter, &n) ||
		!tf_pbe_read_rounds(parameters->blockSize, &r) ||
		!tf_pbe_read_rounds(parameters->parallelizationParameter, &p))
		return FALSE;

	/* Bounded first, so that no product below overflows. */
	if (n > SCRYPT_LIMIT || r > SCRYPT_LIMIT || p > SCRYPT_LIMIT) {
		pbe->rounds = G_MAXINT64;
		return TRUE;
	}
	pbe->rounds = n * r * p;
	pbe->is_known = 128 * r * (n + 2 + p) <= SCRYPT_MEMORY_LIMIT;

	return TRUE;
}

/* The old RC2 parameter that means 40 effective bits (RFC 2268, 6). */
static gboolean is_rc2_of_40_bits(const X509_ALGOR *scheme)
{
	static const guint8 version_160[] = { 0x02, 0x02, 0x00, 0xA0 };
	const ASN1_STRING *parameter = NULL;

	if (OBJ_obj2nid(scheme->algorithm) != NID_rc2_cbc || scheme->parameter == NULL ||
		scheme->parameter->type != V_ASN1_SEQUENCE)
		return FALSE;

	parameter = scheme->parameter->value.sequence;

	return memmem(ASN1_STRING_get0_data(parameter), (gsize)ASN1_STRING_length(parameter), version_160,
		       sizeof version_160) != NULL;
}

static gboolean is_known_scheme(int nid)
{
	const EVP_CIPHER *cipher = EVP_get_cipherbynid(nid);

	/* Modes that authenticate have other parameters, and no program writes them here. */
	return cipher != NULL && EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CBC_MODE;
}

static gboolean read_pbes2(const X509_ALGOR *algorithm, TfPbe *pbe)
{
	g_autoptr(Pbes2Parameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
	g_autofree gchar *scheme = NULL;
	int function = NID_undef;
	int nid = NID_undef;
	gboolean is_well_formed = TRUE;

	if (parameters == NULL)
		return FALSE;

	function = OBJ_obj2nid(parameters->keyfunc->algorithm);
	if (function == NID_id_pbkdf2)
		is_well_formed = read_pbkdf2(parameters->keyfunc, pbe);
	else if (function == NID_id_scrypt)
		is_well_formed = read_scrypt(parameters->keyfunc, pbe);
	if (!is_well_formed)
		return FALSE;

	nid = OBJ_obj2nid(parameters->encryption->algorithm);
	scheme = tf_text_of_object(parameters->encryption->algorithm);
	pbe->name = g_strdup_printf("PBES2 %s%s", function == NID_id_scrypt ? "scrypt " : "", scheme);
	pbe->is_weak = nid == NID_des_cbc || is_rc2_of_40_bits(parameters->encryption);
	pbe->is_known = pbe->is_known && is_known_scheme(nid);
	pbe->is_octets = TRUE;

	return TRUE;
}

static gboolean read_old(const X509_ALGOR *algorithm, const Row *row, TfPbe *pbe)
{
	g_autoptr(PbeParameters) parameters =
		ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);

	if (parameters == NULL)
		return FALSE;

	pbe->rounds = 1;
	if (parameters->iter != NULL && !tf_pbe_read_rounds(parameters->iter, &pbe->rounds))
		return FALSE;
	pbe->name = g_strdup(row->name);
	pbe->is_weak = row->is_weak;
	pbe->is_known = TRUE;
	pbe->is_octets = row->is_octets;

	return TRUE;
}

gboolean tf_pbe_read(const X509_ALGOR *algorithm, TfPbe *ret_pbe)
{
	g_auto(TfPbe) pbe = { 0 };
	int nid = OBJ_obj2nid(algorithm->algorithm);
	const Row *row = row_of(nid);
	gboolean is_well_formed = TRUE;

	if (nid == NID_pbes2)
		is_well_formed = read_pbes2(algorithm, &pbe);
	else if (row != NULL)
		is_well_formed = read_old(algorithm, row, &pbe);
	else
		pbe.name = tf_text_of_object(algorithm->algorithm);
	ERR_clear_error();
	if (!is_well_formed)
		return FALSE;

	*ret_pbe = pbe;
	pbe.name = NULL;

	return TRUE;
}

void tf_pbe_clear(TfPbe *pbe)
{
	g_clear_pointer(&pbe->name, g_free);
}

static gboolean decrypt(EVP_CIPHER_CTX *context, const ASN1_OCTET_STRING *ciphertext, TfSecret *plaintext)
{
	guint8 *out = tf_secret_buffer(plaintext);
	int head = 0;
	int tail = 0;

	if (EVP_CipherUpdate(context, out, &head, ASN1_STRING_get0_data(ciphertext),
		    ASN1_STRING_length(ciphertext)) != 1 ||
		EVP_CipherFinal_ex(context, out + head, &tail) != 1)
		return FALSE;
	tf_secret_set_length(plaintext, (gsize)head + (gsize)tail);

	return TRUE;
}

gsize tf_pbe_plaintext_size(const ASN1_OCTET_STRING *ciphertext)
{
	return (gsize)ASN1_STRING_length(ciphertext) + EVP_MAX_BLOCK_LENGTH;
}

static gboolean is_hmac_sha256(const X509_ALGOR *function)
{
	return function != NULL && OBJ_obj2nid(function->algorithm) == NID_hmacWithSHA256;
}

/* The parameters of PBKDF2 where tf_pbkdf2_sha256() can do it; else NULL. */
static Pbkdf2Parameters *sha256_parameters(const X509_ALGOR *function)
{
	g_autoptr(Pbkdf2Parameters) parameters =
		OBJ_obj2nid(function->algorithm) == NID_id_pbkdf2
			? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter)
			: NULL;

	if (parameters == NULL || !is_hmac_sha256(parameters->prf) ||
		parameters->salt->type != V_ASN1_OCTET_STRING)
		return NULL;

	return g_steal_pointer(&parameters);
}

static gboolean derive(
	const Pbkdf2Parameters *parameters, const TfSecret *password, TfSecret *key, gsize length)
{
	const ASN1_OCTET_STRING *salt = parameters->salt->value.octet_string;
	guint64 rounds = 0;
	gint64 wanted = (gint64)length;

	if (!tf_pbe_read_rounds(parameters->iter, &rounds) ||
		(parameters->keylength != NULL &&
			ASN1_INTEGER_get_int64(&wanted, parameters->keylength) != 1))
		return FALSE;

	return wanted == (gint64)length && tf_pbkdf2_sha256(password, ASN1_STRING_get0_data(salt),
						   (gsize)ASN1_STRING_length(salt), rounds, key, length);
}

/* As PKCS5_v2_PBE_keyivgen_ex() does it (RFC 8018, 6.2). */
static gboolean start_pbes2(EVP_CIPHER_CTX *context, const TfLibrary *library, const X509_ALGOR *scheme,
	const Pbkdf2Parameters *function, const TfSecret *password)
{
	const char *name = OBJ_nid2sn(OBJ_obj2nid(scheme->algorithm));
	g_autoptr(EVP_CIPHER) cipher = EVP_CIPHER_fetch(tf_library_context(library), name, NULL);
	g_autoptr(TfSecret) key = tf_secret_new(EVP_MAX_KEY_LENGTH);
	gsize length = 0;

	if (cipher == NULL || key == NULL || EVP_CipherInit_ex(context, cipher, NULL, NULL, NULL, 0) != 1 ||
		EVP_CIPHER_asn1_to_param(context, scheme->parameter) <= 0)
		return FALSE;
	length = (gsize)EVP_CIPHER_CTX_get_key_length(context);

	return derive(function, password, key, length) &&
	       EVP_CipherInit_ex(context, NULL, NULL, tf_secret_peek(key), NULL, 0) == 1;
}

static gboolean start(EVP_CIPHER_CTX *context, const TfLibrary *library, const X509_ALGOR *algorithm,
	const TfSecret *password)
{
	g_autoptr(Pbes2Parameters) parameters =
		OBJ_obj2nid(algorithm->algorithm) == NID_pbes2
			? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter)
			: NULL;
	g_autoptr(Pbkdf2Parameters) function =
		parameters != NULL ? sha256_parameters(parameters->keyfunc) : NULL;
	const char *octets = password != NULL ? (const char *)tf_secret_peek(password) : NULL;
	int length = password != NULL ? (int)tf_secret_length(password) : 0;

	if (function != NULL)
		return start_pbes2(context, library, parameters->encryption, function, password);

	return EVP_PBE_CipherInit_ex(algorithm->algorithm, octets, length, algorithm->parameter, context, 0,
		       tf_library_context(library), NULL) == 1;
}

gboolean tf_pbe_decrypt(const TfLibrary *library, const X509_ALGOR *algorithm, const TfSecret *password,
	const ASN1_OCTET_STRING *ciphertext, TfSecret *plaintext)
{
	g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
	gboolean is_decrypted = FALSE;

	g_assert_cmpuint(tf_secret_capacity(plaintext), >=, tf_pbe_plaintext_size(ciphertext));
	is_decrypted = context != NULL && start(context, library, algorithm, password) &&
		       decrypt(context, ciphertext, plaintext);
	ERR_clear_error();

	return is_decrypted;
}
