/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "key/loose-key.h"

#include <glib/gi18n.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "base/error.h"
#include "key-info-private.h"
#include "key/der.h"
#include "key/pkcs12.h"
#include "key/spki.h"
#include "opener-private.h"
#include "password-private.h"
#include "pbe-private.h"
#include "private-key.h"

#define CIPHERTEXT_LEAST 32 /* of an encrypted PrivateKeyInfo of any key */

typedef X509_SIG Locked; /* EncryptedPrivateKeyInfo */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Locked, X509_SIG_free)

/* A key that was opened. */
typedef struct Opened {
	EVP_PKEY *key;
	gboolean is_alone; /* as in TfKeyInfo */
} Opened;

static void opened_clear(Opened *opened)
{
	EVP_PKEY_free(opened->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Opened, opened_clear)

static void take_info(Opened *opened, const TfKeyInfo *info)
{
	opened->key = tf_private_key_read(info->info);
	opened->is_alone = info->is_alone && tf_key_info_is_named(opened->key);
}

static gboolean is_whole_info(const guint8 *der, gsize length)
{
	g_autoptr(TfKeyInfo) info = tf_key_info_read(der, length);

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

static void read_plain(TfLooseForm form, const guint8 *der, gsize length, Opened *opened)
{
	g_autoptr(TfKeyInfo) info = form == TF_LOOSE_PKCS8 ? tf_key_info_read(der, length) : NULL;
	gboolean is_one_value = tf_der_is_one_value(der, length);

	if (info != NULL)
		take_info(opened, info);
	if (form == TF_LOOSE_PKCS8)
		return;
	opened->key =
		d2i_PrivateKey(form == TF_LOOSE_PKCS1 ? EVP_PKEY_RSA : EVP_PKEY_EC, NULL, &der, (long)length);
	opened->is_alone = is_one_value && tf_key_info_is_named(opened->key);
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
		g_auto(Opened) opened = { 0 };

		read_plain(form, der, length, &opened);
		is_whole = opened.key != NULL;
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

static gboolean unlock(const X509_ALGOR *algorithm, const ASN1_OCTET_STRING *ciphertext,
	const TfSecret *password, const TfLibrary *library, const gchar *name, Opened *opened, GError **error)
{
	g_autoptr(TfPasswordForms) passwords = tf_password_forms_new(password);
	g_auto(TfPbe) pbe = { 0 };
	TfOpener opener = { .library = library, .passwords = passwords };
	g_autoptr(TfKeyInfo) info = NULL;
	gpointer value = NULL;

	if (!tf_pbe_read(algorithm, &pbe) || passwords == NULL)
		return tf_raise(
			error, TF_ERROR_SOURCE_DAMAGED, name, _("its encryption cannot be read"), NULL);

	if (!pbe.is_known)
		return tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, name, pbe.name, NULL);

	if (pbe.rounds > TF_PKCS12_ITERATION_LIMIT)
		return tf_raise(error, TF_ERROR_SOURCE_TOO_COSTLY, name,
			TF_NUMBER(MIN(pbe.rounds, (guint64)G_MAXINT64)), TF_NUMBER(TF_PKCS12_ITERATION_LIMIT),
			NULL);

	if (tf_opener_unlock(&opener, algorithm, &pbe, ciphertext, tf_key_info_read, &value) != TF_UNLOCKED)
		return tf_raise(error, TF_ERROR_PIN_CODE_WRONG, name, NULL);

	info = value;
	take_info(opened, info);

	return TRUE;
}

static gboolean open_locked(const TfSecret *bytes, const TfSecret *password, const TfLibrary *library,
	const gchar *name, Opened *opened, GError **error)
{
	const guint8 *at = tf_secret_peek(bytes);
	g_autoptr(Locked) locked = d2i_X509_SIG(NULL, &at, (long)tf_secret_length(bytes));
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OCTET_STRING *ciphertext = NULL;

	if (locked == NULL)
		return TRUE;
	X509_SIG_get0(locked, &algorithm, &ciphertext);

	return unlock(algorithm, ciphertext, password, library, name, opened, error);
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

/* What is under the cipher is one value, as it would have to be without one. */
static gboolean is_alone_in_pem(const TfSecret *bytes, const TfSecret *password)
{
	g_autoptr(BIO) text = BIO_new_mem_buf(tf_secret_peek(bytes), (int)tf_secret_length(bytes));
	guint8 *der = NULL;
	long length = 0;
	gboolean is_alone = text != NULL &&
			    PEM_bytes_read_bio_secmem(&der, &length, NULL, PEM_STRING_EVP_PKEY, text,
				    give_password, (void *)password) == 1 &&
			    tf_der_is_one_value(der, (gsize)length);

	OPENSSL_secure_clear_free(der, (size_t)length);

	return is_alone;
}

static gboolean open_pem(const TfSecret *bytes, const TfSecret *password, const TfLibrary *library,
	const gchar *name, Opened *opened, GError **error)
{
	g_autoptr(BIO) text = BIO_new_mem_buf(tf_secret_peek(bytes), (int)tf_secret_length(bytes));

	opened->key = text != NULL ? PEM_read_bio_PrivateKey_ex(text, NULL, give_password, (void *)password,
					     tf_library_context(library), NULL)
				   : NULL;
	if (opened->key == NULL)
		return tf_raise(error, TF_ERROR_PIN_CODE_WRONG, name, NULL);
	opened->is_alone = tf_key_info_is_named(opened->key) && is_alone_in_pem(bytes, password);

	return TRUE;
}

/* FALSE with an error when it stays closed; without a key when what opens is none. */
static gboolean open_key(TfLooseForm form, const TfSecret *bytes, const TfSecret *password,
	const TfLibrary *library, const gchar *name, Opened *opened, GError **error)
{
	if (form == TF_LOOSE_PKCS8_ENCRYPTED)
		return open_locked(bytes, password, library, name, opened, error);
	if (form == TF_LOOSE_PEM)
		return open_pem(bytes, password, library, name, opened, error);
	read_plain(form, tf_secret_peek(bytes), tf_secret_length(bytes), opened);

	return TRUE;
}

gboolean tf_loose_key_identify(TfLooseForm form, const TfSecret *bytes, const TfSecret *password,
	const TfLibrary *library, const gchar *name, guint8 ret_spki_sha256[TF_SHA256_SIZE],
	gboolean *ret_is_alone, GError **error)
{
	g_auto(Opened) opened = { 0 };
	gboolean is_open = open_key(form, bytes, password, library, name, &opened, error);
	g_autoptr(GBytes) spki = opened.key != NULL ? tf_spki_of_key(opened.key) : NULL;

	ERR_clear_error();
	if (!is_open)
		return FALSE;
	if (spki == NULL)
		return tf_raise(
			error, TF_ERROR_SOURCE_DAMAGED, name, _("it holds no readable private key"), NULL);
	tf_sha256(g_bytes_get_data(spki, NULL), g_bytes_get_size(spki), ret_spki_sha256);
	if (ret_is_alone != NULL)
		*ret_is_alone = opened.is_alone;

	return TRUE;
}
