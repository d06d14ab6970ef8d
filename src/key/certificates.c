/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/certificates.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* A federation has a handful; files of others' must not fill the memory. */
#define LIMIT	   64u
#define SIZE_LIMIT 16384u /* of one that is remembered; authorities have one or two thousand bytes */

struct TfCertificates {
	GHashTable *by_bytes; /* GBytes -> X509 */
};

static void free_certificate(gpointer data)
{
	X509_free(data);
}

TfCertificates *tf_certificates_new(void)
{
	TfCertificates *certificates = g_new0(TfCertificates, 1);

	certificates->by_bytes = g_hash_table_new_full(
		g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, free_certificate);

	return certificates;
}

void tf_certificates_free(TfCertificates *certificates)
{
	if (certificates == NULL)
		return;

	g_hash_table_unref(certificates->by_bytes);
	g_free(certificates);
}

static X509 *find(const TfCertificates *certificates, const guint8 *der, gsize length)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(der, length);
	X509 *certificate = g_hash_table_lookup(certificates->by_bytes, bytes);

	return certificate != NULL && X509_up_ref(certificate) == 1 ? certificate : NULL;
}

static void remember(TfCertificates *certificates, X509 *certificate, const guint8 *der, gsize length)
{
	if (g_hash_table_size(certificates->by_bytes) >= LIMIT || length > SIZE_LIMIT ||
		X509_check_ca(certificate) == 0 || X509_up_ref(certificate) != 1)
		return;
	(void)g_hash_table_insert(certificates->by_bytes, g_bytes_new(der, length), certificate);
}

X509 *tf_certificates_read(TfCertificates *certificates, const guint8 **at, gsize length)
{
	const guint8 *start = *at;
	X509 *certificate = certificates != NULL ? find(certificates, start, length) : NULL;

	if (certificate != NULL) {
		*at = start + length;
		return certificate;
	}
	if (length > 0 && length <= G_MAXINT)
		certificate = d2i_X509(NULL, at, (long)length);
	if (certificate != NULL && *at == start + length && certificates != NULL)
		remember(certificates, certificate, start, length);
	ERR_clear_error();

	return certificate;
}
