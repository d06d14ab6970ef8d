/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "station-pem-private.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

/* 16 MiB, five times over: what OWASP's Password Storage Cheat Sheet asks of scrypt in that memory. More
 * memory than 32 MiB is refused by libcrypto when the key is read. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 5

typedef PKCS8_PRIV_KEY_INFO PlainKey;
typedef X509_SIG EncryptedKey;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlainKey, PKCS8_PRIV_KEY_INFO_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EncryptedKey, X509_SIG_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509_ALGOR, X509_ALGOR_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ASN1_BIT_STRING, ASN1_BIT_STRING_free)

EVP_PKEY *tf_station_key_make(void)
{
	return EVP_EC_gen("P-256");
}

static gboolean set_name(X509 *certificate)
{
	static const guint8 words[] = "tokenferry station";
	X509_NAME *name = X509_get_subject_name(certificate);

	return X509_NAME_add_entry_by_NID(
		       name, NID_commonName, MBSTRING_UTF8, words, (int)sizeof words - 1, -1, 0) == 1 &&
	       X509_set_issuer_name(certificate, name) == 1;
}

static gboolean set_serial(X509 *certificate)
{
	guint64 serial = 0;

	if (RAND_bytes((guint8 *)&serial, sizeof serial) != 1)
		return FALSE;

	/* Positive in DER. */
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial & G_MAXINT64) == 1;
}

static gboolean set_usage(X509 *certificate)
{
	g_autoptr(ASN1_BIT_STRING) usage = ASN1_BIT_STRING_new();

	/* RFC 5280, section 4.2.1.3: bit 4 is keyAgreement. */
	return usage != NULL && ASN1_BIT_STRING_set_bit(usage, 4, 1) == 1 &&
	       X509_add1_ext_i2d(certificate, NID_key_usage, usage, 1, X509V3_ADD_DEFAULT) == 1;
}

X509 *tf_station_certificate_make(EVP_PKEY *key)
{
	g_autoptr(X509) certificate = X509_new();

	if (certificate == NULL || X509_set_version(certificate, X509_VERSION_3) != 1 ||
		!set_serial(certificate) || !set_name(certificate) ||
		X509_gmtime_adj(X509_getm_notBefore(certificate), 0) == NULL ||
		ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), "99991231235959Z") != 1 ||
		X509_set_pubkey(certificate, key) != 1 || !set_usage(certificate) ||
		X509_sign(certificate, key, EVP_sha256()) <= 0)
		return NULL;

	return g_steal_pointer(&certificate);
}

static EncryptedKey *encrypt(EVP_PKEY *key, const TfSecret *passphrase)
{
	g_autoptr(PlainKey) plain = EVP_PKEY2PKCS8(key);
	g_autoptr(X509_ALGOR) algorithm =
		PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	EncryptedKey *encrypted = NULL;

	if (plain == NULL || algorithm == NULL)
		return NULL;
	encrypted = PKCS8_set0_pbe((const char *)tf_secret_peek(passphrase),
		(int)tf_secret_length(passphrase), plain, algorithm);
	if (encrypted != NULL)
		(void)g_steal_pointer(&algorithm);

	return encrypted;
}

GBytes *tf_station_pem_write(EVP_PKEY *key, X509 *certificate, const TfSecret *passphrase)
{
	g_autoptr(EncryptedKey) encrypted = encrypt(key, passphrase);
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long length = 0;

	if (encrypted == NULL || bio == NULL || PEM_write_bio_PKCS8(bio, encrypted) != 1 ||
		PEM_write_bio_X509(bio, certificate) != 1)
		return NULL;
	length = BIO_get_mem_data(bio, &text);

	return g_bytes_new(text, (gsize)length);
}

static EVP_PKEY *decrypt(const EncryptedKey *encrypted, const TfSecret *passphrase)
{
	g_autoptr(PlainKey) plain = PKCS8_decrypt(
		encrypted, (const char *)tf_secret_peek(passphrase), (int)tf_secret_length(passphrase));

	return plain != NULL ? EVP_PKCS82PKEY(plain) : NULL;
}

gboolean tf_station_pem_read(
	GBytes *pem, const TfSecret *passphrase, EVP_PKEY **ret_key, X509 **ret_certificate)
{
	/* Nobody is asked, should the text claim to be encrypted the old way (RFC 1421), too. */
	gchar no_password[] = "";
	g_autoptr(BIO) bio = BIO_new_mem_buf(g_bytes_get_data(pem, NULL), (int)g_bytes_get_size(pem));
	g_autoptr(EncryptedKey) encrypted =
		bio != NULL ? PEM_read_bio_PKCS8(bio, NULL, NULL, no_password) : NULL;
	g_autoptr(X509) certificate =
		encrypted != NULL ? PEM_read_bio_X509(bio, NULL, NULL, no_password) : NULL;

	if (certificate == NULL)
		return FALSE;
	*ret_key = decrypt(encrypted, passphrase);
	*ret_certificate = g_steal_pointer(&certificate);

	return TRUE;
}
