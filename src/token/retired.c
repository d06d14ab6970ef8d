/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/retired.h"

#include <glib/gi18n.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/hex.h"
#include "key/certificate.h"
#include "object.h"
#include "public-half.h"
#include "token/import.h"

/* Longer chains than this are no honest token's. */
#define CHAIN_LIMIT 8u

static void certificate_destroy(gpointer data)
{
	X509_free(data);
}

void tf_retired_free(TfRetired *retired)
{
	if (retired == NULL)
		return;

	g_clear_pointer(&retired->key_id, g_bytes_unref);
	g_clear_pointer(&retired->certificates, g_ptr_array_unref);
	g_clear_pointer(&retired->intermediates, g_ptr_array_unref);
	g_free(retired);
}

static gboolean raise_about(TfSession *session, TfErrorCode code, GBytes *key_id, GError **error)
{
	g_autofree gchar *hex = tf_hex(g_bytes_get_data(key_id, NULL), g_bytes_get_size(key_id));

	return tf_raise(error, code, tf_token_name(tf_session_token(session)), hex, NULL);
}

static gboolean is_among(const GPtrArray *certificates, const X509 *certificate)
{
	for (guint i = 0; i < certificates->len; i++) {
		if (X509_cmp(g_ptr_array_index(certificates, i), certificate) == 0)
			return TRUE;
	}

	return FALSE;
}

/* X509 of those under 'id' (NULL: all); *ret_n_unreadable counts objects that hold none. */
static GPtrArray *read_certificates(TfSession *session, GBytes *id, guint *ret_n_unreadable, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, id, error);
	g_autoptr(GPtrArray) certificates = g_ptr_array_new_with_free_func(certificate_destroy);

	if (objects == NULL)
		return NULL;
	*ret_n_unreadable = 0;
	for (guint i = 0; i < objects->len; i++) {
		X509 *certificate = NULL;

		if (!tf_object_read_certificate(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), &certificate, error))
			return NULL;
		if (certificate != NULL)
			g_ptr_array_add(certificates, certificate);
		else
			(*ret_n_unreadable)++;
	}

	return g_steal_pointer(&certificates);
}

static void add_id(GPtrArray *ids, GBytes *id)
{
	if (g_bytes_get_size(id) > 0 && !g_ptr_array_find_with_equal_func(ids, id, g_bytes_equal, NULL))
		g_ptr_array_add(ids, g_bytes_ref(id));
}

static gboolean add_ids(TfSession *session, CK_OBJECT_CLASS class, GPtrArray *ids, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, class, NULL, error);

	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		CK_OBJECT_HANDLE object = g_array_index(objects, CK_OBJECT_HANDLE, i);
		g_autoptr(GBytes) id = NULL;
		g_autoptr(X509) certificate = NULL;

		if (!tf_object_read(session, object, CKA_ID, &id, error))
			return FALSE;
		if (class == CKO_CERTIFICATE &&
			!tf_object_read_certificate(session, object, &certificate, error))
			return FALSE;
		if (id != NULL && (certificate == NULL || X509_check_ca(certificate) == 0))
			add_id(ids, id);
	}

	return TRUE;
}

GPtrArray *tf_retired_ids(TfSession *session, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	if (!add_ids(session, CKO_PRIVATE_KEY, ids, error) || !add_ids(session, CKO_CERTIFICATE, ids, error))
		return NULL;

	return g_steal_pointer(&ids);
}

static gint by_end(gconstpointer a, gconstpointer b)
{
	const X509 *first = *(X509 *const *)a;
	const X509 *second = *(X509 *const *)b;

	return ASN1_TIME_compare(X509_get0_notAfter(second), X509_get0_notAfter(first));
}

/* Every key object of 'class' under the CKA_ID is of 'key'. A private key need not show its public half. */
static gboolean count_keys(TfSession *session, CK_OBJECT_CLASS class, GBytes *key_id, EVP_PKEY *key,
	guint *ret_count, gboolean *is_clear, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, class, key_id, error);

	if (objects == NULL)
		return FALSE;
	for (guint i = 0; i < objects->len; i++) {
		TfHalf half = TF_HALF_OTHER;

		if (!tf_object_compare(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), key, &half, error))
			return FALSE;
		*is_clear = *is_clear &&
			    (half == TF_HALF_SAME || (half == TF_HALF_UNKNOWN && class == CKO_PRIVATE_KEY));
	}
	*ret_count = objects->len;

	return TRUE;
}

/* Nothing but this one key and its certificates. */
static gboolean check_clear(TfSession *session, TfRetired *retired, guint n_unreadable, GError **error)
{
	EVP_PKEY *key = X509_get0_pubkey(g_ptr_array_index(retired->certificates, 0));
	g_autoptr(TfPublicHalf) half = key != NULL ? tf_public_half_new(key) : NULL;
	gboolean is_clear = half != NULL && n_unreadable == 0;
	guint n_private = 0;
	guint n_public = 0;

	for (guint i = 1; i < retired->certificates->len && is_clear; i++) {
		EVP_PKEY *other = X509_get0_pubkey(g_ptr_array_index(retired->certificates, i));

		is_clear = other != NULL && EVP_PKEY_eq(other, key) == 1;
	}
	if (!is_clear)
		return raise_about(session, TF_ERROR_TOKEN_KEY_UNCLEAR, retired->key_id, error);
	if (!count_keys(session, CKO_PRIVATE_KEY, retired->key_id, key, &n_private, &is_clear, error) ||
		!count_keys(session, CKO_PUBLIC_KEY, retired->key_id, key, &n_public, &is_clear, error))
		return FALSE;
	if (!is_clear || n_private > 1)
		return raise_about(session, TF_ERROR_TOKEN_KEY_UNCLEAR, retired->key_id, error);
	retired->has_private_key = n_private == 1;

	return TRUE;
}

static gboolean is_issued_by(const X509 *certificate, const X509 *issuer)
{
	return X509_cmp(certificate, issuer) != 0 &&
	       X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0;
}

static X509 *find_issuer(const GPtrArray *all, const X509 *certificate)
{
	for (guint i = 0; i < all->len; i++) {
		if (is_issued_by(certificate, g_ptr_array_index(all, i)))
			return g_ptr_array_index(all, i);
	}

	return NULL;
}

static gboolean is_needed(const GPtrArray *all, const TfRetired *retired, const X509 *issuer)
{
	for (guint i = 0; i < all->len; i++) {
		const X509 *other = g_ptr_array_index(all, i);

		if (is_issued_by(other, issuer) && !is_among(retired->certificates, other) &&
			!is_among(retired->intermediates, other))
			return TRUE;
	}

	return FALSE;
}

/* It lies where this program writes it, under the CKA_ID of its own key, and that key is not on the token. */
static gboolean check_removable(
	TfSession *session, const X509 *certificate, gboolean *ret_is_removable, GError **error)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(X509_get0_pubkey(certificate));
	g_autoptr(GBytes) id = half != NULL ? tf_public_half_id(half) : NULL;
	g_autoptr(GArray) keys = NULL;
	g_autoptr(GPtrArray) certificates = NULL;
	guint n_unreadable = 0;

	*ret_is_removable = FALSE;
	if (id == NULL)
		return TRUE;
	keys = tf_objects_of_class(session, CKO_PRIVATE_KEY, id, error);
	certificates = keys != NULL ? read_certificates(session, id, &n_unreadable, error) : NULL;
	if (certificates == NULL)
		return FALSE;
	*ret_is_removable = keys->len == 0 && is_among(certificates, certificate);

	return TRUE;
}

static gboolean find_intermediates(TfSession *session, TfRetired *retired, GError **error)
{
	guint n_unreadable = 0;
	g_autoptr(GPtrArray) all = read_certificates(session, NULL, &n_unreadable, error);
	X509 *issuer = NULL;

	if (all == NULL)
		return FALSE;
	issuer = find_issuer(all, g_ptr_array_index(retired->certificates, 0));
	while (issuer != NULL && retired->intermediates->len < CHAIN_LIMIT &&
		!is_among(retired->certificates, issuer) && !is_needed(all, retired, issuer)) {
		gboolean is_removable = FALSE;

		if (!check_removable(session, issuer, &is_removable, error))
			return FALSE;
		if (!is_removable)
			break;
		X509_up_ref(issuer);
		g_ptr_array_add(retired->intermediates, issuer);
		issuer = find_issuer(all, issuer);
	}

	return TRUE;
}

TfRetired *tf_retired_new(TfSession *session, GBytes *key_id, GError **error)
{
	g_autoptr(TfRetired) retired = g_new0(TfRetired, 1);
	guint n_unreadable = 0;

	retired->key_id = g_bytes_ref(key_id);
	retired->intermediates = g_ptr_array_new_with_free_func(certificate_destroy);
	retired->certificates = read_certificates(session, key_id, &n_unreadable, error);
	if (retired->certificates == NULL)
		return NULL;
	if (retired->certificates->len == 0) {
		tf_raise(error, TF_ERROR_TOKEN_KEY_MISSING, tf_token_name(tf_session_token(session)),
			_("a certificate under this CKA_ID, to show whose key it is"), NULL);
		return NULL;
	}
	g_ptr_array_sort(retired->certificates, by_end);
	if (!check_clear(session, retired, n_unreadable, error) ||
		!find_intermediates(session, retired, error))
		return NULL;

	return g_steal_pointer(&retired);
}

static gboolean are_equal(const GPtrArray *a, const GPtrArray *b)
{
	gboolean are = a->len == b->len;

	for (guint i = 0; i < a->len && are; i++)
		are = is_among(b, g_ptr_array_index(a, i));

	return are;
}

gboolean tf_retired_destroy(TfSession *session, const TfRetired *retired, GError **error)
{
	g_autoptr(TfRetired) now = tf_retired_new(session, retired->key_id, error);
	g_autoptr(TfX509Stack) chain = sk_X509_new_null();

	if (now == NULL)
		return FALSE;
	if (!are_equal(now->certificates, retired->certificates) ||
		!are_equal(now->intermediates, retired->intermediates) ||
		(now->has_private_key && !retired->has_private_key))
		return raise_about(session, TF_ERROR_TOKEN_KEY_UNCLEAR, retired->key_id, error);

	for (guint i = 0; i < now->intermediates->len; i++) {
		X509 *intermediate = g_ptr_array_index(now->intermediates, i);

		if (X509_up_ref(intermediate) != 1 || sk_X509_push(chain, intermediate) <= 0)
			g_error("out of memory");
	}

	return tf_import_remove(session, now->key_id, g_ptr_array_index(now->certificates, 0), chain, error);
}
