/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose key an object is: by its modulus or point, or by what lies beside it under the same CKA_ID. */
#include "object.h"

#include <string.h>

#include "public-half.h"

static gboolean read_key_type(
	TfSession *session, CK_OBJECT_HANDLE object, CK_KEY_TYPE *ret_type, GError **error)
{
	g_autoptr(GBytes) value = NULL;

	if (!tf_object_read(session, object, CKA_KEY_TYPE, &value, error))
		return FALSE;

	*ret_type = CK_UNAVAILABLE_INFORMATION;
	if (value != NULL && g_bytes_get_size(value) == sizeof *ret_type)
		memcpy(ret_type, g_bytes_get_data(value, NULL), sizeof *ret_type);

	return TRUE;
}

static gboolean compare_half(TfSession *session, CK_OBJECT_HANDLE object, const TfPublicHalf *half,
	TfHalf *ret_half, GError **error)
{
	CK_KEY_TYPE type = CK_UNAVAILABLE_INFORMATION;
	g_autoptr(GBytes) value = NULL;

	if (!read_key_type(session, object, &type, error))
		return FALSE;
	if (type != half->type && type != CK_UNAVAILABLE_INFORMATION) {
		*ret_half = TF_HALF_OTHER;
		return TRUE;
	}
	if (!tf_object_read(
		    session, object, half->type == CKK_RSA ? CKA_MODULUS : CKA_EC_POINT, &value, error))
		return FALSE;
	if (value == NULL || g_bytes_get_size(value) == 0)
		*ret_half = TF_HALF_UNKNOWN;
	else
		*ret_half = tf_public_half_equals(half, value) ? TF_HALF_SAME : TF_HALF_OTHER;

	return TRUE;
}

gboolean tf_object_compare(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error)
{
	g_autoptr(TfPublicHalf) half = tf_public_half_new(key);

	g_assert(half != NULL);

	return compare_half(session, object, half, ret_half, error);
}

gboolean tf_object_compare_certificate(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error)
{
	g_autoptr(X509) certificate = NULL;
	EVP_PKEY *public = NULL;

	if (!tf_object_read_certificate(session, object, &certificate, error))
		return FALSE;

	public = certificate != NULL ? X509_get0_pubkey(certificate) : NULL;
	if (public == NULL)
		*ret_half = TF_HALF_UNKNOWN;
	else
		*ret_half = EVP_PKEY_eq(public, key) == 1 ? TF_HALF_SAME : TF_HALF_OTHER;

	return TRUE;
}

/* One object of this key suffices; one of another key speaks against it. */
static gboolean compare_neighbours(TfSession *session, CK_OBJECT_CLASS class, TfObjectCompare compare,
	GBytes *id, EVP_PKEY *key, TfHalf *half, GError **error)
{
	g_autoptr(GArray) objects = tf_objects_of_class(session, class, id, error);

	if (objects == NULL)
		return FALSE;

	for (guint i = 0; i < objects->len && *half != TF_HALF_SAME; i++) {
		TfHalf neighbour = TF_HALF_UNKNOWN;

		if (!compare(session, g_array_index(objects, CK_OBJECT_HANDLE, i), key, &neighbour, error))
			return FALSE;
		if (neighbour != TF_HALF_UNKNOWN)
			*half = neighbour;
	}

	return TRUE;
}

gboolean tf_object_compare_private(
	TfSession *session, CK_OBJECT_HANDLE object, EVP_PKEY *key, TfHalf *ret_half, GError **error)
{
	TfHalf half = TF_HALF_UNKNOWN;
	g_autoptr(GBytes) id = NULL;

	if (!tf_object_compare(session, object, key, &half, error))
		return FALSE;
	if (half == TF_HALF_UNKNOWN && !tf_object_read(session, object, CKA_ID, &id, error))
		return FALSE;
	if (id != NULL && g_bytes_get_size(id) > 0) {
		if (!compare_neighbours(session, CKO_PUBLIC_KEY, tf_object_compare, id, key, &half, error))
			return FALSE;
		if (half == TF_HALF_UNKNOWN && !compare_neighbours(session, CKO_CERTIFICATE,
						       tf_object_compare_certificate, id, key, &half, error))
			return FALSE;
	}
	*ret_half = half;

	return TRUE;
}

const TfObjectKind tf_object_kinds[TF_N_OBJECT_KINDS] = {
	{ CKO_PRIVATE_KEY, tf_object_compare_private },
	{ CKO_PUBLIC_KEY, tf_object_compare },
	{ CKO_CERTIFICATE, tf_object_compare_certificate },
};
