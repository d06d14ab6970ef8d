/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "token/extract.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "ckr.h"
#include "nss-store-private.h"
#include "object.h"
#include "wrapping-key.h"

/* Mechanisms that take any length, the one that every softokn has first. */
static const CK_MECHANISM_TYPE mechanisms[] = {
	CKM_AES_CBC_PAD, 0x210bUL, /* CKM_AES_KEY_WRAP_KWP of PKCS #11 3.0 */
};

/* *ret_object is 0 when there is none. */
static gboolean find_object(TfSession *session, GBytes *id, CK_OBJECT_HANDLE *ret_object, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_PRIVATE_KEY, id, error);

	if (objects == NULL)
		return FALSE;
	*ret_object = objects->len == 1 ? g_array_index(objects, CK_OBJECT_HANDLE, 0) : 0;

	return TRUE;
}

/* NULL without error when this mechanism does not get it out; *ret_rv says why. */
static TfSecret *unwrap(const TfSubject *subject, TfWrapMaterial *material, CK_MECHANISM_TYPE type,
	CK_OBJECT_HANDLE object, CK_RV *ret_rv, GError **error)
{
	const TfWrapMechanism *mechanism = tf_wrap_mechanism(type);
	const TfWrappingKey *key = tf_wrapping_key(material, subject, mechanism, error);
	g_autoptr(TfSecret) wrapped = NULL;

	if (key == NULL)
		return NULL;
	*ret_rv = key->rv;
	if (key->object == 0 || !tf_wrapping_key_is_known(key, mechanism))
		return NULL;
	*ret_rv = tf_wrapping_key_wrap(key, mechanism, object, &wrapped);

	return wrapped != NULL ? tf_wrapping_key_unwrap(key, mechanism, wrapped) : NULL;
}

/* The key as PKCS #8. */
static TfSecret *take_out(TfNssStore *store, CK_OBJECT_HANDLE object, GError **error)
{
	g_autoptr(TfStock) stock = tf_stock_new();
	const TfSubject subject = { .session = store->session, .stock = stock };
	g_auto(TfWrapMaterial) material = { NULL };
	CK_RV rv = CKR_GENERAL_ERROR;

	for (gsize i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
		GError *problem = NULL;
		TfSecret *pkcs8 = unwrap(&subject, &material, mechanisms[i], object, &rv, &problem);

		if (pkcs8 != NULL)
			return pkcs8;
		if (problem != NULL) {
			g_propagate_error(error, problem);
			return NULL;
		}
	}
	tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, store->directory, tf_ckr_name(rv), NULL);

	return NULL;
}

static TfX509Stack *read_certificates(TfSession *session, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, CKO_CERTIFICATE, NULL, error);
	g_autoptr(TfX509Stack) certificates = sk_X509_new_null();

	if (objects == NULL)
		return NULL;
	for (guint i = 0; i < objects->len; i++) {
		g_autoptr(X509) certificate = NULL;

		if (!tf_object_read_certificate(
			    session, g_array_index(objects, CK_OBJECT_HANDLE, i), &certificate, error))
			return NULL;
		if (certificate != NULL && sk_X509_push(certificates, certificate) <= 0)
			g_error("out of memory");
		certificate = NULL;
	}

	return g_steal_pointer(&certificates);
}

TfKeypair *tf_extract(TfNssStore *store, const TfNssKey *key, X509 *certificate, GError **error)
{
	X509 *own = certificate != NULL ? certificate : key->certificate;
	CK_OBJECT_HANDLE object = 0;
	g_autoptr(TfX509Stack) others = NULL;
	g_autoptr(TfSecret) pkcs8 = NULL;
	g_autoptr(TfKeypair) read = NULL;

	if (own == NULL) {
		tf_raise(error, TF_ERROR_SOURCE_NO_CERTIFICATE, store->directory, NULL);
		return NULL;
	}
	if (!find_object(store->session, key->id, &object, error))
		return NULL;
	if (object == 0) {
		tf_raise(error, TF_ERROR_SOURCE_UNSUPPORTED, store->directory,
			_("two keys under one CKA_ID, or none any more"), NULL);
		return NULL;
	}
	others = read_certificates(store->session, error);
	if (others == NULL)
		return NULL;
	pkcs8 = take_out(store, object, error);
	if (pkcs8 == NULL)
		return NULL;
	read = tf_keypair_of_pkcs8(pkcs8, own, NULL, store->directory, error);
	if (read == NULL)
		return NULL;

	return tf_keypair_new(tf_keypair_key(read), own, others, key->label, store->directory, error);
}
