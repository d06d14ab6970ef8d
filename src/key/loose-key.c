/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/loose-key.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "base/error.h"
#include "key/pkcs12.h"
#include "key/spki.h"
#include "opener-private.h"
#include "password-private.h"
#include "pbe-private.h"
#include "private-key.h"

#define CIPHERTEXT_LEAST 32 /* of an encrypted PrivateKeyInfo of any key */

typedef PKCS8_PRIV_KEY_INFO KeyInfo;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyInfo, PKCS8_PRIV_KEY_INFO_free)
typedef X509_SIG Locked; /* EncryptedPrivateKeyInfo */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Locked, X509_SIG_free)

static gpointer read_info(const guint8 *bytes, gsize length)
{
	return d2i_PKCS8_PRIV_KEY_INFO(NULL, &bytes, (long)length);
}

static gboolean is_whole_info(const guint8 *der, gsize length)
{
	g_autoptr(KeyInfo) info = read_info(der, length);

	return info != NULL;
}

static gboolean is_whole_locked(const guint8 *der, gsize length)
{
	g_autoptr(Locked) locked = d2i_X509_SIG(NULL, &der, (long)length);
	const ASN1_OCTET_STRING *ciphertext = NULL;

	if (locked == NULL)
		return FALSE;
	X509_SIG_get0(locked, NULL, &ciphertext);

	return ASN1_STRING_length(ciphertext) >= CIPHERTEXT_LEAST;
}

static EVP_PKEY *read_plain(TfLooseForm form, const guint8 *der, gsize length)
{
	g_autoptr(KeyInfo) info = NULL;

	if (form != TF_LOOSE_PKCS8)
		return d2i_PrivateKey(
			form == TF_LOOSE_PKCS1 ? EVP_PKEY_RSA : EVP_PKEY_EC, NULL, &der, (long)length);
	info = read_info(der, length);

	return info != NULL ? tf_private_key_read(info) : NULL;
}

gboolean tf_loose_key_is_whole(TfLooseForm form, const guint8 *der, gsize length)
{
	gboolean is_whole = FALSE;

	g_assert(form != TF_LOOSE_PEM);
	if (length > TF_PKCS12_SIZE_LIMIT)
		return FALSE;
	if (form == TF_LOOSE_PKCS8)
		is_whole = is_whole_info(der, length);
	else if (form == TF_LOOSE_PKCS8_ENCRYPTED)
		is_whole = is_whole_locked(der, length);
	else {
		g_autoptr(EVP_PKEY) key = read_plain(form, der, length);

		is_whole = key != NULL;
	}
	ERR_clear_error();

	return is_whole;
}

gboolean tf_loose_key_is_locked(TfLooseForm form)
{
	return form == TF_LOOSE_PKCS8_ENCRYPTED || form == TF_LOOSE_PEM;
}

static gboolean is_weak_locked(const TfSecret *bytes)
{
	const guint8 *at = tf_secret_peek(bytes);
	g_autoptr(Locked) locked = d2i_X509_SIG(NULL, &at, (long)tf_secret_length(bytes));
	g_auto(TfPbe) pbe = { 0 };
	const X509_ALGOR *algorithm = NULL;

	if (locked == NULL)
		return FALSE;
	X509_SIG_get0(locked, &algorithm, NULL);

	return tf_pbe_read(algorithm, &pbe) && pbe.is_weak;
}

/* "DEK-Info: DES-CBC,..." (RFC 1421, section 4.6.1.3). */
static gboolean is_weak_pem(const TfSecret *bytes)
{
	static const gchar *const fields[] = { "DEK-Info: DES-CBC,", "DEK-Info: RC2-40-CBC," };

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (memmem(tf_secret_peek(bytes), tf_secret_length(bytes), fields[i], strlen(fields[i])) !=
			NULL)
			return TRUE;
	}

	return FALSE;
}

gboolean tf_loose_key_is_weak(TfLooseForm form, const TfSecret *bytes)
{
	gboolean is_weak = (form == TF_LOOSE_PKCS8_ENCRYPTED && is_weak_locked(bytes)) ||
			   (form == TF_LOOSE_PEM && is_weak_pem(bytes));

	ERR_clear_error();

	return is_weak;
}

static EVP_PKEY *unlock(const X509_ALGOR *algorithm, const ASN1_OCTET_STRING *ciphertext,
	const TfSecret *password, const TfLibrary *library, const gchar *name, GError **error)
{
	g_autoptr(TfPasswordForms) passwords = tf_password_forms_new(password);
	g_auto(TfPbe) pbe = { 0 };
	TfOpener opener = { .library = library, .passwords = passwords };
	g_autoptr(KeyInfo) info = NULL;
	gpointer value = NULL;

	if (!tf_pbe_read(algorithm, &pbe) || passwords == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_DAMAGED, name, _("its encryption cannot be read"), NULL);
		return NULL;
	}
	if (!pbe.is_known) {
		tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, name, pbe.name, NULL);
		return NULL;
	}
	if (pbe.rounds > TF_PKCS12_ITERATION_LIMIT) {
		tf_raise(error, TF_ERROR_SOURCE_TOO_COSTLY, name,
			TF_NUMBER(MIN(pbe.rounds, (guint64)G_MAXINT64)), TF_NUMBER(TF_PKCS12_ITERATION_LIMIT),
			NULL);
		return NULL;
	}
	if (tf_opener_unlock(&opener, algorithm, &pbe, ciphertext, read_info, &value) != TF_UNLOCKED) {
		tf_raise(error, TF_ERROR_PIN_CODE_WRONG, name, NULL);
		return NULL;
	}
	info = value;

	return tf_private_key_read(info);
}

static EVP_PKEY *open_locked(const TfSecret *bytes, const TfSecret *password, const TfLibrary *library,
	const gchar *name, GError **error)
{
	const guint8 *at = tf_secret_peek(bytes);
	g_autoptr(Locked) locked = d2i_X509_SIG(NULL, &at, (long)tf_secret_length(bytes));
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OCTET_STRING *ciphertext = NULL;

	if (locked == NULL)
		return NULL;
	X509_SIG_get0(locked, &algorithm, &ciphertext);

	return unlock(algorithm, ciphertext, password, library, name, error);
}

/* libcrypto asks for it; a password too long for its buffer is none of RFC 1421's time. */
static int give_password(char *buffer, int size, int for_writing, void *data)
{
	const TfSecret *password = data;
	gsize length = password != NULL ? tf_secret_length(password) : 0;

	(void)for_writing;
	if (length > (gsize)size)
		return -1;
	if (length > 0)
		memcpy(buffer, tf_secret_peek(password), length);

	return (int)length;
}

static EVP_PKEY *open_pem(const TfSecret *bytes, const TfSecret *password, const TfLibrary *library,
	const gchar *name, GError **error)
{
	g_autoptr(BIO) text = BIO_new_mem_buf(tf_secret_peek(bytes), (int)tf_secret_length(bytes));
	g_autoptr(EVP_PKEY) key = text != NULL ? PEM_read_bio_PrivateKey_ex(text, NULL, give_password,
							 (void *)password, tf_library_context(library), NULL)
					       : NULL;

	if (key == NULL)
		tf_raise(error, TF_ERROR_PIN_CODE_WRONG, name, NULL);

	return g_steal_pointer(&key);
}

static EVP_PKEY *open_key(TfLooseForm form, const TfSecret *bytes, const TfSecret *password,
	const TfLibrary *library, const gchar *name, GError **error)
{
	if (form == TF_LOOSE_PKCS8_ENCRYPTED)
		return open_locked(bytes, password, library, name, error);
	if (form == TF_LOOSE_PEM)
		return open_pem(bytes, password, library, name, error);

	return read_plain(form, tf_secret_peek(bytes), tf_secret_length(bytes));
}

gboolean tf_loose_key_identify(TfLooseForm form, const TfSecret *bytes, const TfSecret *password,
	const TfLibrary *library, const gchar *name, guint8 ret_spki_sha256[TF_SHA256_SIZE], GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(EVP_PKEY) key = open_key(form, bytes, password, library, name, &problem);
	g_autoptr(GBytes) spki = key != NULL ? tf_spki_of_key(key) : NULL;

	ERR_clear_error();
	if (problem != NULL) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	if (spki == NULL)
		return tf_raise(
			error, TF_ERROR_SOURCE_DAMAGED, name, _("it holds no readable private key"), NULL);
	tf_sha256(g_bytes_get_data(spki, NULL), g_bytes_get_size(spki), ret_spki_sha256);

	return TRUE;
}
