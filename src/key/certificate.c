/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/error.h"
#include "key/spki.h"
#include "text-private.h"

#define SIZE_LIMIT (1u << 20)

static int no_password(char *buffer, int size, int is_writing, void *data)
{
	(void)buffer;
	(void)size;
	(void)is_writing;
	(void)data;

	return -1;
}

X509 *tf_certificate_parse(GBytes *bytes, const gchar *path, GError **error)
{
	gsize length = 0;
	const guint8 *data = g_bytes_get_data(bytes, &length);
	const guint8 *end = data;
	g_autoptr(X509) certificate = NULL;
	g_autoptr(BIO) bio = NULL;

	if (data == NULL || length > SIZE_LIMIT) {
		tf_raise(error, TF_ERROR_CERTIFICATE_UNREADABLE, path, NULL);
		return NULL;
	}

	certificate = d2i_X509(NULL, &end, (long)length);
	if (certificate == NULL) {
		bio = BIO_new_mem_buf(data, (int)length);
		certificate = PEM_read_bio_X509(bio, NULL, no_password, NULL);
	} else if (end != data + length) {
		g_clear_pointer(&certificate, X509_free);
	}
	ERR_clear_error();
	if (certificate == NULL)
		tf_raise(error, TF_ERROR_CERTIFICATE_UNREADABLE, path, NULL);

	return g_steal_pointer(&certificate);
}

GBytes *tf_certificate_der(X509 *certificate)
{
	guint8 *der = NULL;
	int length = i2d_X509(certificate, &der);
	GBytes *bytes = NULL;

	g_assert_cmpint(length, >, 0);
	bytes = g_bytes_new(der, (gsize)length);
	OPENSSL_free(der);

	return bytes;
}

void tf_certificate_sha256(X509 *certificate, guint8 ret_digest[TF_SHA256_SIZE])
{
	g_autoptr(GBytes) der = tf_certificate_der(certificate);

	tf_sha256(g_bytes_get_data(der, NULL), g_bytes_get_size(der), ret_digest);
}

gboolean tf_key_spki_sha256(EVP_PKEY *key, guint8 ret_digest[TF_SHA256_SIZE])
{
	g_autoptr(GBytes) information = tf_spki_of_key(key);

	if (information == NULL)
		return FALSE;
	tf_sha256(g_bytes_get_data(information, NULL), g_bytes_get_size(information), ret_digest);

	return TRUE;
}

void tf_certificate_spki_sha256(X509 *certificate, guint8 ret_digest[TF_SHA256_SIZE])
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	guint8 *der = NULL;
	int length = 0;

	if (key != NULL && tf_key_spki_sha256(key, ret_digest))
		return;

	/* A type of key that libcrypto does not know. */
	ERR_clear_error();
	length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	g_assert_cmpint(length, >, 0);
	tf_sha256(der, (gsize)length, ret_digest);
	OPENSSL_free(der);
}

static gchar *serial_text(const X509 *certificate)
{
	g_autoptr(BIGNUM) number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
	char *digits = number != NULL ? BN_bn2hex(number) : NULL;
	gchar *text = g_ascii_strdown(digits != NULL ? digits : "", -1);

	OPENSSL_free(digits);

	return text;
}

static gint64 seconds_of(const ASN1_TIME *time)
{
	struct tm broken_down = { 0 };

	if (ASN1_TIME_to_tm(time, &broken_down) != 1) {
		ERR_clear_error();
		return 0;
	}

	return (gint64)timegm(&broken_down);
}

static void describe_key(X509 *certificate, TfCertificateFacts *facts)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	if (key == NULL) {
		ERR_clear_error();
		facts->key_type = g_strdup("unknown");
		return;
	}
	facts->key_type = g_ascii_strdown(EVP_PKEY_get0_type_name(key), -1);
	facts->bits = (guint)MAX(EVP_PKEY_get_bits(key), 0);
}

TfCertificateFacts *tf_certificate_describe(X509 *certificate)
{
	TfCertificateFacts *facts = g_new0(TfCertificateFacts, 1);
	guint8 digest[TF_SHA256_SIZE];

	facts->subject = tf_text_of_name(X509_get_subject_name(certificate));
	facts->common_name = tf_text_of_common_name(X509_get_subject_name(certificate));
	facts->issuer = tf_text_of_name(X509_get_issuer_name(certificate));
	facts->issuer_common_name = tf_text_of_common_name(X509_get_issuer_name(certificate));
	facts->serial = serial_text(certificate);
	facts->not_before = seconds_of(X509_get0_notBefore(certificate));
	facts->not_after = seconds_of(X509_get0_notAfter(certificate));
	tf_certificate_sha256(certificate, digest);
	facts->sha256 = tf_hex(digest, sizeof digest);
	tf_certificate_spki_sha256(certificate, digest);
	facts->spki_sha256 = tf_hex(digest, sizeof digest);
	describe_key(certificate, facts);

	return facts;
}

TfKeyUsage tf_certificate_key_usage(X509 *certificate)
{
	const guint32 signing = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION | KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	const guint32 decrypting = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT;
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	/* All bits set when there is no such extension. */
	guint32 bits = X509_get_key_usage(certificate);
	gboolean is_rsa = key != NULL && EVP_PKEY_is_a(key, "RSA");
	gboolean is_ec = key != NULL && EVP_PKEY_is_a(key, "EC");

	ERR_clear_error();

	return (TfKeyUsage){
		.may_sign = (bits & signing) != 0,
		.may_decrypt = is_rsa && (bits & decrypting) != 0,
		.may_derive = is_ec && (bits & KU_KEY_AGREEMENT) != 0,
	};
}

gboolean tf_certificate_is_self_signed(X509 *certificate)
{
	gboolean is_self_signed = X509_self_signed(certificate, 1) == 1;

	ERR_clear_error();

	return is_self_signed;
}
